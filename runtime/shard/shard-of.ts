// Contact to shard: fixed for ever, because rows carry the number.

import { createHash } from 'node:crypto'

export const SHARD_COUNT = 256

/** The shard of a contact, 0 to 255: the first byte of SHA-256 over tenant and contact. */
export function shardOf(tenantId: string, contactId: string): number {
  return createHash('sha256').update(`${tenantId}/${contactId}`).digest()[0] ?? 0
}
