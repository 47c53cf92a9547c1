// How dense the traffic on a drawing is, and which of its ways are lit for it. Pure but for what it remembers.

/** More contacts than this in a second are no single ones any more. */
const DENSE_A_SECOND = 8
const SECOND_MS = 1_000
/** Traffic that was dense stays so until there was less of it for so long: a drawing that changes its ways all the time
 * tells nothing. */
const CALM_MS = 3_000
/** How long a way stays lit after somebody passed. */
const LIT_MS = 2_500

export interface Traffic {
  /** So many contacts passed now, in milliseconds of any clock. @returns whether they are too many for dots */
  passed(count: number, now: number): boolean
  light(edgeIds: readonly string[], now: number): void
  /** Ids of the edges that are lit; those that are not any more are forgotten. */
  busyAt(now: number): ReadonlySet<string>
}

export function createTraffic(): Traffic {
  let recent: { at: number; count: number }[] = []
  let denseUntil = -Infinity
  const litUntil = new Map<string, number>()

  return {
    passed(count, now) {
      recent = [...recent.filter(({ at }) => now - at < SECOND_MS), { at: now, count }]
      const inSecond = recent.reduce((sum, each) => sum + each.count, 0)
      if (inSecond > DENSE_A_SECOND) denseUntil = now + CALM_MS
      return now < denseUntil
    },
    light(edgeIds, now) {
      for (const id of edgeIds) litUntil.set(id, now + LIT_MS)
    },
    busyAt(now) {
      for (const [id, until] of litUntil) if (until <= now) litUntil.delete(id)
      return new Set(litUntil.keys())
    },
  }
}
