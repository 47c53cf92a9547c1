// The ingest: requests answered after they are durable, of both once only kept and once worked off beside.
//
// FluxoLab's gateway takes signed webhooks of WhatsApp: it verifies them, finds the contact, and commits event, message,
// dedupe key and envelope. Restate's ingress takes the same bodies, unsigned and unread, as one-way calls.

import { setTimeout as sleep } from 'node:timers/promises'
import { startRestate } from './contenders/restate.ts'
import { cpuSeconds } from './lib/cpu.ts'
import { startFluxoLab, startMain } from './lib/fluxolab-process.ts'
import type { Ground } from './lib/ground.ts'
import { type HttpLoad, openLoad, postOf } from './lib/http-load.ts'
import type { Run } from './lib/measured.ts'
import { percentileOf, spreadOf } from './lib/stats.ts'
import { webhookOf } from './work/webhook.ts'

const CONNECTIONS = 128
const CONTACTS = 500
const OPEN_RATE = 500
/** Code that runs for weeks is compiled; so is what is measured: the round that does not count is longer, for everybody. */
const WARM_UP_ROUNDS = 3
const host = '127.0.0.1'
/** What was taken is worked off before the next round. */
const TRIES = 300
const PAUSE_MS = 200

export interface IngestPlan {
  rounds: number
  /** Requests of a round. */
  requests: number
  /** Seconds of the open loop. */
  seconds: number
  withRestate: boolean
  onRound: (text: string) => void
}

interface Taker {
  name: string
  settings: string[]
  load: HttpLoad
  /** The bytes of the round's requests, made before the clock starts. */
  make(count: number): Buffer[]
  /** @throws {Error} when fewer were kept */
  check(count: number): Promise<void>
  stop(): Promise<void>
}

export async function measureIngest(ground: Ground, plan: IngestPlan): Promise<Run[]> {
  const takers: Taker[] = []
  try {
    takers.push(await startOurs(ground), await startOursAtWork(ground))
    if (plan.withRestate) {
      takers.push(await startTheirs(ground, KEEPS))
      takers.push(await startTheirs(ground, WORKS))
    }
    return await measureTakers(ground, takers, plan)
  } finally {
    for (const taker of takers) await taker.stop()
  }
}

async function measureTakers(ground: Ground, takers: Taker[], plan: IngestPlan): Promise<Run[]> {
  const found = takers.map((taker) => ({ taker, perSecond: [] as number[], cpu: [] as number[] }))
  for (let round = 0; round <= plan.rounds; round++) {
    for (const { taker, perSecond, cpu } of found) {
      const count = plan.requests * (round === 0 ? WARM_UP_ROUNDS : 1)
      const requests = taker.make(count)
      await ground.settle()
      const cpuBefore = cpuSeconds()
      const { seconds } = await taker.load.closed(count, at(requests))
      const cpuAfter = cpuSeconds()
      await taker.check(count)
      if (round === 0) continue
      perSecond.push(plan.requests / seconds)
      if (cpuBefore !== null && cpuAfter !== null)
        cpu.push(((cpuAfter - cpuBefore) * 1000) / plan.requests)
    }
    const words = found.map(
      ({ taker, perSecond }) => `${taker.name} ${Math.round(perSecond.at(-1) ?? 0)}/s`,
    )
    if (round > 0) plan.onRound(`ingest, round ${round}: ${words.join(', ')}`)
  }
  const runs = found.map(({ taker: { name, settings }, perSecond, cpu }): Run => ({
    part: 'ingest',
    name,
    unit: 'requests/s',
    spread: spreadOf(perSecond),
    values: perSecond,
    ...(cpu.length > 0 && { cpu: spreadOf(cpu) }),
    settings,
  }))
  const open = []
  for (const taker of takers) open.push(await measureOpen(ground, taker, plan))
  return [...runs, ...open.flat()]
}

async function measureOpen(ground: Ground, taker: Taker, plan: IngestPlan): Promise<Run[]> {
  const requests = taker.make(OPEN_RATE * plan.seconds)
  await ground.settle()
  const { latencies } = await taker.load.open(
    { rate: OPEN_RATE, seconds: plan.seconds },
    at(requests),
  )
  await taker.check(requests.length)
  const sorted = latencies.toSorted((left, right) => left - right)
  return [50, 99].map((percent): Run => {
    const value = percentileOf(sorted, percent)
    return {
      part: 'ingest',
      name: `${taker.name} p${percent} at ${OPEN_RATE}/s`,
      unit: 'ms',
      spread: spreadOf([value]),
      values: [value],
      settings: [`open loop, ${plan.seconds} s, from the time at which a request was due`],
    }
  })
}

