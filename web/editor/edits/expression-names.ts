// Names of nodes inside expressions: `$.pergunta.value`, `{{pergunta.value}}`. What stands in quotes, filters and
// fields of something else are not names.

import { isPath, pathStep } from '#machines/expression/path.ts'
import { isTemplate } from '#machines/expression/template.ts'
import type { ExpressionUse } from '#machines/nodes/node-kind.ts'

/** Old name to new name. */
export type Names = ReadonlyMap<string, string>

const WORD = String.raw`[\p{L}_][\p{L}\p{N}\p{M}\p{Extended_Pictographic}\u200d_-]*`
const IN_PATH = new RegExp(
  String.raw`\$(?:\.([\p{L}\p{N}_][\p{L}\p{N}\p{M}\p{Extended_Pictographic}\u200d_-]*)|\[(?:'([^'\\]*)'|"([^"\\]*)")\])`,
  'gu',
)
const TAG = /\{\{[^{}]*\}\}|\{%[^%]*%\}/gu
const TAG_NAME = /^\{%-?\s*[a-z]+/u
const IN_TAG = new RegExp(
  [
    String.raw`(?<![\p{L}\p{N}\p{M}_\])-])\[\s*(?:"(?<double>[^"]*)"|'(?<single>[^']*)')\s*\]`,
    String.raw`"[^"]*"|'[^']*'`,
    // A filter, a field of something, the name of an argument.
    String.raw`\|\s*${WORD}|\.\s*${WORD}|${WORD}\s*:`,
    String.raw`(?<word>${WORD})`,
  ].join('|'),
  'gu',
)
const BARE = /^[\p{L}_][\p{L}\p{N}_-]*$/u
const KEYWORDS = new Set(
  'true false nil null empty blank and or not in contains with as by'.split(' '),
)

/** The expression with new names for the nodes that it reads. */
export function renamedIn({ source, isText }: ExpressionUse, names: Names): string {
  if (!isText && isPath(source)) return renamedPath(source, names)
  return isTemplate(source) ? source.replaceAll(TAG, (tag) => renamedTag(tag, names)) : source
}

function renamedPath(source: string, names: Names): string {
  return source.replaceAll(IN_PATH, (whole, bare?: string, single?: string, double?: string) => {
    const name = names.get(bare ?? single ?? double ?? '')
    return name === undefined ? whole : `$${pathStep(name)}`
  })
}

function renamedTag(tag: string, names: Names): string {
  const head = TAG_NAME.exec(tag)?.[0] ?? tag.slice(0, 2)
  const inside = tag.slice(head.length).replaceAll(IN_TAG, (whole: string, ...rest) => {
    const groups = rest.at(-1) as Record<string, string | undefined>
    const { word, double, single } = groups
    const name = word !== undefined && KEYWORDS.has(word) ? undefined : (word ?? double ?? single)
    const renamed = name === undefined ? undefined : names.get(name)
    return renamed === undefined ? whole : written(renamed)
  })
  return head + inside
}

function written(name: string): string {
  return BARE.test(name) && !KEYWORDS.has(name) ? name : `["${name}"]`
}
