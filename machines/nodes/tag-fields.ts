// What the nodes `tag.add` and `tag.remove` share: the same body, and tags that are rendered for each contact.

import { z } from 'zod'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import type { Scope } from '../expression/scope.ts'
import { compileTemplate } from '../expression/template.ts'
import type { ExpressionUse, FormHint } from './node-kind.ts'

const MAX_TAG = 100

export const TagNodeSchema = NodeBaseSchema.extend({
  /** Texts, with placeholders if need be. */
  tags: z.array(z.string().min(1).max(1000)).min(1).max(20),
}).strict()

export const TAG_FORM: FormHint[] = [
  { field: 'tags', control: 'list', label: { 'pt-BR': 'Etiquetas', en: 'Tags' } },
]

/**
 * Compiles the tags; those that turn out empty are left out.
 * @throws {Error} at run time when a tag is longer than 100 characters.
 */
export function compileTags(sources: string[]): (scope: Scope) => string[] {
  const templates = sources.map(compileTemplate)
  return (scope) => {
    const tags = templates.map((template) => template.render(scope).trim())
    const long = tags.findIndex((tag) => tag.length > MAX_TAG)
    if (long >= 0) throw new Error(`tags[${long}]: longer than ${MAX_TAG} characters`)
    return [...new Set(tags)].filter((tag) => tag !== '')
  }
}

export function tagExpressions(tags: string[]): ExpressionUse[] {
  return tags.map((source, index) => ({ path: `.tags[${index}]`, source, isText: true }))
}
