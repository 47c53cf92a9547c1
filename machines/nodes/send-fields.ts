// What the nodes that send messages share: texts that are measured where they stand, and the purpose of writing.

import { z } from 'zod'
import { charactersOf, WHATSAPP_LIMITS } from '../contracts/whatsapp-limits.ts'
import type { Json } from '../contracts/json.ts'
import type { Scope } from '../expression/scope.ts'
import { compileTemplate, isTemplate } from '../expression/template.ts'
import { compileValue, textOf } from '../expression/value.ts'
import type { ExpressionUse, FormHint } from './node-kind.ts'

/** What the contact must have consented to being written to for: `marketing`, `billing`. */
export const PurposeSchema = z.string().regex(/^[a-z][a-z0-9_]{0,59}$/)

/** The purpose as a command and a node's needs carry it: not at all where none is named. */
export function purposeOf({ purpose }: { purpose?: string | undefined }): { purpose?: string } {
  return purpose === undefined ? {} : { purpose }
}

/** The purpose in a node's form. */
export const PURPOSE_FORM: FormHint = {
  field: 'purpose',
  control: 'text',
  label: { 'pt-BR': 'Finalidade', en: 'Purpose' },
}

/** Source of a text with placeholders; whether it fits then shows only when it is rendered. */
const MAX_SOURCE = 8192

/** A text of at most so many characters; one with placeholders is measured when it is rendered. */
export function limitedText(max: number): z.ZodType<string> {
  return z
    .string()
    .min(1)
    .max(MAX_SOURCE)
    .refine((text) => isTemplate(text) || charactersOf(text) <= max, {
      message: `at most ${max} characters`,
    })
}

/** Words above and below the body of a message with choices. */
export const INTERACTIVE_FIELDS = {
  header: limitedText(WHATSAPP_LIMITS.header).optional(),
  footer: limitedText(WHATSAPP_LIMITS.footer).optional(),
  purpose: PurposeSchema.optional(),
}

/** Compiles a text that may be left out. */
export function compileOptional(source: string | undefined): (scope: Scope) => string | null {
  if (source === undefined) return () => null
  const template = compileTemplate(source)
  return (scope) => template.render(scope)
}

/** Compiles the values of a template's placeholders. */
export function compileVars(
  vars: Record<string, Json> | undefined,
): (scope: Scope) => Record<string, string> {
  const values = Object.entries(vars ?? {}).map(
    ([name, value]) => [name, compileValue(value)] as const,
  )
  return (scope) => Object.fromEntries(values.map(([name, value]) => [name, textOf(value(scope))]))
}

/** Texts by their field, those that are left out not. */
export function textsIn(texts: Record<string, string | undefined>): ExpressionUse[] {
  return Object.entries(texts).flatMap(([path, source]) =>
    source === undefined ? [] : [{ path, source, isText: true }],
  )
}

export function areDistinct(ids: readonly string[]): boolean {
  return new Set(ids).size === ids.length
}
