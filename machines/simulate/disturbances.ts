// How chaos disturbs a script: duplicates, late results and restarts, up to one of its entries.

/** How chaos changes what happens, by entry of the script (-1: the start). */
export interface Disturbance {
  /** Every event comes twice: before its effects are answered, or after. */
  repeatsEvent?(index: number): 'at once' | 'later' | null
  repeatsResult?(index: number): boolean
  /** Results wait until time moves, the contact writes, or the script ends. */
  holdsResults?(index: number): boolean
  /** Which of the waiting results comes first. */
  pick?(count: number): number
  restarts?(index: number): boolean
}

export const CHAOS_KINDS = [
  'restart',
  'event twice',
  'event again',
  'result twice',
  'late results',
  'results in another order',
] as const
export type ChaosKind = (typeof CHAOS_KINDS)[number]

/** One disturbance, exactly: the same request disturbs in the same way again. */
export interface DisturbanceRequest {
  kind: ChaosKind
  /** Last entry that it disturbs; -1: the start. */
  until: number
  seed: number
}

/** Makes the disturbance that a request describes. */
export function disturbanceOf({ kind, until, seed }: DisturbanceRequest): Disturbance {
  return KINDS[kind](until, randomFrom(seed))
}

const KINDS: Record<ChaosKind, (until: number, random: () => number) => Disturbance> = {
  restart: (until) => ({ restarts: (index) => index <= until }),
  'event twice': (until) => ({ repeatsEvent: (index) => (index <= until ? 'at once' : null) }),
  'event again': (until) => ({ repeatsEvent: (index) => (index <= until ? 'later' : null) }),
  'result twice': (until) => ({ repeatsResult: (index) => index <= until }),
  'late results': (until) => ({ holdsResults: (index) => index <= until }),
  'results in another order': (until, random) => ({
    holdsResults: (index) => index <= until && random() < 0.5,
    pick: (count) => Math.floor(random() * count),
  }),
}

/** Mulberry32: numbers that are the same on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
