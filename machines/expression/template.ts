// Placeholders such as `Oi, {{name}}`: Liquid in one pass, bounded; what a value contains stays literal.

import type { Liquid } from 'liquidjs'
import { createLiquid } from './liquid.ts'
import type { Scope } from './scope.ts'

const liquid: Liquid = createLiquid()

export interface Template {
  /** @throws {Error} when the text grows beyond the limits. */
  render(scope: Scope): string
}

/** True when the text has a placeholder or a tag. */
export function isTemplate(source: string): boolean {
  return source.includes('{{') || source.includes('{%')
}

/**
 * Compiles a text with placeholders.
 * @throws {Error} with Liquid's sentence when the syntax is wrong, a tag or filter is not offered, or
 * the text is over 100,000 characters.
 */
export function compileTemplate(source: string): Template {
  if (!isTemplate(source)) return { render: () => source }
  const parsed = liquid.parse(source)
  return { render: (scope) => String(liquid.renderSync(parsed, scope)) }
}
