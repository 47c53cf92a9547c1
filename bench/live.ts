// Live sockets: two thousand people follow workflows whose contacts move at an ordinary pace. How late is what they see,
// and how much slower is a worker that drains another tenant's mailbox meanwhile?

import { setTimeout as sleep } from 'node:timers/promises'
import { createPool } from '../runtime/db/pool.ts'
import { PASSWORD, type TestTenant } from '../runtime/testing/tenant.ts'
import { type Peer, startPeer } from './lib/children.ts'
import { cpuByName } from './lib/cpu.ts'
import { startMain } from './lib/fluxolab-process.ts'
import type { Ground } from './lib/ground.ts'
import { type Run, runOf } from './lib/measured.ts'
import { type ShardProcesses, startShardProcesses } from './lib/shard-processes.ts'
import { round, spreadOf } from './lib/stats.ts'
import { addContacts, fillMessages, makeTenant, sendMessages } from './work/mailbox.ts'
import { contactsFrom } from './work/resting.ts'
import type { Heard, Looker } from './work/socket-clients.ts'

const SOCKETS = 2_000
const TENANTS = 20
const CONTACTS = 200
/** Messages a second, of all watched tenants together. */
const PACE = 20
const TOPIC = 'workflow:wf_dialogue'
const MESSAGES = 5
const GROUP = 200
/** The gateway lets one address ask 6,000 times a minute. */
const ENTRIES_A_MINUTE = 2
const MINUTE_MS = 61_000

export interface LivePlan {
  rounds: number
  /** Of watching, before the drain is measured. */
  seconds: number
  /** Of a drain. */
  events: number
  onRound: (text: string) => void
}

interface Scene {
  pool: ReturnType<typeof createPool>
  /** Their workflows are followed. */
  watched: TestTenant[]
  /** Nobody follows its workflow. */
  busy: TestTenant
  workers: ShardProcesses
  clients: Peer
  /** Sessions of the watched tenants' owners. */
  sessions: string[]
  /** Of the gateway. */
  port: number
  /** What each process is there for, by its id. */
  processes: ReadonlyMap<number, string>
  /** When everybody entered. */
  entered: number[]
}

export async function measureLive(ground: Ground, plan: LivePlan): Promise<Run[]> {
  const url = await ground.createSchema('bench_live')
  const pool = createPool(url, { max: 4, name: 'bench', statementTimeout: 60_000 })
  const watched: TestTenant[] = []
  for (let n = 0; n < TENANTS; n++) watched.push(await makeTenant(pool))
  for (const tenant of watched) await addContacts(pool, tenant, CONTACTS)
  const busy = await makeTenant(pool)
  await addContacts(pool, busy, plan.events / MESSAGES)
  const gateway = await startMain(ground, url, { role: 'gateway' })
  const workers = await startShardProcesses(url, 1)
  const clients = startPeer('work/socket-clients.ts')
  await clients.ask()
  try {
    const { port } = gateway
    const sessions: string[] = []
    for (const tenant of watched) sessions.push(await signIn(port, tenant))
    const processes = new Map([
      ...workers.pids.map((pid) => [pid, 'worker'] as const),
      [gateway.pid, 'gateway'],
      [clients.pid, "sockets' other ends"],
      [process.pid, 'messages'],
    ])
    const scene = { pool, watched, busy, workers, clients, sessions, port, processes, entered: [] }
    return [...(await watch(ground, scene, plan)), ...(await drainBeside(ground, scene, plan))]
  } finally {
    await clients.stop()
    await workers.stop()
    await gateway.stop()
    await pool.end()
  }
}

async function watch(ground: Ground, scene: Scene, { seconds, onRound }: LivePlan): Promise<Run[]> {
  const { clients, workers } = scene
  await enter(scene)
  await ground.settle()
  await workers.run()
  await clients.ask({ command: 'heard' })
  const pace = keepPace(scene)
  await sleep(seconds * 1000)
  await pace.stop()
  const { moves, p50, p99 } = await clients.ask<Heard>({ command: 'heard' })
  await workers.halt()
  await clients.ask({ command: 'leave' })
  onRound(`live: ${moves} moves seen, p50 ${p50} ms, p99 ${p99} ms`)
  if (moves < (SOCKETS / TENANTS) * PACE) throw new Error(`only ${moves} moves were seen`)
  const settings = [
    `${SOCKETS} sockets, each on one of ${TENANTS} workflows; ${PACE} messages a second; from the Step to its arrival`,
  ]
  return [
    runOf({ part: 'live', name: 'fan-out p50', unit: 'ms' }, [p50], settings),
    runOf({ part: 'live', name: 'fan-out p99', unit: 'ms' }, [p99], settings),
  ]
}

interface Drained {
  perSecond: number
  /** Processor milliseconds per event by what the processes are there for; empty where nobody knows. */
  cpu: ReadonlyMap<string, number>
}

