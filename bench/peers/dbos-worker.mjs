// DBOS's side of the work: one workflow per event with one transaction in it, as its documentation recommends for
// database work. Tables as small as the work allows. Told by messages what to do.

import { DBOS } from '@dbos-inc/dbos-sdk'
import { PostgresDataSource } from '@dbos-inc/postgres-datasource'
import postgres from 'postgres'
import { answer } from '../work/dialogue.ts'

const url = process.env.BENCH_DATABASE_URL
const POOL = Number(process.env.BENCH_POOL)
const UNDER_WAY = Number(process.env.BENCH_UNDER_WAY)

const TABLES = `
  create table states (contact_id text primary key, seq bigint not null, kept json not null);
  create table journal (contact_id text, seq bigint, at timestamptz not null default now(), entry json not null,
    primary key (contact_id, seq));
  create table effects (id text primary key, command json not null);`

const sql = postgres(url, { max: 1, onnotice: () => {} })
await sql.unsafe(TABLES)

const source = new PostgresDataSource('bench', { connectionString: url, ...hostOf(url), max: POOL })

/** State read, transition, state and journal written, effect recorded: one commit of the data source. */
async function apply(contactId, envelope) {
  const { client } = source
  const [before] =
    await client`select seq, kept from states where contact_id = ${contactId} for update`
  const { kept, question } = answer(before?.kept ?? null, envelope.text)
  const seq = Number(before?.seq ?? 0) + 1
  await client`with s as (insert into states (contact_id, seq, kept) values (${contactId}, ${seq}, ${client.json(kept)})
      on conflict (contact_id) do update set seq = excluded.seq, kept = excluded.kept),
    j as (insert into journal (contact_id, seq, entry)
      values (${contactId}, ${seq}, ${client.json({ envelope, to: kept.value, effects: [question] })}))
    insert into effects (id, command) values (${`eff_${contactId}_${seq}`}, ${client.json(question)})`
}

const applyOnce = source.registerTransaction(apply, { name: 'apply' })
const receive = DBOS.registerWorkflow(
  async (contactId, envelope) => {
    await applyOnce(contactId, envelope)
  },
  { name: 'receive' },
)

DBOS.setConfig({
  name: 'bench',
  systemDatabaseUrl: url,
  systemDatabasePoolSize: POOL,
  logLevel: 'error',
  tracingEnabled: false,
})
await DBOS.launch()

/** A contact's next event starts when its last one is done; so many contacts at a time. */
async function drain({ contacts, messages }) {
  let next = 0
  const work = async () => {
    while (next < contacts) {
      const contactId = `cnt_${next++}`
      for (let m = 1; m <= messages; m++) {
        const handle = await DBOS.startWorkflow(receive)(contactId, { text: `Resposta ${m}` })
        await handle.getResult()
      }
    }
  }
  await Promise.all(Array.from({ length: UNDER_WAY }, work))
  return {}
}

async function clear() {
  await sql`truncate states, journal, effects, dbos.workflow_status, dbos.transaction_completion cascade`
  return {}
}

async function written() {
  const [row] = await sql`select (select count(*) from states)::int as states,
    (select count(*) from journal)::int as journal, (select count(*) from effects)::int as effects`
  return row
}

const COMMANDS = { drain, clear, written }
process.on('message', ({ command, ...rest }) => {
  COMMANDS[command](rest).then(
    (reply) => process.send(reply),
    (error) => {
      console.error(error)
      process.exit(1)
    },
  )
})
process.on('disconnect', () => process.exit(0))
process.send({ ready: true })

function hostOf(address) {
  const { hostname, port, username, password, pathname } = new URL(address)
  return { host: hostname, port: Number(port), username, password, database: pathname.slice(1) }
}
