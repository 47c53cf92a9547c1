// A worker whose contacts are at rest, but for some that write. Each round wakes others.

import { createPool } from '../../runtime/db/pool.ts'
import { forgetWorkers } from '../../runtime/shard/lease.ts'
import type { TestTenant } from '../../runtime/testing/tenant.ts'
import type { Ground } from '../lib/ground.ts'
import { type ShardProcesses, startShardProcesses } from '../lib/shard-processes.ts'
import { eventsIn, fillMessages, type Written } from '../work/mailbox.ts'
import { contactsFrom, fillResting, makePattern } from '../work/resting.ts'
import type { Contender } from './contender.ts'

/** Copying a million takes longer than any statement of the product may. */
const STATEMENT_MS = 600_000

export interface RestingActors extends Contender {
  url: string
  pool: ReturnType<typeof createPool>
  /** Replaces everybody by so many contacts at rest; nobody may work meanwhile. */
  rest(count: number): Promise<void>
  /** Ids of contacts that nobody woke yet. */
  pick(count: number): string[]
  /** Starts the process that drains; it takes the shards. */
  start(): Promise<ShardProcesses>
}

export async function createRestingActors(
  ground: Pick<Ground, 'createSchema'>,
  { database, name }: { database: string; name: string },
): Promise<RestingActors> {
  const url = await ground.createSchema(database)
  const pool = createPool(url, { max: 2, name: 'bench', statementTimeout: STATEMENT_MS })
  const tenant = await makePattern(pool)
  let processes: ShardProcesses | null = null
  let resting = 0
  let picked = 0
  const pick = (count: number): string[] => {
    picked += count
    return contactsFrom(picked - count, count, resting)
  }
  return {
    name,
    settings: [],
    url,
    pool,
    pick,
    rest: async (count) => {
      // Those that were stopped say that they live for another hour.
      await forgetWorkers(pool)
      processes = null
      await fillResting(pool, tenant, count)
      resting = count
      picked = 0
    },
    start: async () => (processes ??= await startShardProcesses(url, 1)),
    fill: ({ contacts, messages }) => wake(pool, tenant, { contacts: pick(contacts), messages }),
    drain: async (size) => processes?.drain(eventsIn(size)),
    written: () => countWoken(pool),
    stop: async () => {
      await processes?.stop()
      await pool.end()
    },
  }
}

type Pool = RestingActors['pool']

async function wake(
  pool: Pool,
  tenant: TestTenant,
  whom: { contacts: string[]; messages: number },
): Promise<void> {
  await pool.query('truncate mailbox, journal, outbox, messages')
  await fillMessages(pool, tenant, whom)
}

/** Contacts that moved, in place of contacts that have a state. */
async function countWoken(pool: Pool): Promise<Written> {
  const { rows } = await pool.query<Written>(`select
    (select count(distinct contact_id) from journal) as states,
    (select count(*) from journal) as journal, (select count(*) from outbox) as effects`)
  return rows[0] ?? { states: 0, journal: 0, effects: 0 }
}
