// New ids: the kind's prefix and a UUIDv7 in base 32, so they sort by time.

import { typeidUnboxed } from 'typeid-js'
import { ID_PREFIXES, type IdKind } from '#machines/contracts/ids.ts'

/** A new id such as `evt_01jd…`. */
export function createId(kind: IdKind): string {
  return typeidUnboxed(ID_PREFIXES[kind])
}
