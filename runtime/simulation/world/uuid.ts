// Stands in for the package `uuid`.

import { createUuidV7 } from './platform.ts'

/** Fills the bytes that it is given, as the package does. */
export function v7(_options?: unknown, into?: Uint8Array): string | Uint8Array {
  const id = createUuidV7()
  if (!into) return id
  into.set(Buffer.from(id.replaceAll('-', ''), 'hex'))
  return into
}

export function stringify(): string {
  throw new Error('not simulated')
}
