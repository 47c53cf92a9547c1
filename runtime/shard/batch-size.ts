// How many envelopes a batch takes: many while there is a backlog, because a contact that is in it several times is then
// written once, and fewer where they are large, because a batch lies in memory whole.

export interface BatchSize {
  /** How many to ask for. */
  next(): number
  /** What came of it, in characters. */
  note(lengths: readonly number[]): void
}

const FIRST = 500
const MOST = 1_000
const LEAST = 50
const BUDGET = 16 * 2 ** 20

/** Creates the measure of one loop; no batch is larger than `most`. */
export function createBatchSize(most = MOST): BatchSize {
  let next = Math.min(FIRST, most)
  return {
    next: () => next,
    note: (lengths) => {
      if (lengths.length === 0) return
      const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length
      next = Math.min(most, Math.max(LEAST, Math.floor(BUDGET / mean)))
    },
  }
}
