// Few numbers said by three of them, many by their percentiles.

export interface Spread {
  min: number
  median: number
  max: number
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((left, right) => left - right)
  return { min: sorted[0] ?? NaN, median: percentileOf(sorted, 50), max: sorted.at(-1) ?? NaN }
}

/** @param sorted ascending; nearest rank, for a median of an even count the mean of the two in the middle */
export function percentileOf(sorted: readonly number[], percent: number): number {
  const middle = sorted.length / 2
  if (percent === 50 && Number.isInteger(middle)) {
    return ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2
  }
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? NaN
}

/** How many times as much the first one is, round by round, because a machine changes between rounds. */
export function ratioOf(ours: readonly number[], theirs: readonly number[]): Spread {
  return spreadOf(ours.map((value, round) => value / (theirs[round] ?? NaN)))
}

export function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits))
}
