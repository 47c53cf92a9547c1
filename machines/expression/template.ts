// Placeholders such as `Oi, {{name}}`: Liquid in one pass, with limits; what a value contains stays literal.

import { Liquid } from 'liquidjs'
import type { Scope } from './scope.ts'

const MAX_TEMPLATE_CHARS = 100_000

const liquid = new Liquid({
  ownPropertyOnly: true,
  strictFilters: true,
  strictVariables: false,
  parseLimit: MAX_TEMPLATE_CHARS,
  memoryLimit: 1_000_000,
  templates: {},
})

export interface Template {
  render(scope: Scope): string
  /** Root names that the template reads, e.g. `name`, `payload`. */
  variables: string[]
}

/** True when the text has a placeholder or a tag. */
export function isTemplate(source: string): boolean {
  return source.includes('{{') || source.includes('{%')
}

/**
 * Compiles a text with placeholders.
 * @throws {Error} with Liquid's sentence when the syntax is wrong or the text is over 100,000 characters.
 */
export function compileTemplate(source: string): Template {
  if (!isTemplate(source)) return { render: () => source, variables: [] }
  const parsed = liquid.parse(source)
  return {
    render: (scope) => String(liquid.renderSync(parsed, scope)),
    variables: liquid.globalVariablesSync(parsed),
  }
}
