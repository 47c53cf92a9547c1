// The name of a version: a hash over the meaning of a document, whatever its layout and key order.

import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

/** SHA-256 in hex over the canonical JSON of everything but `layout`. */
export function contentHash(document: unknown): string {
  const { layout: _layout, ...meaning } = document as Record<string, unknown>
  return bytesToHex(sha256(utf8ToBytes(canonicalJson(meaning))))
}

/** JSON with sorted keys; `undefined` is left out as in JSON.stringify. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`
  }
  return JSON.stringify(value) ?? 'null'
}
