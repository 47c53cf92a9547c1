// What one thing measured gave, round by round.

import type { Part } from './plan.ts'
import { type Spread, spreadOf } from './stats.ts'

export interface Run {
  part: Part
  name: string
  unit: string
  spread: Spread
  /** One for each round, in order. */
  values: number[]
  /** Processor milliseconds per event of every process that took part, the load's own included. */
  cpu?: Spread
  /** The same by what the processes are there for, medians of the rounds. */
  cpuOf?: Record<string, number>
  settings: readonly string[]
}

export function runOf(
  about: Pick<Run, 'part' | 'name' | 'unit'>,
  values: number[],
  settings: readonly string[] = [],
): Run {
  return { ...about, spread: spreadOf(values), values, settings }
}
