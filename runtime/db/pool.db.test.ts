// Transactions over connections that break at the worst moment.

import { afterEach, beforeAll, afterAll, beforeEach, expect, test } from 'vitest'
import type { Pool } from 'pg'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { type CommitFault, createFaultyLink, type FaultyLink } from '../testing/faulty-link.ts'
import { until } from '../testing/until.ts'
import { noticeAfterCommit } from '../live/notices.ts'
import { createPool, inTransaction } from './pool.ts'

let database: TestDatabase
let direct: Pool
let link: FaultyLink
let pool: Pool
beforeAll(async () => {
  database = await createTestDatabase()
  direct = createPool(database.url, { max: 2, name: 'direct' })
  await direct.query('create table notes (n int)')
})
beforeEach(async () => {
  await direct.query('truncate notes')
  link = await createFaultyLink(database.url)
  pool = createPool(link.url, {
    max: 2,
    name: 'test',
    statementTimeout: 1000,
    commitTimeout: 300,
    connectTimeout: 1000,
  })
})
afterEach(async () => {
  await link.close()
  await pool.end()
})
afterAll(async () => {
  await direct.end()
  await database.drop()
})

const write = (n: number) =>
  inTransaction(pool, async (db) => {
    await db.query('insert into notes values ($1)', [n])
    return n
  })

const notes = async (): Promise<number[]> =>
  (await direct.query<{ n: number }>('select n from notes order by n')).rows.map(({ n }) => n)

test.each<CommitFault>(['answer lost', 'answer hung'])(
  'I2: a COMMIT with its %s is recognised as done, once',
  async (fault) => {
    link.loseCommit(fault)
    expect(await write(7)).toBe(7)
    expect([await notes(), link.met]).toEqual([[7], 1])
    // The pool goes on without a restart.
    expect(await write(8)).toBe(8)
  },
)

test('I1: a COMMIT that never arrived is an error, and nothing is written', async () => {
  link.loseCommit('lost')
  await expect(write(7)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE', retryAfter: 2 })
  expect([await notes(), link.met]).toEqual([[], 1])
})

test('I1: where nobody can say what became of a COMMIT, it is an error within the time', async () => {
  link.loseCommit('answer hung')
  const started = performance.now()
  const writing = write(7)
  await until('the commit is under way', () => link.met === 1)
  link.goSilent()
  await expect(writing).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
  expect(performance.now() - started).toBeLessThan(4500)
  // It did happen, and who asks again will find it.
  expect(await notes()).toEqual([7])
})

test('a database that does not answer any more is an error in time, and the pool refills by itself', async () => {
  await write(1)
  link.goSilent()
  const started = performance.now()
  const refused = await Promise.allSettled([write(2), write(3), write(4)])
  expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(performance.now() - started).toBeLessThan(3000)
  link.heal()
  await write(5)
  expect(await notes()).toEqual([1, 5])
})

test('a refused statement undoes its transaction and leaves the connection usable', async () => {
  const refused = inTransaction(pool, async (db) => {
    await db.query('insert into notes values (1)')
    await db.query('select 1 / 0')
  })
  await expect(refused).rejects.toMatchObject({ code: '22012' })
  expect(await notes()).toEqual([])
  expect(pool.idleCount).toBe(1)
})

test('a transaction that passed over a refused statement is no success', async () => {
  const passed = inTransaction(pool, async (db) => {
    await db.query('insert into notes values (1)')
    await db.query('select 1 / 0').catch(() => {})
  })
  await expect(passed).rejects.toThrow('a refused statement was passed over')
  expect(await notes()).toEqual([])
})

test('a connection that is cut while it is lent out or closed does not end the process', async () => {
  const others = createPool(database.url, { max: 4, name: 'cut' })
  const clients = await Promise.all([1, 2, 3].map(() => others.connect()))
  const slow = clients[0]?.query('select pg_sleep(5)').catch((error: unknown) => error)
  const ending = others.end()
  clients[2]?.release(true)
  await direct.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cut'",
  )
  expect(await slow).toMatchObject({ code: '57P01' })
  clients[0]?.release()
  clients[1]?.release()
  await ending
  noticeAfterCommit(others, 'changes')
})