type Ours = Awaited<ReturnType<typeof startFluxoLab>>

async function startOurs(ground: Ground): Promise<Taker> {
  const gateway = await startFluxoLab(ground, { database: 'bench_ingest', role: 'gateway' })
  return takerOf('fluxolab', 'one gateway process, no worker', {
    gateway,
    check: async (count) => {
      const kept = await countOf(gateway, 'mailbox')
      if (kept !== count) throw new Error(`${kept} of ${count} webhooks are in the mailbox`)
      await gateway.pool.query('truncate mailbox, events, messages, accepted_keys')
    },
    stop: gateway.stop,
  })
}

/** A worker beside it takes every webhook's Step, as Restate's service does; what it has to send is recorded and stays. */
async function startOursAtWork(ground: Ground): Promise<Taker> {
  const gateway = await startFluxoLab(ground, { database: 'bench_ingest_work', role: 'gateway' })
  const worker = await startMain(ground, gateway.url, { role: 'worker', isPaused: true })
  let checked = 0
  return takerOf('fluxolab at work', 'one gateway and one worker process', {
    gateway,
    check: async (count) => {
      checked += count
      await waitUntil(`${checked} webhooks were worked off`, async () => {
        const [events, waiting] = [
          await countOf(gateway, 'events'),
          await countOf(gateway, 'mailbox'),
        ]
        return events === checked && waiting === 0
      })
    },
    stop: async () => {
      await worker.stop()
      await gateway.stop()
    },
  })
}

async function takerOf(
  name: string,
  setting: string,
  { gateway, check, stop }: { gateway: Ours } & Pick<Taker, 'check' | 'stop'>,
): Promise<Taker> {
  const load = await openLoad({ host, port: gateway.port, connections: CONNECTIONS })
  let made = 0
  return {
    name,
    settings: [`${CONNECTIONS} connections, ${CONTACTS} contacts, ${setting}`],
    load,
    make: (count) =>
      Array.from({ length: count }, () => {
        const { body, headers } = webhookOf(gateway.tenant, made % CONTACTS, `wamid.${made++}`)
        return postOf({ host, path: '/webhooks/whatsapp', headers }, body)
      }),
    check,
    stop: async () => {
      load.close()
      await stop()
    },
  }
}

async function countOf({ pool }: Ours, table: string): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(`select count(*) as n from ${table}`)
  return rows[0]?.n ?? 0
}

async function waitUntil(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    if (await isSo()) return
    await sleep(PAUSE_MS)
  }
  throw new Error(`waited in vain until ${what}`)
}

/** One-way calls that are not due yet are only kept, like webhooks of a gateway without a worker. */
const KEEPS = {
  name: 'restate',
  query: '?delay=1d',
  settings: 'one-way calls, due in a day',
  isDone: 'true',
}
/** One-way calls as one makes them: the service works them off beside. */
const WORKS = {
  name: 'restate at work',
  query: '',
  settings: 'one-way calls, due at once',
  isDone: `status = 'completed'`,
}

async function startTheirs(ground: Ground, how: typeof KEEPS): Promise<Taker> {
  const server = await startRestate(ground.folder)
  const load = await openLoad({ host, port: server.ingressPort, connections: CONNECTIONS })
  const tenant = { phoneNumberId: '1' } as Parameters<typeof webhookOf>[0]
  let made = 0
  let checked = 0
  return {
    name: how.name,
    settings: [`${CONNECTIONS} connections, ${CONTACTS} keys, ${how.settings}`],
    load,
    make: (count) =>
      Array.from({ length: count }, () => {
        const { body } = webhookOf(tenant, made % CONTACTS, `wamid.${made}`)
        const path = `/contact/i${made++ % CONTACTS}/receive/send${how.query}`
        return postOf({ host, path }, body)
      }),
    check: async (count) => {
      checked += count
      await waitUntil(`${checked} calls were kept`, async () => {
        const [row] = await server.query<{ n: number }>(
          `select count(*) as n from sys_invocation where target_service_name = 'contact' and ${how.isDone}`,
        )
        return Number(row?.n) === checked
      })
    },
    stop: async () => {
      load.close()
      await server.stop()
    },
  }
}

const at =
  (requests: Buffer[]) =>
  (index: number): Buffer =>
    requests[index] ?? Buffer.alloc(0)
