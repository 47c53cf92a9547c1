// From a webhook to the request at the provider, at fixed rates: a whole process, with everything of the line between.

import { once } from 'node:events'
import { cpuSeconds } from './lib/cpu.ts'
import { type FluxoLabProcess, startFluxoLab } from './lib/fluxolab-process.ts'
import type { Ground } from './lib/ground.ts'
import { openLoad, postOf } from './lib/http-load.ts'
import type { Run } from './lib/measured.ts'
import { percentileOf, spreadOf } from './lib/stats.ts'
import { type Provider, startProvider } from './work/provider.ts'
import { phoneOf, webhookOf } from './work/webhook.ts'

const CONNECTIONS = 64
const LONGEST_WAIT_MS = 30_000
const WARM_UP_SECONDS = 4
const host = '127.0.0.1'

export interface LatencyPlan {
  /** Webhooks a second. */
  rates: readonly number[]
  seconds: number
  onRound: (text: string) => void
}

export async function measureLatency(ground: Ground, plan: LatencyPlan): Promise<Run[]> {
  const provider = await startProvider()
  const fluxolab = await startFluxoLab(ground, {
    database: 'bench_latency',
    role: 'all',
    provider: provider.address,
  })
  await raiseLimit(fluxolab)
  const load = await openLoad({ host, port: fluxolab.port, connections: CONNECTIONS })
  try {
    const runs: Run[] = []
    let contact = 0
    const measure = async (rate: number, seconds: number): Promise<number[]> => {
      const first = contact
      contact += rate * seconds
      const requests = Array.from({ length: rate * seconds }, (_, index) => {
        const { body, headers } = webhookOf(
          fluxolab.tenant,
          first + index,
          `wamid.${first + index}`,
        )
        return postOf({ host, path: '/webhooks/whatsapp', headers }, body)
      })
      const arrived = watchArrivals(provider, first, requests.length).catch(
        async (error: unknown) => {
          throw new Error(await whereTheyAre(fluxolab), { cause: error })
        },
      )
      await ground.settle()
      const start = performance.now()
      await load.open({ rate, seconds }, (index) => requests[index] ?? Buffer.alloc(0))
      const arrivals = await arrived
      return arrivals.map((at, index) => at - start - (index * 1000) / rate)
    }
    // A process that has run for a while, on tables that have been counted, as they are a minute after the start.
    await measure(Math.max(...plan.rates), WARM_UP_SECONDS)
    await fluxolab.pool.query('analyze')
    for (const rate of plan.rates) {
      const before = cpuSeconds()
      const latencies = await measure(rate, plan.seconds)
      const after = cpuSeconds()
      const cpu =
        before === null || after === null ? null : ((after - before) * 1000) / latencies.length
      const sorted = latencies.toSorted((left, right) => left - right)
      const [p50, p99] = [percentileOf(sorted, 50), percentileOf(sorted, 99)]
      runs.push(runOf(`webhook to provider p50 at ${rate}/s`, { value: p50, cpu }, plan))
      runs.push(runOf(`webhook to provider p99 at ${rate}/s`, { value: p99, cpu: null }, plan))
      plan.onRound(
        `latency at ${rate}/s: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${cpu?.toFixed(2) ?? '?'} cpu ms per message`,
      )
    }
    return runs
  } finally {
    load.close()
    await fluxolab.stop()
    await provider.stop()
  }
}

/** All messages leave from one number, as fast as Meta lets a number that it has raised: 1,000 a second instead of 80. */
async function raiseLimit({ pool, tenant }: FluxoLabProcess): Promise<void> {
  await pool.query('insert into send_limits (tenant_id, key, per_second) values ($1, $2, 1000)', [
    tenant.id,
    tenant.channelId,
  ])
}

/** What became of the messages that did not arrive, as the outbox and the dead letters tell it. */
async function whereTheyAre({ pool }: FluxoLabProcess): Promise<string> {
  const { rows } = await pool.query<{ text: string }>(
    `select format('%s in the outbox: %s, %s', count(*), status, last_error::text) as text from outbox group by status, last_error::text
     union all select format('%s dead letters: %s', count(*), code) from dead_letters group by code
     union all select format('%s in the mailbox', count(*)) from mailbox having count(*) > 0
     union all select format('%s contacts', count(*)) from contacts
     union all select format('%s messages: %s', count(*), status) from messages group by status`,
  )
  return `Messages did not reach the provider: ${rows.map(({ text }) => text).join('; ')}`
}

/** When the message of each contact came. @throws {Error} when one does not come at all */
async function watchArrivals(provider: Provider, first: number, count: number): Promise<number[]> {
  const numbers = new Map(
    Array.from({ length: count }, (_, index) => [phoneOf(first + index), index]),
  )
  const arrivals: number[] = Array.from({ length: count }, () => NaN)
  let left = count
  const all = new EventTarget()
  provider.onMessage = (to, at) => {
    const index = numbers.get(to)
    if (index === undefined || !Number.isNaN(arrivals[index])) return
    arrivals[index] = at
    left -= 1
    if (left === 0) all.dispatchEvent(new Event('arrived'))
  }
  const limit = AbortSignal.timeout(LONGEST_WAIT_MS + count * 20)
  await once(all, 'arrived', { signal: limit }).catch((cause: unknown) => {
    throw new Error(`${left} of ${count} messages did not reach the provider`, { cause })
  })
  return arrivals
}

function runOf(
  name: string,
  { value, cpu }: { value: number; cpu: number | null },
  { seconds }: LatencyPlan,
): Run {
  return {
    part: 'latency',
    name,
    unit: 'ms',
    spread: spreadOf([value]),
    values: [value],
    ...(cpu !== null && { cpu: spreadOf([cpu]) }),
    settings: [
      `open loop, ${seconds} s, from the time at which a webhook was due; straight from the commit to the provider; the number may send 1,000/s`,
    ],
  }
}
