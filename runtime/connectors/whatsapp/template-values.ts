// What goes into the places of a template, as Meta takes it.

import type { MessageCommand } from '#machines/contracts/effect.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { BodyResult } from './body-result.ts'

export type TemplateCommand = Extract<MessageCommand, { kind: 'whatsapp.send_template' }>

export type Components = { ok: true; components: JsonObject[] } | Extract<BodyResult, { ok: false }>

/** Meta refuses line breaks, tabs and more than four spaces in a template's parameter. */
export function oneLine(value: string): string {
  return value
    .replace(/\s*[\r\n\t\v\f\u2028\u2029]\s*/g, ' ')
    .replace(/ {5,}/g, '    ')
    .trim()
    .toWellFormed()
}
