// `Retry-After`: how long the other side asks us to stay away. RFC 9110 §10.2.3: seconds or a date.

/** Longest wait that a `Retry-After` may ask for. */
const MAX_RETRY_AFTER_MS = 60 * 60 * 1000

/** @returns milliseconds, or null where the header says nothing that can be read */
export function readRetryAfter(header: string | string[] | undefined, now: Date): number | null {
  if (typeof header !== 'string') return null
  const seconds = /^\d{1,9}$/.test(header) ? Number(header) : Number.NaN
  const ms = Number.isNaN(seconds) ? Date.parse(header) - now.getTime() : seconds * 1000
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS)
}
