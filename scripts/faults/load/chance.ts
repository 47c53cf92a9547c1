// Chance that can be repeated: the same seed gives the same choices.

export interface Chance {
  /** From 0 up to but not 1. */
  next(): number
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number
  /** True in `share` of the cases, 0 to 1. */
  happens(share: number): boolean
  pick<T>(items: readonly T[]): T
}

/** mulberry32. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    happens: (share) => next() < share,
    pick: <T>(items: readonly T[]) => {
      if (items.length === 0) throw new Error('nothing to choose from')
      return items[Math.floor(next() * items.length)] as T
    },
  }
}
