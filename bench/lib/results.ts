// What a run found, as a value that is written to results.json.

import { renameSync, writeFileSync } from 'node:fs'
import { type Goal, goalsOf } from './goals.ts'
import type { Part } from './plan.ts'
import type { Run } from './measured.ts'
import { ratioOf, round } from './stats.ts'

/** FluxoLab over the other one; null for what was not measured. */
export type Ratios = Record<'restate' | 'dbos' | 'bare' | 'ingest', number | null>

/** A part that could not be measured, and why. */
export interface Failure {
  part: Part
  reason: string
}

export interface Results {
  /** Medians of the rounds' ratios. */
  ratios: Ratios
  /** How many times FluxoLab's processor time per event the other one takes. */
  cpuRatios: Ratios
  goals: Goal[]
  failures: Failure[]
  quick: boolean
  /** ISO 8601 instant. */
  at: string
  /** How long all of it took. */
  seconds: number
  machine: Record<string, string | number>
  versions: Record<string, string>
  runs: Run[]
}

type About = Omit<Results, 'ratios' | 'cpuRatios' | 'goals' | 'runs'>

export function resultsOf(runs: Run[], about: About): Results {
  const find = (part: Run['part'], name: string): Run | undefined =>
    runs.find((run) => run.part === part && run.name === name)
  const compare = (ratio: (ours: Run, theirs: Run) => number): Ratios => {
    const of = (part: Run['part'], name: string): number | null => {
      const [ours, theirs] = [find(part, 'fluxolab'), find(part, name)]
      return ours && theirs ? round(ratio(ours, theirs)) : null
    }
    return {
      restate: of('drain', 'restate'),
      dbos: of('drain', 'dbos'),
      bare: of('drain', 'bare'),
      ingest: of('ingest', 'restate'),
    }
  }
  return {
    ratios: compare((ours, theirs) => ratioOf(ours.values, theirs.values).median),
    cpuRatios: compare((ours, theirs) => (theirs.cpu?.median ?? NaN) / (ours.cpu?.median ?? NaN)),
    goals: goalsOf(runs),
    ...about,
    runs,
  }
}

/** A run of values, one for each round; a single figure is a run of one. */
/** Whole or not at all: whoever reads it meanwhile finds the last one. */
export function writeResults(file: URL, results: Results): void {
  const unfinished = new URL(`${file.href}.new`)
  writeFileSync(unfinished, `${JSON.stringify(results, null, 2)}\n`)
  renameSync(unfinished, file)
}
