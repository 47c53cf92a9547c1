// What the checker says of a field, without the field's path: it stands under that field.

import type { Diagnostic } from '#machines/contracts/api.ts'

const SHAPES: ReadonlySet<string> = new Set(['NODE_INVALID', 'TRIGGER_INVALID'])

/** @param base JSON path of the node: `$.nodes[3]` */
export function shortMessage(
  { code, path, message }: Diagnostic,
  base: string,
  locale: keyof Diagnostic['message'],
): string {
  const whole = message[locale]
  const field = path.slice(base.length).replace(/^\./, '')
  const at = SHAPES.has(code) && field !== '' ? whole.indexOf(`${field}: `) : -1
  if (at < 0) return whole
  const rest = whole.slice(at + field.length + 2)
  return rest.charAt(0).toLocaleUpperCase(locale) + rest.slice(1)
}
