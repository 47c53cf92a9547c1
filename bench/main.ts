// `npm run bench`: measures and writes bench/results.json. Words choose parts (`drain`, `resting` …), contenders
// (`fluxolab`, `bare`, `restate`, `dbos`) and sizes (`10k`, `100k`, `1m`); none means all. BENCH_QUICK=1 is for looking.

import { measureBatches } from './batches.ts'
import { measureDrain } from './drain.ts'
import { measureEffects } from './effects.ts'
import { measureIngest } from './ingest.ts'
import { measureLatency } from './latency.ts'
import { measureLive } from './live.ts'
import { killChildren } from './lib/children.ts'
import { type Ground, prepareGround } from './lib/ground.ts'
import { inTime } from './lib/in-time.ts'
import { stopOnSignal } from './lib/interrupt.ts'
import { describeMachine, readVersions } from './lib/machine.ts'
import { type Part, parsePlan, type Plan } from './lib/plan.ts'
import type { Run } from './lib/measured.ts'
import { type Failure, resultsOf, writeResults } from './lib/results.ts'
import { tableOf } from './lib/table.ts'
import { measureResting } from './resting.ts'
import { measureTimers } from './timers.ts'
import { measureWorkers } from './workers.ts'

const RESULTS = new URL('results.json', import.meta.url)
const PACKAGES = [
  'xstate',
  'pg',
  'fastify',
  'bullmq',
  '@restatedev/restate-server',
  '@restatedev/restate-sdk',
  '@dbos-inc/dbos-sdk',
  '@dbos-inc/postgres-datasource',
  'postgres',
]

const PART_LIMIT_MS = 420_000

const onRound = (text: string): void => void process.stderr.write(`  ${text}\n`)

type Measure = (ground: Ground, plan: Plan) => Promise<Run[]>

const MEASURES: Record<Part, Measure> = {
  drain: (ground, { names, quick }) => {
    const [rounds, scale] = quick ? [2, 0.3] : [7, 1]
    return measureDrain(ground, { names, rounds, scale, onRound })
  },
  batches: (ground, { quick }) => {
    const [rounds, contacts] = quick ? [2, 600] : [5, 4_000]
    return measureBatches(ground, { rounds, contacts, onRound })
  },
  workers: (ground, { quick }) => {
    const [rounds, contacts] = quick ? [2, 600] : [5, 2_000]
    return measureWorkers(ground, { rounds, contacts, onRound })
  },
  ingest: (ground, { names, quick }) => {
    const [rounds, requests, seconds] = quick ? [2, 1_000, 2] : [7, 4_000, 10]
    const withRestate = names.includes('restate')
    return measureIngest(ground, { rounds, requests, seconds, withRestate, onRound })
  },
  latency: (ground, { quick }) => {
    const [rates, seconds] = quick ? [[50], 3] : [[50, 100, 200], 10]
    return measureLatency(ground, { rates, seconds, onRound })
  },
  effects: (ground, { quick }) => {
    const [rounds, effects] = quick ? [1, 500] : [4, 3_000]
    return measureEffects(ground, { rounds, effects, onRound })
  },
  timers: (ground, { quick }) => {
    const [rounds, timers] = quick ? [2, 2_000] : [5, 10_000]
    return measureTimers(ground, { rounds, timers, onRound })
  },
  resting: (ground, { sizes, quick }) => {
    const [rounds, events, seconds, rate] = quick ? [2, 1_000, 4, 100] : [5, 5_000, 15, 200]
    const atOnce = quick ? 2_000 : 10_000
    return measureResting(ground, { sizes, rounds, events, seconds, rate, atOnce, onRound })
  },
  live: (ground, { quick }) => {
    const [rounds, seconds, events] = quick ? [1, 4, 2_000] : [5, 15, 30_000]
    return measureLive(ground, { rounds, seconds, events, onRound })
  },
}

/** A part that breaks does not take the others with it. */
async function measureAll(
  ground: Ground,
  plan: Plan,
  stopping: AbortSignal,
): Promise<[Run[], Failure[]]> {
  const runs: Run[] = []
  const failures: Failure[] = []
  for (const part of plan.parts) {
    onRound(`— ${part}, after ${Math.round(performance.now() / 1000)} s`)
    try {
      runs.push(...(await inTime(MEASURES[part](ground, plan), PART_LIMIT_MS)))
    } catch (error) {
      stopping.throwIfAborted()
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
      onRound(`${part} could not be measured: ${reason}`)
      // What it has started is of no use any more.
      killChildren()
      failures.push({ part, reason: reason.split('\n')[0] ?? '' })
    }
    await ground.clear()
  }
  return [runs, failures]
}

const plan = parsePlan(process.argv.slice(2), process.env)
const machine = describeMachine()
const preparing = prepareGround()
const stopping = stopOnSignal(async () => {
  killChildren()
  await (await preparing).stop()
})
const ground = await preparing
try {
  const [runs, failures] = await measureAll(ground, plan, stopping)
  const versions = { ...readVersions(PACKAGES), ...(await ground.settings()) }
  const seconds = Math.round(performance.now() / 1000)
  const at = new Date().toISOString()
  const results = resultsOf(runs, { failures, quick: plan.quick, at, seconds, machine, versions })
  if (plan.isWhole && !stopping.aborted) writeResults(RESULTS, results)
  process.stdout.write(`\n${tableOf(results)}\n`)
  const unknown = results.goals.filter(({ reached }) => reached === null)
  if (plan.isWhole) for (const { what } of unknown) onRound(`${what}: not measured`)
  if (failures.length > 0 || (plan.isWhole && unknown.length > 0)) process.exitCode = 1
} finally {
  if (!stopping.aborted) await ground.stop()
}
// A part that was given up may still be waiting for something.
setTimeout(() => process.exit(), 1_000).unref()