async function drainBeside(ground: Ground, scene: Scene, plan: LivePlan): Promise<Run[]> {
  const none: Drained[] = []
  const many: Drained[] = []
  for (let turn = 0; turn <= plan.rounds; turn++) {
    for (const [found, withSockets] of [
      [none, false],
      [many, true],
    ] as const) {
      const drained = await drainOnce(ground, scene, { events: plan.events, withSockets })
      if (turn > 0) found.push(drained)
    }
    if (turn === 0) continue
    const [without, beside] = [none, many].map((found) => found.at(-1)?.perSecond.toFixed(0))
    plan.onRound(`live, round ${turn}: drain ${without}/s without, ${beside}/s with sockets`)
  }
  const name = `drain, ${SOCKETS.toLocaleString('en')} sockets`
  return [drainRun('drain, no sockets', none), drainRun(name, many)]
}

function drainRun(name: string, found: readonly Drained[]): Run {
  const run = runOf(
    { part: 'live', name, unit: 'events/s' },
    found.map(({ perSecond }) => perSecond),
  )
  const names = [...(found[0]?.cpu.keys() ?? [])]
  if (names.length === 0) return run
  const of = (each: Drained, one: string): number => each.cpu.get(one) ?? 0
  const sums = found.map((each) => names.reduce((sum, one) => sum + of(each, one), 0))
  const medians = names.map((one) => {
    return [one, round(spreadOf(found.map((each) => of(each, one))).median, 4)] as const
  })
  return { ...run, cpu: spreadOf(sums), cpuOf: Object.fromEntries(medians) }
}

async function drainOnce(
  ground: Ground,
  scene: Scene,
  { events, withSockets }: { events: number; withSockets: boolean },
): Promise<Drained> {
  const { pool, busy, workers, clients, processes } = scene
  await pool.query('truncate mailbox, journal, outbox, messages')
  await fillMessages(pool, busy, { contacts: null, messages: MESSAGES })
  if (withSockets) await enter(scene)
  await ground.settle()
  const pace = keepPace(scene)
  const before = cpuByName(processes)
  const start = performance.now()
  await workers.drain(events)
  const seconds = (performance.now() - start) / 1000
  const after = cpuByName(processes)
  await pace.stop()
  if (withSockets) await clients.ask({ command: 'leave' })
  const spent = (name: string, until: number): number =>
    ((until - (before?.get(name) ?? 0)) * 1000) / events
  const cpu = new Map(Array.from(after ?? [], ([name, until]) => [name, spent(name, until)]))
  return { perSecond: events / seconds, cpu }
}

/** Messages of the watched tenants, one by one. */
function keepPace({ pool, watched, workers }: Scene): { stop(): Promise<void> } {
  let isStopped = false
  const run = async (): Promise<void> => {
    const start = performance.now()
    for (let n = 0; !isStopped; n++) {
      const tenant = watched[n % TENANTS]
      const contacts = contactsFrom(Math.floor(n / TENANTS), 1, CONTACTS)
      if (tenant) await sendMessages(pool, tenant, { contacts, messages: 1 })
      await workers.wake()
      await sleep(Math.max(0, start + ((n + 1) * 1000) / PACE - performance.now()))
    }
  }
  const running = run()
  return {
    stop: async () => {
      isStopped = true
      await running
    },
  }
}

/** Everybody opens a socket, some at a time, because a ticket is not good for long. One address may ask so often. */
async function enter({ sessions, clients, port, entered }: Scene): Promise<void> {
  const earlier = entered.at(-ENTRIES_A_MINUTE)
  if (earlier !== undefined) await sleep(Math.max(0, earlier + MINUTE_MS - performance.now()))
  entered.push(performance.now())
  for (let first = 0; first < SOCKETS; first += GROUP) {
    const lookers = await Promise.all(
      Array.from({ length: GROUP }, async (_, index): Promise<Looker> => {
        const token = sessions[(first + index) % TENANTS] ?? ''
        const { ticket } = await post<{ ticket: string }>(port, '/api/live/ticket', {}, token)
        return { ticket, topic: TOPIC }
      }),
    )
    await clients.ask({ command: 'open', port, lookers })
  }
}

async function signIn(port: number, { email }: TestTenant): Promise<string> {
  const { token } = await post<{ token: string }>(port, '/api/session', {
    email,
    password: PASSWORD,
  })
  return token
}

async function post<Reply>(
  port: number,
  path: string,
  body: object,
  token?: string,
): Promise<Reply> {
  const headers = {
    'content-type': 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  }
  const request = { method: 'POST', headers, body: JSON.stringify(body) }
  const reply = await fetch(`http://127.0.0.1:${port}${path}`, request)
  if (!reply.ok) throw new Error(`${path} answered ${reply.status}: ${await reply.text()}`)
  return (await reply.json()) as Reply
}
