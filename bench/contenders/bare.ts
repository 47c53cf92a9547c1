// The bare loop: XState transitions with group commit over mailbox, snapshots, journal and outbox, and nothing else. No
// workflow language, no lease, no records for people, no poison: the limit of this design, not a product.
// It has what the product has: prepared statements over binary arrays, sent without waiting for each other, and the text
// of an envelope goes into the journal as it came.
// The next batch is read and computed while the last one commits; states are read once and then kept in memory.

import type { Pool, PoolClient } from 'pg'
import { createPool, run } from '../../runtime/db/pool.ts'
import type { Ground } from '../lib/ground.ts'
import { answer, type Kept, type Question } from '../work/dialogue.ts'
import { countWritten, eventsIn, fillMailbox, makeTenant } from '../work/mailbox.ts'
import type { Contender } from './contender.ts'

const BATCH = 1000

interface Row {
  id: number
  tenant_id: string
  contact_id: string
  shard: number
  envelope: { event_id: string; payload: { text: string } }
  /** The envelope as it lay in the mailbox. */
  text: string
}
interface Contact {
  kept: Kept | null
  seq: number
}
interface Entry {
  row: Row
  seq: number
  kept: Kept
  question: Question
}

export async function createBareLoop(ground: Pick<Ground, 'createSchema'>): Promise<Contender> {
  const url = await ground.createSchema('bench_bare')
  const pool = createPool(url, { max: 4, name: 'bench-bare', arePointed: true })
  const tenant = await makeTenant(pool)
  return {
    name: 'bare',
    settings: [`batches of ${BATCH}`],
    fill: (size) => fillMailbox(pool, tenant, size),
    drain: async (size) => {
      const done = await drainMailbox(pool)
      if (done !== eventsIn(size)) throw new Error(`the bare loop did ${done} events`)
    },
    written: () => countWritten(pool),
    stop: () => pool.end(),
  }
}

async function drainMailbox(pool: Pool): Promise<number> {
  const known = new Map<string, Contact>()
  let committing = Promise.resolve()
  let last = 0
  let count = 0
  for (;;) {
    const rows = await claim(pool, last)
    if (rows.length === 0) break
    last = rows.at(-1)?.id ?? last
    await loadMissing(pool, rows, known)
    const entries = rows.map((row) => step(row, known))
    await committing
    committing = commit(pool, entries)
    count += rows.length
  }
  await committing
  return count
}

/** By a cursor, which a product must not do: it would lose what commits late. */
async function claim(pool: Pool, after: number): Promise<Row[]> {
  const rows = await run<Omit<Row, 'envelope'>>(pool, CLAIM, [after, BATCH])
  return rows.map((row) => ({ ...row, envelope: JSON.parse(row.text) as Row['envelope'] }))
}

async function loadMissing(pool: Pool, rows: Row[], known: Map<string, Contact>): Promise<void> {
  const missing = rows.filter((row) => !known.has(row.contact_id))
  if (missing.length === 0) return
  const states = await run<{ contact_id: string; seq: number; state: Kept }>(pool, STATES, [
    missing.map((row) => row.tenant_id),
    missing.map((row) => row.contact_id),
  ])
  for (const row of missing) known.set(row.contact_id, { kept: null, seq: 0 })
  for (const { contact_id, seq, state } of states) known.set(contact_id, { kept: state, seq })
}

function step(row: Row, known: Map<string, Contact>): Entry {
  const contact = known.get(row.contact_id) ?? { kept: null, seq: 0 }
  const { kept, question } = answer(contact.kept, row.envelope.payload.text)
  const seq = contact.seq + 1
  known.set(row.contact_id, { kept, seq })
  return { row, seq, kept, question }
}

async function commit(pool: Pool, entries: Entry[]): Promise<void> {
  const client = await pool.connect()
  try {
    await Promise.all([client.query('begin'), write(client, entries)])
    await client.query('commit')
  } finally {
    client.release()
  }
}

function write(client: PoolClient, entries: Entry[]): Promise<unknown> {
  const tenants = entries.map(({ row }) => row.tenant_id)
  const contacts = entries.map(({ row }) => row.contact_id)
  const events = entries.map(({ row }) => row.envelope.event_id)
  const last = [...new Map(entries.map((entry) => [entry.row.contact_id, entry])).values()]
  return Promise.all([
    run(client, CONSUME, [entries.map(({ row }) => row.id)]),
    run(client, SNAPSHOTS, [
      last.map(({ row }) => row.tenant_id),
      last.map(({ row }) => row.contact_id),
      last.map(({ row }) => row.shard),
      last.map(({ seq }) => seq),
      last.map(({ kept }) => JSON.stringify(kept)),
    ]),
    run(client, JOURNAL, [
      tenants,
      contacts,
      entries.map(({ seq }) => seq),
      events,
      entries.map(
        ({ row, kept, question }) =>
          `{"envelope":${row.text},"to":${JSON.stringify(kept.value)},"effects":[${JSON.stringify(question)}]}`,
      ),
    ]),
    run(client, OUTBOX, [
      tenants,
      entries.map(({ row, seq }) => `eff_${row.contact_id}_${seq}`),
      contacts,
      entries.map(({ row }) => row.shard),
      entries.map(({ question }) => JSON.stringify(question)),
      events,
    ]),
  ])
}

const CLAIM = {
  name: 'bare_claim',
  text: `select id, tenant_id, contact_id, shard, envelope::text as text from mailbox
    where id > $1 order by id limit $2`,
}
const STATES = {
  name: 'bare_states',
  text: `select contact_id, seq, state from actor_snapshots
    join unnest($1::text[], $2::text[]) as item(tenant_id, contact_id) using (tenant_id, contact_id)`,
}
const CONSUME = { name: 'bare_consume', text: 'delete from mailbox where id = any($1::bigint[])' }
const SNAPSHOTS = {
  name: 'bare_snapshots',
  text: `insert into actor_snapshots (tenant_id, contact_id, shard, seq, state)
    select * from unnest($1::text[], $2::text[], $3::smallint[], $4::bigint[], $5::json[])
    on conflict (tenant_id, contact_id) do update
      set seq = excluded.seq, state = excluded.state, updated_at = now()`,
}
const JOURNAL = {
  name: 'bare_journal',
  text: `insert into journal (tenant_id, contact_id, seq, at, event_id, event_type, entry)
    select tenant_id, contact_id, seq, now(), event_id, 'message.received', entry
    from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::json[])
      as item(tenant_id, contact_id, seq, event_id, entry)`,
}
const OUTBOX = {
  name: 'bare_outbox',
  text: `insert into outbox (tenant_id, id, contact_id, shard, run_id, node_id, kind, command, correlation_id)
    select tenant_id, id, contact_id, shard, '', '', 'whatsapp.send_text', command, correlation_id
    from unnest($1::text[], $2::text[], $3::text[], $4::smallint[], $5::json[], $6::text[])
      as item(tenant_id, id, contact_id, shard, command, correlation_id)`,
}
