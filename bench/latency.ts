// From a webhook to the request at the provider, at fixed rates: a whole process, with everything of the line between.

import { once } from 'node:events'
import { startFluxoLab } from './lib/fluxolab-process.ts'
import type { Ground } from './lib/ground.ts'
import { openLoad, postOf } from './lib/http-load.ts'
import type { Run } from './lib/results.ts'
import { percentileOf, spreadOf } from './lib/stats.ts'
import { type Provider, startProvider } from './work/provider.ts'
import { phoneOf, webhookOf } from './work/webhook.ts'

const CONNECTIONS = 64
const LONGEST_WAIT_MS = 30_000
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
      const arrived = watchArrivals(provider, first, requests.length)
      await ground.settle()
      const start = performance.now()
      await load.open({ rate, seconds }, (index) => requests[index] ?? Buffer.alloc(0))
      const arrivals = await arrived
      return arrivals.map((at, index) => at - start - (index * 1000) / rate)
    }
    await measure(plan.rates[0] ?? 1, 2)
    for (const rate of plan.rates) {
      const latencies = await measure(rate, plan.seconds)
      const sorted = latencies.toSorted((left, right) => left - right)
      for (const percent of [50, 99]) {
        const value = percentileOf(sorted, percent)
        runs.push(runOf(`webhook to provider p${percent} at ${rate}/s`, value, plan))
      }
      plan.onRound(
        `latency at ${rate}/s: p50 ${runs.at(-2)?.values[0]?.toFixed(1)} ms, p99 ${runs.at(-1)?.values[0]?.toFixed(1)} ms`,
      )
    }
    return runs
  } finally {
    load.close()
    await fluxolab.stop()
    await provider.stop()
  }
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

function runOf(name: string, value: number, { seconds }: LatencyPlan): Run {
  return {
    part: 'latency',
    name,
    unit: 'ms',
    spread: spreadOf([value]),
    values: [value],
    settings: [
      `open loop, ${seconds} s, from the time at which a webhook was due; BullMQ on PostgreSQL`,
    ],
  }
}
