// The numbers to reach, and what this run reached of them.

import type { Run } from './measured.ts'
import { ratioOf, round } from './stats.ts'

export interface Goal {
  /** What is measured. */
  what: string
  /** `at least` or `at most` so much. */
  bound: 'min' | 'max'
  wanted: number
  unit: string
  /** Null for what was not measured. */
  reached: number | null
  met: boolean | null
}

interface Wanted extends Pick<Goal, 'what' | 'bound' | 'wanted' | 'unit'> {
  find: (runs: readonly Run[]) => number | null
}

const MiB = 'MiB'

const WANTED: readonly Wanted[] = [
  { ...times('drain against Restate', 10), find: ratio('drain', 'restate') },
  { ...times('drain against DBOS', 25), find: ratio('drain', 'dbos') },
  { ...times('drain against the bare loop', 0.5), find: ratio('drain', 'bare') },
  { ...times('ingest against Restate', 2.5), find: ratio('ingest', 'restate') },
  { ...atMost('ingest p99 at 500/s', 100, 'ms'), find: median('ingest', 'fluxolab p99 at 500/s') },
  {
    ...atMost('webhook to provider p50 at 200/s', 25, 'ms'),
    find: median('latency', 'webhook to provider p50 at 200/s'),
  },
  {
    ...atMost('webhook to provider p99 at 200/s', 150, 'ms'),
    find: median('latency', 'webhook to provider p99 at 200/s'),
  },
  { ...atMost('1m resting: start', 30, 's'), find: median('resting', '1m start') },
  { ...atMost('1m resting: worker memory', 400, MiB), find: median('resting', '1m memory') },
  {
    ...times('1m resting: drain against 10k', 0.8),
    find: ratio('resting', '10k beside 1m drain', '1m drain'),
  },
  { ...atMost('1m resting: timer lag p99', 2, 's'), find: median('resting', '1m timer lag p99') },
  { ...atMost('2,000 sockets: fan-out p99', 300, 'ms'), find: median('live', 'fan-out p99') },
  {
    ...times('2,000 sockets: drain against none', 0.95),
    find: ratio('live', 'drain, no sockets', 'drain, 2,000 sockets'),
  },
]

/** What was wanted beside what the runs say. */
export function goalsOf(runs: readonly Run[]): Goal[] {
  return WANTED.map(({ find, ...goal }) => {
    const found = find(runs)
    const reached = found === null ? null : round(found)
    const met =
      found === null ? null : goal.bound === 'min' ? found >= goal.wanted : found <= goal.wanted
    return { ...goal, reached, met }
  })
}

function times(what: string, wanted: number): Omit<Wanted, 'find'> {
  return { what, bound: 'min', wanted, unit: '×' }
}

function atMost(what: string, wanted: number, unit: string): Omit<Wanted, 'find'> {
  return { what, bound: 'max', wanted, unit }
}

function runIn(runs: readonly Run[], part: Run['part'], name: string): Run | undefined {
  return runs.find((run) => run.part === part && run.name === name)
}

function median(part: Run['part'], name: string): Wanted['find'] {
  return (runs) => runIn(runs, part, name)?.spread.median ?? null
}

/** The median of the rounds' ratios. */
function ratio(part: Run['part'], theirs: string, ours = 'fluxolab'): Wanted['find'] {
  return (runs) => {
    const [mine, other] = [runIn(runs, part, ours), runIn(runs, part, theirs)]
    return mine && other ? ratioOf(mine.values, other.values).median : null
  }
}
