// Waiting with an end: for parts that may never answer again.

import { setTimeout as sleep } from 'node:timers/promises'

/** @returns false when the work took longer than the limit; it is then left to itself */
export async function withLimit(work: Promise<unknown>, limitMs: number): Promise<boolean> {
  const limit = new AbortController()
  const late = sleep(limitMs, false, { signal: limit.signal }).catch(() => false)
  try {
    return await Promise.race([work.then(() => true), late])
  } finally {
    limit.abort()
  }
}
