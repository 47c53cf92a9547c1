// Effects per second: messages in, the worker's answers out to a provider that takes each at once, results settled and
// taken in. By the direct road, and by BullMQ on both of its backends.

import { setTimeout as sleep } from 'node:timers/promises'
import { createPool } from '../runtime/db/pool.ts'
import { startRedis, type TestRedis } from '../runtime/testing/redis.ts'
import type { TestTenant } from '../runtime/testing/tenant.ts'
import { startPeer } from './lib/children.ts'
import { cpuSeconds } from './lib/cpu.ts'
import type { Ground } from './lib/ground.ts'
import { type Run, runOf } from './lib/measured.ts'
import { spreadOf } from './lib/stats.ts'
import { fillMailbox, fillMessages, makeTenant } from './work/mailbox.ts'
import { type Provider, startProvider } from './work/provider.ts'
import { contactsFrom } from './work/resting.ts'
import type { RuntimeChoice } from './work/runtime-process.ts'

const LOOK_MS = 20
const LONGEST_MS = 120_000
/** So that no number's and no tenant's own limit is what is measured. */
const PER_SECOND = 100_000

export interface EffectsPlan {
  rounds: number
  /** Of a round. */
  effects: number
  onRound: (text: string) => void
}

interface Road {
  name: string
  settings: string[]
  perSecond: number[]
  cpu: number[]
  /** One round. @returns effects a second */
  send(count: number): Promise<number>
  stop(): Promise<void>
}

export async function measureEffects(ground: Ground, plan: EffectsPlan): Promise<Run[]> {
  const provider = await startProvider()
  const redis = await startRedis()
  const roads: Road[] = []
  try {
    const open = async (name: string, how: { isDirect: boolean; redis?: TestRedis }) =>
      void roads.push(
        await openRoad(ground, { name, provider, contacts: contactsOf(plan), ...how }),
      )
    await open('direct', { isDirect: true })
    await open('bullmq on postgresql', { isDirect: false })
    if (redis) await open('bullmq on redis', { isDirect: false, redis })
    else plan.onRound('effects: there is no Redis, so BullMQ on it is left out')
    await takeTurns(ground, roads, plan)
    return roads.map(({ name, perSecond, cpu, settings }) => ({
      ...runOf({ part: 'effects', name, unit: 'effects/s' }, perSecond, settings),
      ...(cpu.length > 0 && { cpu: spreadOf(cpu) }),
    }))
  } finally {
    for (const road of roads) await road.stop()
    await redis?.stop()
    await provider.stop()
  }
}

/** Each round is of contacts that have not written before; the first round warms up. */
const contactsOf = ({ rounds, effects }: EffectsPlan): number => (rounds + 1) * effects

async function takeTurns(ground: Ground, roads: Road[], plan: EffectsPlan): Promise<void> {
  for (let round = 0; round <= plan.rounds; round++) {
    for (const { send, perSecond, cpu } of roads) {
      await ground.settle()
      const before = cpuSeconds()
      const found = await send(plan.effects)
      const after = cpuSeconds()
      if (round === 0) continue
      perSecond.push(found)
      if (before !== null && after !== null) cpu.push(((after - before) * 1000) / plan.effects)
    }
    const words = roads.map(
      ({ name, perSecond }) => `${name} ${Math.round(perSecond.at(-1) ?? 0)}/s`,
    )
    if (round > 0) plan.onRound(`effects, round ${round}: ${words.join(', ')}`)
  }
}

interface RoadOptions {
  name: string
  provider: Provider
  contacts: number
  isDirect: boolean
  redis?: TestRedis
}

async function openRoad(ground: Ground, options: RoadOptions): Promise<Road> {
  const { name, provider, contacts, isDirect, redis } = options
  const databaseUrl = await ground.createSchema(`bench_effects_${name.replaceAll(' ', '_')}`)
  const pool = createPool(databaseUrl, { max: 2, name: 'bench', statementTimeout: LONGEST_MS })
  const tenant = await makeTenant(pool)
  await pool.query(LIMITS, [tenant.id, [tenant.channelId, 'tenant'], PER_SECOND])
  await fillMailbox(pool, tenant, { contacts, messages: 0 })
  const choice: RuntimeChoice = { databaseUrl, isDirect, provider: provider.address }
  if (redis) choice.redisUrl = redis.url
  const peer = startPeer('work/runtime-process.ts', { BENCH_RUNTIME: JSON.stringify(choice) })
  await peer.ask()
  let written = 0
  return {
    name,
    settings: [
      isDirect ? 'past BullMQ, from the worker that committed them' : 'nothing goes directly',
    ],
    perSecond: [],
    cpu: [],
    send: async (count) => {
      written += count
      const ids = contactsFrom(written - count, count, contacts)
      return count / (await sendAll(pool, tenant, { ids, provider }))
    },
    stop: async () => {
      await peer.stop()
      await pool.end()
    },
  }
}

type Pool = ReturnType<typeof createPool>

/** @returns seconds from the first arrival at the provider until the last result is taken in */
async function sendAll(
  pool: Pool,
  tenant: TestTenant,
  { ids, provider }: { ids: string[]; provider: Provider },
): Promise<number> {
  let first = 0
  const arrived = new Set<string>()
  let arrivals = 0
  provider.onMessage = (to, at) => {
    first ||= at
    arrived.add(to)
    arrivals += 1
  }
  await fillMessages(pool, tenant, { contacts: ids, messages: 1 })
  const deadline = performance.now() + LONGEST_MS
  while (arrivals < ids.length || (await isBusy(pool))) {
    if (performance.now() > deadline)
      throw new Error(`${arrivals} of ${ids.length} effects arrived`)
    await sleep(LOOK_MS)
  }
  const seconds = (performance.now() - first) / 1000
  if (arrived.size !== ids.length || arrivals !== ids.length) {
    throw new Error(`${arrivals} effects arrived for ${arrived.size} of ${ids.length} contacts`)
  }
  return seconds
}

async function isBusy(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ busy: boolean }>(
    'select exists (select 1 from outbox) or exists (select 1 from mailbox) as busy',
  )
  return rows[0]?.busy ?? true
}

const LIMITS = `insert into send_limits (tenant_id, key, per_second)
  select $1::text, key, $3::real from unnest($2::text[]) key`
