// The texts and numbers inside a JSON content as fields of a form, and back. What is neither keeps its value.

import { isJsonObject, type Json, type JsonObject } from '#machines/contracts/json.ts'

export type FieldPath = readonly (string | number)[]

export interface ContentField {
  path: FieldPath
  /** As the gateway names it: `vars.nome`, `buttons.0.title`. */
  name: string
  value: string
  isNumber: boolean
}

/** What a correction may not touch is not offered. */
const FIXED: ReadonlySet<string> = new Set([
  'kind',
  'purpose',
  'channel',
  'channelId',
  'messageId',
  'providerMessageId',
  'sentAt',
])

/** Fields in the order in which they stand. */
export function fieldsOf(content: Json, path: FieldPath = []): ContentField[] {
  if (Array.isArray(content)) {
    return content.flatMap((item, index) => fieldsOf(item, [...path, index]))
  }
  if (isJsonObject(content)) {
    return Object.entries(content)
      .filter(([key]) => path.length > 0 || !FIXED.has(key))
      .flatMap(([key, value]) => fieldsOf(value, [...path, key]))
  }
  if (typeof content !== 'string' && typeof content !== 'number') return []
  const isNumber = typeof content === 'number'
  return [{ path, name: path.join('.'), value: String(content), isNumber }]
}

/** The content with one field changed; what is no number stays a text and the gateway says so. */
export function withField(content: JsonObject, field: ContentField, value: string): JsonObject {
  const number = Number(value)
  const isGood = field.isNumber && value.trim() !== '' && Number.isFinite(number)
  return put(content, field.path, isGood ? number : value) as JsonObject
}

function put(content: Json, [head, ...rest]: FieldPath, value: Json): Json {
  if (head === undefined) return value
  if (Array.isArray(content)) {
    return content.map((item, index) => (index === head ? put(item, rest, value) : item))
  }
  if (!isJsonObject(content)) return content
  return { ...content, [head]: put(content[head] ?? null, rest, value) }
}
