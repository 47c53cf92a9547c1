// Fields that leads and events share: ids, instants and addresses, and how a wrong one is told.

import { z } from 'zod'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { Json, JsonObject } from '#machines/contracts/json.ts'
import type { Address } from '../arrival.ts'
import { normalizePhone } from '../phone.ts'

/** An id of another system; many send numbers. */
export const OutsideIdSchema = z
  .union([z.string(), z.int()])
  .transform((id) => String(id).trim())
  .pipe(z.string().min(1).max(200))

/** ISO 8601 with `Z` or an offset, as RFC 3339; becomes UTC. */
export const InstantSchema = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text).toISOString())

/** Phone numbers come as text or as bare digits in a number. */
export const PhoneTextSchema = z.union([z.string(), z.int()]).transform(String)

export const AddressFieldsSchema = z.object({
  phone_e164: PhoneTextSchema.optional(),
  phone: PhoneTextSchema.optional(),
  email: z.string().optional(),
})
export type AddressFields = z.infer<typeof AddressFieldsSchema>

/** The object without its fields that say nothing: null and blank text. */
export function withoutBlanks(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => !isBlank(value)))
}

/** Where in the body a field lies, for errors: `phone` may be `payload.phone`. */
export type Place = (field: string) => string

const AT_ROOT: Place = (field) => field

/**
 * Parses with `schema`; the first problem becomes the error.
 * @throws {FluxoError} WEBHOOK_BODY_INVALID with the field.
 */
export function parseFields<T>(schema: z.ZodType<T>, value: unknown, place = AT_ROOT): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const field = place(pathText(issue?.path ?? []))
  const message = `${field}: ${issue?.message ?? 'not valid'}`
  throw new FluxoError('WEBHOOK_BODY_INVALID', { message, field })
}

/**
 * Normalises phone and e-mail. What is given must be valid: a typing error is told, not dropped.
 * @throws {FluxoError} CONTACT_ADDRESS_INVALID with the field.
 */
export function readAddress(fields: AddressFields, place = AT_ROOT): Address {
  const phoneField = fields.phone_e164 === undefined ? 'phone' : 'phone_e164'
  const phone = fields[phoneField]
  return {
    ...(phone !== undefined && { phone: readPhone(phone, place(phoneField)) }),
    ...(fields.email !== undefined && { email: readEmail(fields.email, place('email')) }),
  }
}

function readPhone(text: string, field: string): string {
  const phone = normalizePhone(text)
  if (phone !== null) return phone
  const message = `${field} is not a phone number; write it with area code, e.g. +5531999999999`
  throw new FluxoError('CONTACT_ADDRESS_INVALID', { message, field })
}

function readEmail(text: string, field: string): string {
  const email = z.email().max(320).safeParse(text.trim().toLowerCase())
  if (email.success) return email.data
  throw new FluxoError('CONTACT_ADDRESS_INVALID', {
    message: `${field} is not an e-mail address`,
    field,
  })
}

function isBlank(value: Json): boolean {
  return value === null || (typeof value === 'string' && value.trim() === '')
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : `${index ? '.' : ''}${String(part)}`,
    )
    .join('')
}
