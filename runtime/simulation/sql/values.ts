// Values of PostgreSQL's types as the simulation holds them, from the driver's parameters and back into its results.
// Instants are milliseconds, intervals too; json and jsonb are text, jsonb in its canonical form.

/** What the server refuses, with its SQLSTATE. */
export class DatabaseError extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export const NUMBERS = new Set(['smallint', 'int', 'bigint', 'numeric', 'float8'])
const INTEGERS = new Set(['smallint', 'int', 'bigint'])
const SMALLINT_LIMIT = 2 ** 15
const INT_LIMIT = 2 ** 31

/** A value as the wanted type keeps it. @throws {DatabaseError} class 22 for what it cannot be */
export function coerce(value: unknown, type: string): unknown {
  if (value === null || value === undefined) return null
  if (type.endsWith('[]')) return coerceArray(value, type.slice(0, -2))
  return COERCE[type]?.(value, type) ?? value
}

const COERCE: Readonly<Record<string, (value: unknown, type: string) => unknown>> = {
  text: toText,
  smallint: toInteger,
  int: toInteger,
  bigint: toInteger,
  numeric: toNumber,
  float8: toNumber,
  boolean: (value) => (typeof value === 'boolean' ? value : toBoolean(value)),
  timestamptz: toInstant,
  date: toInstant,
  interval: (value) => (typeof value === 'number' ? value : toInterval(textOf(value))),
  json: (value) => (typeof value === 'string' ? value : JSON.stringify(value)),
  jsonb: (value) => canonicalJson(typeof value === 'string' ? value : JSON.stringify(value)),
}

function coerceArray(value: unknown, element: string): unknown[] {
  if (Buffer.isBuffer(value)) return readBinaryArray(value, element)
  if (Array.isArray(value)) return value.map((item) => coerce(item, element))
  const text = textOf(value)
  if (!text.startsWith('{')) throw new DatabaseError('22P02', `malformed array literal: "${text}"`)
  const inner = text.slice(1, -1)
  if (inner === '') return []
  return inner.split(',').map((item) => coerce(item.replace(/^"(.*)"$/, '$1'), element))
}

function toText(value: unknown): string {
  const text = textOf(value)
  if (text.includes('\0'))
    throw new DatabaseError('22021', 'invalid byte sequence for encoding "UTF8": 0x00')
  return text
}

