// What the writers of message bodies give back: the body, or the error that names the field which Meta would refuse.

import type { EffectError } from '#machines/contracts/event.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import { charactersOf } from '#machines/contracts/whatsapp-limits.ts'

export type BodyResult = { ok: true; body: JsonObject } | { ok: false; error: EffectError }

export function refuse(code: string, message: string): { ok: false; error: EffectError } {
  return { ok: false, error: { code, message } }
}

/** A rendered field and the most characters that it may have. */
export interface Measured {
  field: string
  text: string | null
  max: number
  /** Null and empty are then as good as a text. */
  isOptional?: boolean
}

/** The first field that is empty or too long, as the error to end with; null when all fit. */
export function misfit(fields: readonly Measured[]): EffectError | null {
  for (const { field, text, max, isOptional } of fields) {
    if (text === null || text.trim() === '') {
      if (isOptional) continue
      return { code: 'WHATSAPP_FIELD_EMPTY', message: `${field}: empty` }
    }
    const length = charactersOf(text)
    if (length > max) {
      const message = `${field}: ${length} characters, at most ${max} are allowed`
      return { code: 'WHATSAPP_FIELD_TOO_LONG', message }
    }
  }
  return null
}

/** The text where there is one that a person would see; a lone surrogate would make the body unreadable. */
export function shown(text: string | null): string | null {
  return text === null || text.trim() === '' ? null : text.toWellFormed()
}
