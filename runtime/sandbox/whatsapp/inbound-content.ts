// What a script says that somebody writes: words, or a message of any kind, with a file where the kind has one.

import { z } from 'zod'
import { isJsonObject, type JsonObject, JsonObjectSchema } from '#machines/contracts/json.ts'
import { Refusal } from '../http.ts'
import type { SandboxContext } from './context.ts'
import { FileSchema, takeFile } from './media-routes.ts'
import type { SandboxNumber } from './record.ts'

/** Written without a plus, as WhatsApp does, or with. */
export const PhoneSchema = z
  .string()
  .regex(/^\+?[1-9][\d ()-]{6,24}$/, 'a phone number with its country code')

export const ContentShape = {
  text: z.string().min(1).max(4096).optional(),
  /** Any other kind: `{"type":"button","button":{…}}`. */
  message: JsonObjectSchema.optional(),
  /** The bytes of a media message: the object under its type's name gets id, type and sum. */
  file: FileSchema.optional(),
}

export const oneOfBoth = [
  ({ text, message }: { text?: unknown; message?: unknown }) =>
    (text === undefined) !== (message === undefined),
  { message: 'either text or message' },
] as const satisfies unknown[]

type Given = z.infer<z.ZodObject<typeof ContentShape>>

/** The message as the webhook says it, its kind, and its words. */
export function contentOf(
  { text = '', message, file }: Given,
  { context, number, origin }: { context: SandboxContext; number: SandboxNumber; origin: string },
): { content: JsonObject; kind: string; text: string } {
  const content: JsonObject = message ?? { type: 'text', text: { body: text } }
  const kind = typeof content['type'] === 'string' ? content['type'] : 'unknown'
  if (!file) return { content, kind, text }
  const body = content[kind]
  const media = takeFile(context, number, { file, origin })
  return {
    content: { ...content, [kind]: { ...(isJsonObject(body) && body), ...media } },
    kind,
    text,
  }
}

/** The number that is written to; default the one registered last. */
export function numberFor(
  phoneNumberId: string | undefined,
  { store }: SandboxContext,
): SandboxNumber {
  const { numbers } = store.state
  const number =
    phoneNumberId === undefined ? [...numbers.values()].at(-1) : numbers.get(phoneNumberId)
  if (number) return number
  throw new Refusal(409, 'No such number is registered; POST /configure registers one')
}
