// Arrays in the form in which PostgreSQL keeps them. As text every quote in a document would be escaped here and
// unescaped there; a statement over hundreds of documents costs a third less without that.

interface ElementType {
  /** PostgreSQL's own number of the type. */
  oid: number
  /** Bytes of a number or an instant; absent for text. */
  width?: 2 | 4 | 8
  /** What stands before each text. */
  prefix?: Buffer
  isInstant?: true
}

const TYPES: Readonly<Record<string, ElementType>> = {
  text: { oid: 25 },
  json: { oid: 114 },
  jsonb: { oid: 3802, prefix: Buffer.of(1) },
  smallint: { oid: 21, width: 2 },
  int: { oid: 23, width: 4 },
  bigint: { oid: 20, width: 8 },
  timestamptz: { oid: 1184, width: 8, isInstant: true },
}
const PARAMETER = /\$(\d+)::(text|jsonb|json|smallint|int|bigint|timestamptz)\[\]/g
/** Dimensions, whether there are nulls, element type, length, first index: four bytes each. */
const HEAD_BYTES = 20
const LENGTH_BYTES = 4
const NULL_LENGTH = -1
const EMPTY_HEAD_BYTES = 12
/** A UTF-16 unit takes no more in UTF-8. */
const BYTES_PER_UNIT = 3
const TWO_TO_32 = 2 ** 32
/** PostgreSQL counts microseconds from the year 2000. */
const EPOCH_MS = Date.UTC(2000, 0, 1)
/** As `toISOString` writes it; of others the database knows more than `Date`. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/**
 * The values as the driver should send them; what does not fit its type is left to the driver and the database.
 * @param statement names the types of its arrays: `$1::text[]`
 */
export function withBinaryArrays(statement: string, values: unknown[]): unknown[] {
  if (!values.some(Array.isArray)) return values
  const sent = [...values]
  for (const [, number, name = ''] of statement.matchAll(PARAMETER)) {
    const index = Number(number) - 1
    const [type, value] = [TYPES[name], values[index]]
    if (type && Array.isArray(value)) sent[index] = encode(value, type) ?? value
  }
  return sent
}

function encode(values: unknown[], type: ElementType): Buffer | null {
  if (values.length === 0) return headOf(type, EMPTY_HEAD_BYTES)
  const { width, isInstant } = type
  if (width === undefined) {
    if (values.every(Buffer.isBuffer)) return encodeBytes(values, type)
    return values.every(isTextOrNull) ? encodeTexts(values, type) : null
  }
  const numbers = isInstant ? instantsOf(values) : values
  const limit = 2 ** Math.min(width * 8 - 1, 53)
  const fits = (value: unknown): value is number | null =>
    value === null || (Number.isInteger(value) && Math.abs(value as number) < limit)
  return numbers.every(fits) ? encodeNumbers(numbers, type, width) : null
}

function instantsOf(values: unknown[]): unknown[] {
  return values.map((value) =>
    typeof value === 'string' && INSTANT.test(value)
      ? (Date.parse(value) - EPOCH_MS) * 1000
      : (value ?? null),
  )
}

const isTextOrNull = (value: unknown): value is string | null =>
  value === null || typeof value === 'string'

/** Texts that are UTF-8 already. */
function encodeBytes(values: readonly Buffer[], type: ElementType): Buffer {
  const before = type.prefix?.length ?? 0
  const bytes = values.reduce((sum, { length }) => sum + LENGTH_BYTES + before + length, HEAD_BYTES)
  const buffer = startArray(values, type, bytes)
  let at = HEAD_BYTES
  for (const value of values) {
    at = buffer.writeInt32BE(before + value.length, at)
    if (type.prefix) at += type.prefix.copy(buffer, at)
    at += value.copy(buffer, at)
  }
  return buffer
}

function encodeTexts(values: (string | null)[], type: ElementType): Buffer {
  let buffer = startArray(values, type, HEAD_BYTES + guessBytes(values))
  let at = HEAD_BYTES
  let before = { value: null as string | null, at: 0 }
  for (const value of values) {
    if (value === null) {
      buffer = withRoom(buffer, at, LENGTH_BYTES)
      at = buffer.writeInt32BE(NULL_LENGTH, at)
      continue
    }
    const start = at
    if (value === before.value) {
      // Whole columns say the same in every row.
      const bytes = LENGTH_BYTES + buffer.readInt32BE(before.at)
      buffer = withRoom(buffer, at, bytes)
      buffer.copyWithin(at, before.at, before.at + bytes)
      at += bytes
    } else {
      buffer = withRoom(buffer, at, LENGTH_BYTES + 1 + value.length * BYTES_PER_UNIT)
      at = writeText(buffer, at, { value, type })
    }
    before = { value, at: start }
  }
  return buffer.subarray(0, at)
}

/** @returns where the next one begins */
function writeText(
  buffer: Buffer,
  at: number,
  { value, type: { prefix } }: { value: string; type: ElementType },
): number {
  let start = at + LENGTH_BYTES
  if (prefix) start += prefix.copy(buffer, start)
  const end = start + buffer.write(value, start)
  buffer.writeInt32BE(end - at - LENGTH_BYTES, at)
  return end
}

/** Most texts are plain; where there is no room for one that may not be, the buffer grows. */
function guessBytes(values: readonly (string | null)[]): number {
  let units = 0
  let longest = 0
  for (const value of values) {
    const length = value?.length ?? 0
    units += length
    longest = Math.max(longest, length)
  }
  return values.length * (LENGTH_BYTES + 1) + Math.ceil(units * 1.1) + longest * BYTES_PER_UNIT
}

function withRoom(buffer: Buffer, at: number, bytes: number): Buffer {
  if (at + bytes <= buffer.length) return buffer
  const grown = Buffer.allocUnsafe(Math.ceil(buffer.length * 1.5) + bytes)
  buffer.copy(grown, 0, 0, at)
  return grown
}

function encodeNumbers(values: (number | null)[], type: ElementType, width: 2 | 4 | 8): Buffer {
  const nulls = values.filter((value) => value === null).length
  const bytes = HEAD_BYTES + values.length * (LENGTH_BYTES + width) - nulls * width
  const buffer = startArray(values, type, bytes)
  let at = HEAD_BYTES
  for (const value of values) {
    at = buffer.writeInt32BE(value === null ? NULL_LENGTH : width, at)
    if (value === null) continue
    if (width === 8) {
      at = buffer.writeInt32BE(Math.floor(value / TWO_TO_32), at)
      at = buffer.writeUInt32BE(((value % TWO_TO_32) + TWO_TO_32) % TWO_TO_32, at)
    } else {
      at = buffer.writeIntBE(value, at, width)
    }
  }
  return buffer
}

function startArray(values: readonly unknown[], type: ElementType, bytes: number): Buffer {
  const buffer = headOf(type, bytes)
  buffer.writeInt32BE(1, 0)
  buffer.writeInt32BE(values.includes(null) ? 1 : 0, 4)
  buffer.writeInt32BE(values.length, 12)
  buffer.writeInt32BE(1, 16)
  return buffer
}

function headOf({ oid }: ElementType, bytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(bytes).fill(0, 0, Math.min(bytes, HEAD_BYTES))
  buffer.writeInt32BE(oid, 8)
  return buffer
}
