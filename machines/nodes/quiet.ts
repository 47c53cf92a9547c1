// The quiet time of a wait: people write in bursts, and what they say is complete when they have stopped for a moment.

import { DurationSchema, millisecondsUntil } from '../expression/duration.ts'

const LONGEST_MS = 5 * 60_000
const ANY_DAY = '2026-01-05T12:00:00Z'

/** ISO 8601 duration of silence that ends a burst of messages, from a second to five minutes. */
export const QuietSchema = DurationSchema.refine(isShort, {
  message: 'from 1 second to 5 minutes',
})

function isShort(duration: string): boolean {
  try {
    const length = millisecondsUntil(duration, ANY_DAY, 'UTC')
    return length >= 1000 && length <= LONGEST_MS
  } catch {
    return false
  }
}
