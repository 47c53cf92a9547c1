// Webhook bodies from raw bytes to JSON that PostgreSQL can hold: strict for tenants' tools, forgiving for providers.

import { isUtf8 } from 'node:buffer'
import { FluxoError } from '#machines/contracts/errors.ts'
import { isJsonObject, type Json, type JsonObject } from '#machines/contracts/json.ts'
import { type JsonFinding, scanJson } from './json-scan.ts'
import { surveyJson } from './json-survey.ts'

/** Deepest nesting that is accepted. */
export const MAX_JSON_DEPTH = 32

const NULL_CHARACTER = '\u0000'

/**
 * Parses the body that a tenant's tool sent, refusing whatever could be read in two ways or could
 * not be stored: a byte order mark (RFC 8259 §8.1), bytes that are not UTF-8, duplicate keys,
 * nesting beyond 32, `__proto__`, `\u0000` and lone surrogates (PostgreSQL refuses them) and
 * numbers that do not fit. Integers beyond 2^53 become strings, digit for digit.
 *
 * @param raw the untouched bytes, at most `maxBytes` of them.
 * @param maxDepth where documents are read, which may be nested deeper than events
 * @throws {FluxoError} EVENT_TOO_LARGE, WEBHOOK_BODY_TOO_DEEP, WEBHOOK_BODY_INVALID with the field.
 */
export function parseStrictBody(
  raw: Buffer,
  maxBytes: number,
  maxDepth = MAX_JSON_DEPTH,
): JsonObject {
  const text = decode(raw, maxBytes)
  refuseFinding(scanJson(text, maxDepth), maxDepth)
  const body = objectOf(parseKeepingDigits(text))
  const bad = findUnstorable(body, '')
  if (bad) {
    const field = bad.path.slice(0, 200)
    throw new FluxoError('WEBHOOK_BODY_INVALID', { message: `${field} ${bad.problem}`, field })
  }
  return body
}

/**
 * Parses the body that a provider sent. Its signature was checked, and refusing would only make it
 * deliver the same again for days, so what could not be stored is replaced and not refused.
 * @throws {FluxoError} EVENT_TOO_LARGE, WEBHOOK_BODY_TOO_DEEP, WEBHOOK_BODY_INVALID.
 */
export function parseProviderBody(raw: Buffer, maxBytes: number): JsonObject {
  const text = decode(raw, maxBytes)
  return objectOf(parseForgivingly(text))
}

/**
 * Parses an answer of any JSON shape, replacing what could not be stored.
 * @throws {FluxoError} EVENT_TOO_LARGE, WEBHOOK_BODY_TOO_DEEP, WEBHOOK_BODY_INVALID.
 */
export function parseAnswer(raw: Buffer, maxBytes: number): Json {
  return parseForgivingly(decode(raw, maxBytes))
}

function parseForgivingly(text: string): Json {
  const kind = surveyJson(text, MAX_JSON_DEPTH)
  if (kind === 'too deep') refuseFinding({ problem: 'too deep', path: '' })
  return kind === 'plain' ? parsePlain(text) : toStorable(parseKeepingDigits(text))
}

function decode(raw: Buffer, maxBytes: number): string {
  if (raw.length > maxBytes) {
    throw new FluxoError('EVENT_TOO_LARGE', {
      message: `The body is larger than ${maxBytes} bytes`,
    })
  }
  if (!isUtf8(raw)) {
    throw new FluxoError('WEBHOOK_BODY_INVALID', { message: 'The body is not UTF-8' })
  }
  const text = raw.toString('utf8')
  if (!text.startsWith('\uFEFF')) return text
  throw new FluxoError('WEBHOOK_BODY_INVALID', {
    message: 'The body starts with a byte order mark',
  })
}

function refuseFinding(finding: JsonFinding | null, maxDepth = MAX_JSON_DEPTH): void {
  if (!finding) return
  const { problem, path } = finding
  if (problem === 'too deep') {
    const message = `The body is nested deeper than ${maxDepth}`
    throw new FluxoError('WEBHOOK_BODY_TOO_DEEP', { message, field: path })
  }
  throw new FluxoError('WEBHOOK_BODY_INVALID', {
    message: `The body has a ${problem}: ${path}`,
    field: path,
  })
}

function objectOf(body: Json): JsonObject {
  if (isJsonObject(body)) return body
  throw new FluxoError('WEBHOOK_BODY_INVALID', { message: 'The body is not a JSON object' })
}

/** The reviver is slow, and only sixteen digits in a row can need it. */
function parseKeepingDigits(text: string): Json {
  return parsePlain(text, /\d{16}/.test(text) ? (keepDigits as Reviver) : undefined)
}

function parsePlain(text: string, reviver?: Reviver): Json {
  try {
    return JSON.parse(text, reviver) as Json
  } catch (cause) {
    throw new FluxoError('WEBHOOK_BODY_INVALID', { message: 'The body is not valid JSON', cause })
  }
}

type Reviver = (key: string, value: unknown) => unknown

/** ECMAScript's JSON.parse source text access: an id of 18 digits must not lose its last ones. */
function keepDigits(_key: string, value: unknown, context: { source?: string }): unknown {
  const { source } = context
  if (typeof value !== 'number' || Number.isSafeInteger(value) || source === undefined) return value
  return /^-?\d+$/.test(source) ? source : value
}

interface Unstorable {
  path: string
  problem: string
}

function findUnstorable(value: Json, path: string): Unstorable | null {
  if (typeof value === 'string') return findBadText(value, path)
  if (typeof value === 'number') {
    return Number.isFinite(value) ? null : { path, problem: 'is not a number that fits' }
  }
  if (typeof value !== 'object' || value === null) return null
  for (const [key, item] of Object.entries(value)) {
    const itemPath = Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`
    const bad = findBadText(key, path) ?? findUnstorable(item, itemPath)
    if (bad) return bad
  }
  return null
}

function findBadText(text: string, path: string): Unstorable | null {
  if (text.includes(NULL_CHARACTER)) return { path, problem: 'contains \\u0000' }
  return text.isWellFormed() ? null : { path, problem: 'contains a lone surrogate' }
}

function toStorable(value: Json): Json {
  if (typeof value === 'string') return toStorableText(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(toStorable)
  const entries = Object.entries(value).filter(([key]) => key !== '__proto__')
  return Object.fromEntries(entries.map(([key, item]) => [toStorableText(key), toStorable(item)]))
}

/** The text without what PostgreSQL refuses: `\u0000` and lone surrogates, such as a cut leaves. */
export function toStorableText(text: string): string {
  return text.replaceAll(NULL_CHARACTER, '').toWellFormed()
}
