// Cursors of paged lists: the sort key of the last row, opaque to the caller.

import { FluxoError } from '#machines/contracts/errors.ts'
import type { Page } from '../face.ts'

const MAX_KEY = 200

/** @throws {FluxoError} REQUEST_INVALID for a cursor that we did not make */
export function readCursor(cursor: string | undefined, parts: number): (string | null)[] {
  if (cursor === undefined) return Array.from({ length: parts }, () => null)
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (Array.isArray(values) && values.length === parts && values.every(isKey)) {
      return values as string[]
    }
  } catch {
    // Falls through to the refusal below.
  }
  throw new FluxoError('REQUEST_INVALID', { field: 'cursor', message: 'The cursor is not valid' })
}

function isKey(value: unknown): boolean {
  return typeof value === 'string' && value.length <= MAX_KEY && !value.includes('\0')
}

/** What `readCursor` reads. */
export function cursorOf(key: string[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/** Cuts a list that was read one row too long into a page. */
export function pageOf<Row, Item>(
  rows: Row[],
  limit: number,
  make: { item: (row: Row) => Item; key: (row: Row) => string[] },
): Page<Item> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const nextCursor = rows.length > limit && last !== undefined ? cursorOf(make.key(last)) : null
  return { items: shown.map(make.item), nextCursor }
}
