// `npm run bench`: measures and writes bench/results.json. Words choose parts (`drain`, `ingest`, `latency`) and
// contenders (`fluxolab`, `bare`, `restate`, `dbos`); none means all. BENCH_QUICK=1 takes less than a minute.

import { writeFileSync } from 'node:fs'
import { parsePlan, type Plan } from './lib/plan.ts'
import { measureDrain } from './drain.ts'
import { measureIngest } from './ingest.ts'
import { measureLatency } from './latency.ts'
import { type Ground, prepareGround } from './lib/ground.ts'
import { describeMachine, readVersions } from './lib/machine.ts'
import { resultsOf, type Results, type Run, tableOf } from './lib/results.ts'

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

const say = (text: string): void => void process.stderr.write(`  ${text}\n`)

async function measure(ground: Ground, plan: Plan): Promise<Run[]> {
  const { quick, names, parts } = plan
  const runs: Run[] = []
  if (parts.includes('drain')) {
    const [rounds, scale] = quick ? [2, 0.3] : [7, 1]
    runs.push(...(await measureDrain(ground, { names, rounds, scale, onRound: say })))
  }
  if (parts.includes('ingest')) {
    const [rounds, requests, seconds] = quick ? [2, 1_000, 2] : [7, 4_000, 10]
    const withRestate = names.includes('restate')
    runs.push(
      ...(await measureIngest(ground, { rounds, requests, seconds, withRestate, onRound: say })),
    )
  }
  if (parts.includes('latency')) {
    const [rates, seconds] = quick ? [[50], 3] : [[50, 100, 200], 10]
    runs.push(...(await measureLatency(ground, { rates, seconds, onRound: say })))
  }
  return runs
}

const plan = parsePlan(process.argv.slice(2), process.env)
const machine = describeMachine()
const ground = await prepareGround()
let results: Results
try {
  const runs = await measure(ground, plan)
  const versions = { ...readVersions(PACKAGES), ...(await ground.settings()) }
  results = resultsOf(runs, { quick: plan.quick, at: new Date().toISOString(), machine, versions })
} finally {
  await ground.stop()
}
if (plan.isWhole) writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`)
process.stdout.write(`\n${tableOf(results)}\n`)
