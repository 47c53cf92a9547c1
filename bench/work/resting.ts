// Actors at rest: contacts in the middle of a conversation, each with snapshot, run, conversation and one pending timer.
// One is made by the worker itself; the database copies it as often as is wanted.

import type { Pool, PoolClient } from 'pg'
import { forgetWorkers } from '../../runtime/shard/lease.ts'
import { createTestShards } from '../../runtime/testing/shards.ts'
import { createTenant, publish, type TestTenant } from '../../runtime/testing/tenant.ts'
import { CONTACTS, EMPTY_ALL, fillMailbox } from './mailbox.ts'

/** The dialogue with a time-out that far outlives the measurement. Silence is noted, and no message goes out for it. */
const RESTING = {
  id: 'wf_resting',
  name: 'Conversa com prazo',
  trigger: { type: 'message.received.whatsapp' },
  nodes: [
    ask('ask_name', 'Qual é o seu nome?', 'name', 'ask_wish'),
    ask('ask_wish', 'Prazer, {{name}}! O que você procura?', 'wish', 'ask_name'),
    { id: 'note', type: 'set.variable', set: { silent: true } },
    {
      id: 'rest',
      type: 'wait.for.event',
      event: 'purchase.approved',
      timeout: 'P30D',
      timeoutNext: 'note',
      next: 'ask_name',
    },
  ],
}

function ask(id: string, text: string, as: string, next: string): object {
  return { id, type: 'ask', text, as, timeout: 'P30D', timeoutNext: 'note', next }
}

/** A tenant with one contact that the worker has brought to rest: the pattern of all others. */
export async function makePattern(pool: Pool): Promise<TestTenant> {
  const tenant = await createTenant(pool)
  await publish(pool, tenant, RESTING)
  const size = { contacts: 1, messages: 2 }
  await fillMailbox(pool, tenant, size)
  await (await createTestShards(pool)).drain(size.messages)
  // It never comes back, and its shards would wait for it.
  await forgetWorkers(pool)
  for (const table of [...COPIED, 'state_counts']) {
    await pool.query(`create table pattern_${table} as table ${table}`)
  }
  return tenant
}

/** Replaces everybody by `count` contacts at rest. What is made in one transaction of emptied tables needs no log. */
export async function fillResting(pool: Pool, tenant: TestTenant, count: number): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query(`set local session_replication_role = replica;
      set local maintenance_work_mem = '512MB'; set local work_mem = '256MB'`)
    await client.query(EMPTY_ALL)
    await withoutNameIndex(client, () => insert(client, tenant, count))
    await client.query('commit')
  } finally {
    client.release()
  }
  await pool.query(`vacuum analyze contacts, ${COPIED.join()}`)
}

/** The index over words of names takes longer row by row than all the rest. */
async function withoutNameIndex(client: PoolClient, work: () => Promise<void>): Promise<void> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select indexname as name, indexdef as definition from pg_indexes
     where tablename = 'contacts' and indexdef like '%gin%'`,
  )
  for (const { name } of rows) await client.query(`drop index ${name}`)
  await work()
  for (const { definition } of rows) await client.query(definition)
}

async function insert(client: PoolClient, tenant: TestTenant, count: number): Promise<void> {
  await client.query(CONTACTS, [tenant.id, count])
  for (const table of COPIED) await client.query(await copyOf(client, table))
  await client.query(COUNTS)
}

/** What there is one of for each contact at rest. */
const COPIED = ['conversations', 'actor_snapshots', 'workflow_runs', 'run_places', 'timers']
/** The pattern's number stands in every id of it, and in no other text. */
const NUMBER = '0000000001'
const OWN_NUMBER = 'substr(c.id, 5)'

/** A row of the pattern for every contact: its own number and shard instead of the pattern's. */
async function copyOf(client: PoolClient, table: string): Promise<string> {
  const { rows } = await client.query<{ name: string; type: string }>(COLUMNS, [table])
  const valueOf = ({ name, type }: { name: string; type: string }): string => {
    if (name === 'shard') return 'c.shard'
    if (name === 'due_at') return `p.due_at + random() * interval '1 day'`
    if (type === 'text') return `replace(p.${name}, '${NUMBER}', ${OWN_NUMBER})`
    if (type === 'json') return `replace(p.${name}, '${NUMBER}', ${OWN_NUMBER})::json`
    return `p.${name}`
  }
  const read = rows.map(({ name, type }) => (type === 'json' ? `${name}::text as ${name}` : name))
  return `insert into ${table} (${rows.map(({ name }) => name).join()})
    select ${rows.map(valueOf).join()}
    from contacts c, (select ${read.join()} from pattern_${table}) p`
}

const COLUMNS = `select column_name as name, data_type as type from information_schema.columns
  where table_schema = 'public' and table_name = $1 order by ordinal_position`

const COUNTS = `insert into state_counts (tenant_id, workflow_id, version_id, state, shard, contacts)
  select p.tenant_id, p.workflow_id, p.version_id, p.state, c.shard, count(*)
  from contacts c, pattern_state_counts p group by 1, 2, 3, 4, 5`

/** No factor of any number of contacts here, so that steps of it meet each contact once before they begin again. */
const STRIDE = 7919

/** Ids of contacts far from each other; those from other beginnings are others, as long as there are any. */
export function contactsFrom(first: number, count: number, resting: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const number = (((first + index) * STRIDE) % resting) + 1
    return `cnt_${String(number).padStart(10, '0')}`
  })
}
