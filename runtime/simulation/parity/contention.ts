// Statements of several sessions that get in each other's way: who waits, who goes on, and what each is told.

import type { Answer, Server, Session } from '../server/types.ts'
import pg from 'pg'
import { DatabaseError } from '../sql/values.ts'
import type { Random } from '../world/random.ts'
import { differenceOf } from './same.ts'
import { askTwin, openTwin, type Said, saidOf } from './twin.ts'

interface Step {
  text: string
  values: unknown[]
}

/** One session on both sides. */
interface Pair {
  client: pg.Client
  pid: number
  session: Session
  /** The statement that neither, or only one, has answered. */
  asked: { step: Step; real: Said | null; simulated: Said | null } | null
  isOpen: boolean
}

const SESSIONS = 3

export interface Contention {
  /** @returns what differed, or null */
  play(random: Random, steps: number): Promise<string | null>
  /** How often a statement had to wait. */
  readonly waits: () => number
  close(): Promise<void>
}

export async function createContention(url: string, server: Server): Promise<Contention> {
  const watcher = new pg.Client({ connectionString: url })
  await watcher.connect()
  const pairs: Pair[] = []
  for (let n = 0; n < SESSIONS; n++) pairs.push(await openPair(url, server))
  const log: string[] = []
  let waits = 0

  async function play(random: Random, steps: number): Promise<string | null> {
    const difference = await meet(random, steps)
    return difference === null ? null : [...log.slice(-14), difference].join('\n')
  }

  async function meet(random: Random, steps: number): Promise<string | null> {
    for (let done = 0; done < steps; done++) {
      const free = pairs.filter(({ asked }) => asked === null)
      if (free.length === 0) break
      const pair = random.pick(free)
      const step = drawStep(random, pair.isOpen)
      log.push(
        `${pair.session.id}: ${step.text.replaceAll(/\s+/g, ' ')} ${JSON.stringify(step.values)}`,
      )
      ask(pair, step, server)
      const difference = await settle(pairs, watcher)
      if (difference !== null) return difference
      const waiting = pairs.filter(({ asked }) => asked !== null).length
      waits += waiting
      // Of two that wait for the same, chance decides who is first.
      if (waiting > 1) break
    }
    return giveUp()
  }

  /** Everybody goes home: those that wait are let go, or fail with those that they wait for. */
  async function giveUp(): Promise<string | null> {
    const isChance = pairs.filter(({ asked }) => asked !== null).length > 1
    for (const pair of pairs) {
      if (pair.asked === null) continue
      await watcher.query('select pg_cancel_backend($1)', [pair.pid])
      pair.session.waiting?.giveUp(new DatabaseError('57014', 'cancelled'))
    }
    const difference = await settle(pairs, watcher)
    for (const pair of pairs) {
      await pair.client.query('rollback')
      await askTwin(server, pair.session, { text: 'rollback' })
      pair.isOpen = false
      pair.asked = null
    }
    return isChance ? null : difference
  }

  return {
    play,
    waits: () => waits,
    close: async () => {
      for (const { client } of pairs) await client.end()
      await watcher.end()
    },
  }
}

async function openPair(url: string, server: Server): Promise<Pair> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return { client, pid: rows[0]?.pid ?? 0, session: openTwin(server), asked: null, isOpen: false }
}

function ask(pair: Pair, step: Step, server: Server): void {
  const asked: NonNullable<Pair['asked']> = { step, real: null, simulated: null }
  pair.asked = asked
  if (step.text === 'begin') pair.isOpen = true
  if (step.text === 'commit' || step.text === 'rollback') pair.isOpen = false
  const { text, values } = step
  pair.client.query(text, values).then(
    ({ rows }: { rows: Record<string, unknown>[] }) => (asked.real = { rows }),
    (error: unknown) => (asked.real = { code: String((error as { code?: unknown }).code) }),
  )
  void askTwin(server, pair.session, step).then(
    (answer: Answer | Error) => (asked.simulated = saidOf(answer)),
  )
}

const PATIENCE_MS = 2_000

