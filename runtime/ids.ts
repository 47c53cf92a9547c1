// New ids: the kind's prefix and a UUIDv7 in base 32, so they sort by time.

import { typeidUnboxed } from 'typeid-js'
import { ID_PREFIXES, type IdKind } from '#machines/contracts/ids.ts'

/** A new id such as `evt_01jd…`. */
export function createId(kind: IdKind): string {
  return typeidUnboxed(ID_PREFIXES[kind])
}

/** Crockford's base 32, as in every id. */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'
const TAIL = 6
const TAIL_SIZE = 32 ** TAIL

/** New ids in ascending order: one that is drawn, and those that follow it. */
export function createIds(kind: IdKind, count: number): string[] {
  const first = createId(kind)
  const head = first.slice(0, -TAIL)
  const drawn = first
    .slice(-TAIL)
    .split('')
    .reduce((sum, digit) => sum * 32 + DIGITS.indexOf(digit), 0)
  const start = Math.min(drawn, TAIL_SIZE - count)
  return Array.from({ length: count }, (_, index) => head + tailOf(start + index))
}

function tailOf(value: number): string {
  let tail = ''
  for (let bits = TAIL * 5 - 5; bits >= 0; bits -= 5) tail += DIGITS[(value >> bits) & 31]
  return tail
}
