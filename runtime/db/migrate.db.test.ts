import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MIGRATIONS } from '#migrations/index.ts'
import { createTestLine, type TestLine } from '../testing/line.ts'
import { until } from '../testing/until.ts'
import { migrate } from './migrate.ts'
import { createPool } from './pool.ts'
import { keepUp } from './upkeep.ts'

let line: TestLine
beforeAll(async () => {
  line = await createTestLine()
})
afterAll(() => line.close())

const partitions = async (): Promise<string[]> => {
  const text = `select inhrelid::regclass::text as name from pg_inherits
    where inhparent in ('events'::regclass, 'journal'::regclass) order by 1`
  return (await line.rows<{ name: string }>(text)).map(({ name }) => name)
}

test('migrating again changes nothing', async () => {
  expect(await Promise.all([migrate(line.url), migrate(line.url)])).toEqual([[], []])
})

test('a migration that meets running workers in a deadlock goes again', async () => {
  await line.pool.query("delete from mikro_orm_migrations where name = '0019-queues'")
  const worker = new Client({ connectionString: line.url })
  await worker.connect()
  // The migration is to be the one that PostgreSQL ends.
  await worker.query(
    "set deadlock_timeout = '30s'; begin; lock table outbox in share update exclusive mode",
  )
  const migrating = migrate(line.url)
  await until('the migration waits', async () => {
    const waiting = await line.rows(
      "select 1 from pg_locks where not granted and relation = 'outbox'::regclass",
    )
    return waiting.length > 0
  })
  await worker.query('lock table mailbox in share update exclusive mode')
  await worker.query('commit')
  await worker.end()
  expect(await migrating).toEqual(['0019-queues'])
})

test('the months ahead have partitions again after upkeep, however many start it and in whatever time zone', async () => {
  const before = await partitions()
  expect(before).toHaveLength(2 * 5)
  await line.pool.query(
    before
      .filter((name) => !name.endsWith('default'))
      .map((name) => `drop table ${name};`)
      .join(''),
  )
  const zones = ['America/Sao_Paulo', 'Asia/Tokyo', 'UTC']
  const pools = zones.map((zone) =>
    createPool(`${line.url}?options=-c%20timezone%3D${zone}`, { max: 1, name: 'upkeep' }),
  )
  await Promise.all(pools.map((pool) => keepUp(pool, 90)))
  expect(await partitions()).toEqual(before)
  const { rows } = await pools[2]!.query<{ bound: string }>(
    'select pg_get_expr(relpartbound, oid) as bound from pg_class where relname = $1',
    [before.find((name) => name.startsWith('events_2'))],
  )
  expect(rows[0]?.bound).toMatch(/-01 00:00:00\+00/)
  await Promise.all(pools.map((pool) => pool.end()))
})

test('a worker that has been gone for a day is forgotten, one that lives is not', async () => {
  await line.pool.query(
    "insert into workers (id, expires_at) values ('wrk_gone', now() - interval '2 days'), ('wrk_here', now() + interval '5 s')",
  )
  await keepUp(line.pool, 90)
  expect(await line.rows('select id from workers')).toEqual([{ id: 'wrk_here' }])
})

test('I2: keys are kept for as long as they are to be known, and older ones go in batches', async () => {
  await line.pool.query(
    `insert into accepted_keys (tenant_id, key, event_id, accepted_at)
     select $1, 'k' || n, 'evt_' || n, now() - case when n <= 12000 then interval '31 days' else interval '29 days' end
     from generate_series(1, 12010) n`,
    [line.tenant.id],
  )
  await Promise.all([keepUp(line.pool, 30), keepUp(line.pool, 30)])
  const left = 'select count(*)::int as count, min(substr(key, 2)::int) as first from accepted_keys'
  expect(await line.rows(left)).toEqual([{ count: 10, first: 12001 }])
})

test('a user who may not prepare the database is told what an administrator has to run, and that is enough', async () => {
  const admin = new Client({ connectionString: line.url })
  await admin.connect()
  const name = `plain_${line.tenant.phoneNumberId}`
  await admin.query(`create role ${name} login password 'x'`)
  await admin.query(`create database ${name}`)
  const url = new URL(line.url)
  url.pathname = `/${name}`
  const asAdmin = new Client({ connectionString: url.href })
  await asAdmin.connect()
  url.username = name
  url.password = 'x'
  try {
    const refusal = (await migrate(url.href).catch((error: unknown) => error)) as Error
    expect(refusal).toMatchObject({
      code: 'SETUP_FAILED',
      message: expect.stringContaining(`grant fluxo_tenant to ${name};`),
    })
    const statements = refusal.message
      .split('\n')
      .slice(1)
      .filter((line_) => !line_.includes('create role'))
    await asAdmin.query(statements.join('\n'))
    expect(await migrate(url.href)).toEqual(MIGRATIONS.map(({ name: each }) => each))
  } finally {
    await asAdmin.end()
    await admin.query(`drop database ${name} with (force)`)
    await admin.query(`drop role ${name}`)
    await admin.end()
  }
})
