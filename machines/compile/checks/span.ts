// How long nodes wait at most, as far as the document says it.

import { millisecondsUntil } from '../../expression/duration.ts'
import type { ResolvedNode } from '../resolve.ts'

const ANY_DAY = '2026-03-10T12:00:00.000Z'

/** ISO 8601 duration after which the node's own timer fires, or null where it depends on the moment. */
export function spanOf(node: ResolvedNode | undefined): string | null {
  const { duration, timeout } = (node?.node ?? {}) as { duration?: unknown; timeout?: unknown }
  const span = timeout ?? duration
  return typeof span === 'string' ? span : null
}

/** Reading a duration is dear, and documents hold the same few again and again. */
const known = new Map<string, number>()
const MAX_KNOWN = 1000

/** Its length in milliseconds; a day counts 24 hours. */
export function lengthOf(span: string): number {
  const before = known.get(span)
  if (before !== undefined) return before
  if (known.size >= MAX_KNOWN) known.clear()
  const length = measure(span)
  known.set(span, length)
  return length
}

function measure(span: string): number {
  try {
    return millisecondsUntil(span, ANY_DAY, 'UTC')
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
