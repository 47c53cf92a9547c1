// The gate's latest word at hand, for who cannot wait for an answer. The dispatcher asks all the time.

export interface Gate {
  isOpen(): Promise<boolean>
}

export interface WatchedGate extends Gate {
  /** True when it was open a moment ago. */
  isSurelyOpen(): boolean
}

/** The dispatcher asks at least every half a second. */
const FRESH_MS = 1_000

export function watchGate(gate: Gate): WatchedGate {
  let openAt = -Infinity
  return {
    isOpen: async () => {
      const isOpen = await gate.isOpen()
      openAt = isOpen ? performance.now() : -Infinity
      return isOpen
    },
    isSurelyOpen: () => performance.now() - openAt < FRESH_MS,
  }
}