/** Text of a parameter, as the driver sends it. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' ? JSON.stringify(value) : `${value as number}`
}

function toNumber(value: unknown): number {
  if (typeof value === 'number') return value
  const number = Number(textOf(value))
  if (Number.isNaN(number) || textOf(value).trim() === '')
    throw new DatabaseError('22P02', `invalid input syntax for a number: "${textOf(value)}"`)
  return number
}

function toInteger(value: unknown, type: string): number {
  const number = typeof value === 'boolean' ? Number(value) : toNumber(value)
  const limit = { smallint: SMALLINT_LIMIT, int: INT_LIMIT }[type] ?? 2 ** 63
  if (number >= limit || number < -limit) throw new DatabaseError('22003', `${type} out of range`)
  return Number.isInteger(number) ? number : Math.round(number)
}

function toBoolean(value: unknown): boolean {
  const text = textOf(value).toLowerCase()
  if (['t', 'true', 'on', '1', 'yes'].includes(text)) return true
  if (['f', 'false', 'off', '0', 'no'].includes(text)) return false
  throw new DatabaseError('22P02', `invalid input syntax for type boolean: "${text}"`)
}

function toInstant(value: unknown): number {
  if (typeof value === 'number') return value
  if (value instanceof Date) return value.getTime()
  const text = textOf(value)
  if (text === 'infinity') return Infinity
  if (text === '-infinity') return -Infinity
  const instant = Date.parse(text)
  if (Number.isNaN(instant))
    throw new DatabaseError('22007', `invalid input syntax for type timestamptz: "${text}"`)
  return instant
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  millisecond: 1,
  second: 1000,
  sec: 1000,
  minute: 60_000,
  min: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
}

function toInterval(text: string): number {
  let total = 0
  for (const [, count, unit = ''] of text.matchAll(/(-?\d+(?:\.\d+)?)\s*([a-z]+)/g))
    total += Number(count) * (UNIT_MS[unit] ?? UNIT_MS[unit.replace(/s$/, '')] ?? Number.NaN)
  if (Number.isNaN(total)) throw new DatabaseError('22007', `invalid interval: "${text}"`)
  return total
}

/** JSON text as jsonb gives it back: keys by length and then by bytes, the last of equal ones. */
export function canonicalJson(text: string): string {
  if (text === '{}' || text === '[]' || text === 'null') return text
  if (text.includes('\\u0000'))
    throw new DatabaseError('22P05', 'unsupported Unicode escape sequence')
  try {
    return JSON.stringify(sorted(JSON.parse(text)))
  } catch {
    throw new DatabaseError('22P02', 'invalid input syntax for type json')
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const keys = Object.keys(value).toSorted((left, right) =>
    left.length === right.length ? (left < right ? -1 : 1) : left.length - right.length,
  )
  return Object.fromEntries(
    keys.map((key) => [key, sorted((value as Record<string, unknown>)[key])]),
  )
}

const ARRAY_HEAD = 20
/** Instants are sent in microseconds since the year 2000. */
const EPOCH_MS = Date.UTC(2000, 0, 1)

/** The binary form in which `runtime/db/binary-array.ts` sends arrays. */
function readBinaryArray(buffer: Buffer, element: string): unknown[] {
  if (buffer.readInt32BE(0) === 0) return []
  const count = buffer.readInt32BE(12)
  const items: unknown[] = Array.from({ length: count })
  let at = ARRAY_HEAD
  for (let index = 0; index < count; index++) {
    const length = buffer.readInt32BE(at)
    at += 4
    items[index] = length < 0 ? null : readElement(buffer, at, { length, element })
    if (length > 0) at += length
  }
  return items
}

function readElement(
  buffer: Buffer,
  at: number,
  { length, element }: { length: number; element: string },
): unknown {
  if (INTEGERS.has(element))
    return length === 8 ? Number(buffer.readBigInt64BE(at)) : buffer.readIntBE(at, length)
  if (element === 'timestamptz') return EPOCH_MS + Number(buffer.readBigInt64BE(at)) / 1000
  if (element === 'float8') return buffer.readDoubleBE(at)
  if (element === 'boolean') return buffer[at] === 1
  if (element === 'jsonb') return coerce(buffer.toString('utf8', at + 1, at + length), element)
  return coerce(buffer.toString('utf8', at, at + length), element)
}

/** Less than zero, zero or more, as the types compare; neither is null. */
export function compareValues(left: unknown, right: unknown): number {
  if (Array.isArray(left) && Array.isArray(right)) {
    for (let index = 0; index < Math.min(left.length, right.length); index++) {
      const order = compareValues(left[index], right[index])
      if (order !== 0) return order
    }
    return left.length - right.length
  }
  if ((left as string) < (right as string)) return -1
  return (left as string) > (right as string) ? 1 : 0
}

export function isEqual(left: unknown, right: unknown): boolean {
  return left === right || (Array.isArray(left) && compareValues(left, right) === 0)
}

/** A text that equal values share. */
export function groupKey(values: readonly unknown[]): string {
  return values.map((value) => `${value === null ? '\u0000' : (value as string)}\u0001`).join('')
}

/** A value as the driver gives it to the caller. */
export function toDriver(value: unknown, type: string): unknown {
  if (value === null || value === undefined) return null
  switch (type) {
    case 'timestamptz':
      if (value === Infinity || value === -Infinity) return value
      return new Date(Math.floor(value as number))
    case 'json':
    case 'jsonb':
      return JSON.parse(value as string)
    case 'numeric':
      return `${value as number}`
    case 'text[]':
      return [...(value as unknown[])]
    default:
      return value
  }
}