/** Waits until everybody has answered or waits for a lock. @returns what differed */
async function settle(pairs: readonly Pair[], watcher: pg.Client): Promise<string | null> {
  const end = performance.now() + PATIENCE_MS
  for (let isStill = false; !isStill;) {
    const isOpen = ({ asked }: Pair): boolean => asked !== null && asked.real === null
    const open = pairs.filter(isOpen)
    const { rows } = await watcher.query<{ pid: number }>(
      `select pid from pg_stat_activity where pid = any($1::int[]) and wait_event_type = 'Lock'`,
      [open.map(({ pid }) => pid)],
    )
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
    isStill = pairs.filter(isOpen).length === rows.length
    // Who was let go a moment ago is still seen waiting.
    const isLate = pairs.some(({ asked }) => asked?.real === null && asked.simulated !== null)
    if (isLate && performance.now() < end) isStill = false
  }
  for (const pair of pairs) {
    const difference = differenceIn(pair)
    if (difference !== null) return difference
  }
  return null
}

function differenceIn(pair: Pair): string | null {
  const { asked } = pair
  if (asked === null) return null
  const { step, real, simulated } = asked
  if (real === null && simulated === null) return null
  pair.asked = null
  if (real === null || simulated === null)
    return `${step.text}: ${real === null ? 'PostgreSQL' : 'the simulation'} waits, the other says ${JSON.stringify(real ?? simulated)}`
  const difference = differenceOf(real, simulated, false)
  return difference === null ? null : `${step.text} ${JSON.stringify(step.values)}: ${difference}`
}

/** Statements in the manner of the core's, over few rows so that they meet. */
const STEPS: readonly ((random: Random) => Step)[] = [
  (random) => ({
    text: 'select shard, epoch from shard_leases where shard = any($1::smallint[]) and owner = $2 order by shard for share',
    values: [shards(random), owner(random)],
  }),
  (random) => ({
    text: `with free as (select shard from shard_leases where shard = any($1::smallint[]) and owner is distinct from $2
      order by shard for update) update shard_leases l set owner = $2, epoch = l.epoch + 1 from free
      where l.shard = free.shard returning l.shard, l.epoch`,
    values: [shards(random), owner(random)],
  }),
  (random) => ({
    text: `with free as (select shard from shard_leases where shard = any($1::smallint[]) order by shard limit 2
      for update skip locked) update shard_leases l set owner = $2 from free where l.shard = free.shard returning l.shard`,
    values: [shards(random), owner(random)],
  }),
  (random) => ({
    text: 'update shard_leases set epoch = epoch + 1 where shard = $1 and owner = $2 returning shard, epoch',
    values: [random.int(4), owner(random)],
  }),
  (random) => ({
    text: `insert into accepted_keys (tenant_id, key, event_id) select * from unnest($1::text[], $2::text[], $3::text[])
      as item(tenant_id, key, event_id) order by tenant_id, key on conflict do nothing returning event_id`,
    values: [
      ['t', 't'],
      ['a', random.pick(['b', 'c'])],
      [`e${random.int(99)}`, `f${random.int(99)}`],
    ],
  }),
  (random) => ({
    text: `insert into state_counts as c (tenant_id, workflow_id, version_id, state, shard, contacts)
      values ('t', 'w', 'v', $1, 0, 1) on conflict (tenant_id, version_id, state, shard)
      do update set contacts = c.contacts + excluded.contacts returning contacts`,
    values: [random.pick(['x', 'y'])],
  }),
  (random) => ({
    text: 'delete from accepted_keys where key = $1 returning event_id',
    values: [random.pick(['a', 'b', 'c'])],
  }),
  (random) => ({
    text: `insert into workers (id, expires_at) values ($1, now() + interval '1 hour')
      on conflict (id) do update set expires_at = excluded.expires_at returning id`,
    values: [owner(random)],
  }),
]

const shards = (random: Random): number[] => [random.int(4), random.int(4)]
const owner = (random: Random): string => random.pick(['one', 'two'])

/** Transactions are opened and ended often enough. */
function drawStep(random: Random, isOpen: boolean): Step {
  if (!isOpen && random.chance(0.7)) return { text: 'begin', values: [] }
  if (isOpen && random.chance(0.25))
    return { text: random.pick(['commit', 'rollback']), values: [] }
  return random.pick(STEPS)(random)
}
