// JSON patches (RFC 6902) for findings, which name places by JSON path.

import type { JsonPatchOp } from '../../contracts/api.ts'
import type { Json } from '../../contracts/json.ts'

const STEP = /\.([\p{L}_][\p{L}\p{N}_]*)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]/gu

/** The JSON pointer (RFC 6901) of a JSON path such as `$.nodes[2].cases['a/b']`. */
export function pointerOf(path: string): string {
  return Array.from(path.matchAll(STEP), ([, bare, index, quoted]) => {
    const key = bare ?? index ?? (quoted ?? '').replaceAll(/\\(.)/gu, '$1')
    return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
  }).join('')
}

/** Puts another value where there is one. */
export function replaceAt(path: string, value: Json): JsonPatchOp {
  return { op: 'replace', path: pointerOf(path), value }
}

/** Puts a value into a field that is left out, or before an item of a list. */
export function addAt(path: string, value: Json): JsonPatchOp {
  return { op: 'add', path: pointerOf(path), value }
}

export function removeAt(path: string): JsonPatchOp {
  return { op: 'remove', path: pointerOf(path) }
}
