// Seeds spread over threads, and what is said of one that failed.

import { Worker } from 'node:worker_threads'
import type { SeedReport } from './run-seed.ts'
import type { ThreadNews, ThreadTask } from './thread.ts'

export interface Outcome {
  reports: SeedReport[]
  /** Second runs of some seeds. */
  repeats: SeedReport[]
}

/** Runs a task in a thread of its own. */
export function runThread(task: ThreadTask): Promise<Outcome> {
  const outcome: Outcome = { reports: [], repeats: [] }
  const thread = new Worker(new URL('./thread.ts', import.meta.url), {
    workerData: task,
    execArgv: [],
  })
  return new Promise((resolve, reject) => {
    thread.on('message', ({ report, isSecond }: ThreadNews) => {
      ;(isSecond ? outcome.repeats : outcome.reports).push(report)
    })
    thread.on('error', reject)
    thread.on('exit', () => resolve(outcome))
  })
}

/** Runs the seeds from `first` on, in so many threads at a time. */
export async function runSeeds(
  first: number,
  count: number,
  { threads, twice }: { threads: number; twice: number },
): Promise<Outcome> {
  const seeds = Array.from({ length: count }, (_, index) => first + index)
  const shares = Array.from({ length: threads }, (_, thread) =>
    seeds.filter((_, index) => index % threads === thread),
  )
  const outcomes = await Promise.all(
    shares.map((share) => runThread({ seeds: share, planted: null, twice, stopsAtFailure: true })),
  )
  return {
    reports: outcomes.flatMap(({ reports }) => reports),
    repeats: outcomes.flatMap(({ repeats }) => repeats),
  }
}

/** What somebody needs who looks into a failure: the seed, the last lines and the way to see it again. */
export function describeFailure({ seed, failure, recent, landed }: SeedReport): string {
  return [
    `seed ${seed}: ${failure}`,
    `faults: ${JSON.stringify(landed)}`,
    ...recent.slice(-40),
    `again: FLUXO_SEED=${seed} npx vitest run --project unit runtime/simulation/simulation.test.ts`,
  ].join('\n')
}
