// When a refused attempt is made again: doubling from one second to five minutes, with jitter. A pair of number and
// person that was too fast rests four times as long each time, as Meta asks.

import type { Trouble } from './trouble.ts'

export const MAX_ATTEMPTS = 10

const FIRST_MS = 1_000
const LONGEST_MS = 300_000

/**
 * Milliseconds until the next attempt.
 * @param attempts attempts made so far, from 1
 * @param retryAfterMs what the provider asked for, if it did; never shortened
 * @param random 0 to 1, spreads effects that failed together
 */
export function retryDelay(
  attempts: number,
  retryAfterMs: number | undefined,
  random: number,
  trouble: Trouble = 'effect',
): number {
  const backoff = FIRST_MS * (trouble === 'pair' ? 4 ** attempts : 2 ** (attempts - 1))
  const jittered = Math.min(LONGEST_MS, backoff) * (0.75 + random / 2)
  return Math.max(jittered, retryAfterMs ?? 0)
}
