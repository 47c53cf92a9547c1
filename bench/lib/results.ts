// What a run found, as a value that is written to results.json and as a table for people.

import { ratioOf, round, type Spread } from './stats.ts'

export interface Run {
  part: 'drain' | 'ingest' | 'latency'
  name: string
  unit: string
  spread: Spread
  /** One for each round, in order. */
  values: number[]
  /** Processor milliseconds per event of every process that took part, the load's own included. */
  cpu?: Spread
  settings: readonly string[]
}

/** FluxoLab over the other one; null for what was not measured. */
export type Ratios = Record<'restate' | 'dbos' | 'bare' | 'ingest', number | null>

export interface Results {
  /** Medians of the rounds' ratios. */
  ratios: Ratios
  /** How many times FluxoLab's processor time per event the other one takes. */
  cpuRatios: Ratios
  quick: boolean
  /** ISO 8601 instant. */
  at: string
  machine: Record<string, string | number>
  versions: Record<string, string>
  runs: Run[]
}

export function resultsOf(
  runs: Run[],
  about: Pick<Results, 'quick' | 'at' | 'machine' | 'versions'>,
): Results {
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
    ...about,
    runs,
  }
}

/** The runs and the ratios, for a terminal. */
export function tableOf({ runs, ratios, cpuRatios }: Results): string {
  const said = (name: keyof Ratios): string =>
    ratios[name] === null ? '' : `${name} ${ratios[name]}× (${cpuRatios[name]}× by processor time)`
  const words = (['restate', 'dbos', 'bare', 'ingest'] as const).map(said).filter(Boolean)
  return [runTable(runs), '', `FluxoLab against ${words.join(', ') || 'nobody'}`].join('\n')
}

function runTable(runs: readonly Run[]): string {
  const head = ['', '', 'min', 'median', 'max', 'unit', 'cpu ms/event']
  const rows = runs.map(({ part, name, unit, spread, cpu }) => [
    part,
    name,
    ...[spread.min, spread.median, spread.max].map(shown),
    unit,
    cpu ? cpu.median.toFixed(3) : '',
  ])
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all
    .map((row) =>
      row
        .map((cell, column) =>
          column < 2 || column === 5
            ? cell.padEnd(widths[column] ?? 0)
            : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1)
}
