// Timers in great numbers: what is due is found among what is not, and fires once while shards change hands.

import { afterAll, beforeEach, beforeAll, expect, test } from 'vitest'
import { createPool } from '../db/pool.ts'
import { forgetWorkers } from '../shard/lease.ts'
import { createTestLine, type TestLine, type TestWorker } from '../testing/line.ts'

let line: TestLine
beforeAll(async () => {
  line = await createTestLine()
})
beforeEach(async () => {
  await line.pool.query('truncate timers, mailbox')
  await forgetWorkers(line.pool)
})
afterAll(() => line.close())

/** Timers of contacts that nobody looks at: they fire into the mailbox. */
const arm = (count: number, due: string, shards = 256) =>
  line.pool.query(
    `insert into timers (tenant_id, contact_id, run_id, timer_id, node_id, generation, shard, due_at)
     select $1, 'cnt_' || $4 || n, 'run_' || n, 'wait', 'wait', 1, n % $3, clock_timestamp() + $5::interval
       + n * interval '10 us'
     from generate_series(1, $2::int) n`,
    [line.tenant.id, count, shards, due.replaceAll(/\W/g, ''), due],
  )

const fired = () =>
  line.rows<{ count: number; contacts: number; early: number; inOrder: boolean }>(
    `select count(*)::int as count, count(distinct contact_id)::int as contacts,
       count(*) filter (where (envelope->>'occurred_at')::timestamptz > accepted_at)::int as early,
       bool_and(at >= previous) as "inOrder"
     from (select *, envelope->>'occurred_at' as at,
       lag(envelope->>'occurred_at', 1, '') over (partition by shard order by id) as previous from mailbox) m`,
  )

test('I7: ten thousand due in the same second fire once each, in due order in each shard, none early, while two workers come and go', async () => {
  await arm(10_000, '300 ms')
  await arm(2_000, '1 hour')
  const workers = [line.createWorker(), line.createWorker()]
  const [one, two] = workers as [TestWorker, TestWorker]
  await one.leases.renew()
  const end = performance.now() + 10_000
  const work = async (worker: TestWorker): Promise<void> => {
    while (performance.now() < end && (await fired())[0]?.count !== 10_000) {
      await worker.fireTimers()
      await worker.leases.look()
    }
  }
  const move = async (): Promise<void> => {
    while (performance.now() < end && (await fired())[0]?.count !== 10_000) {
      // A batch that is just being made finds its leases gone or moved. Locked in order, as everywhere: never in a circle.
      const text = `with moved as (
          select shard from shard_leases
          where shard = any(array(select shard from shard_leases order by random() limit 20))
          order by shard for update)
        update shard_leases l set epoch = l.epoch + 1 from moved where l.shard = moved.shard`
      await line.pool.query(text)
    }
  }
  await Promise.all([work(one), work(two), move()])
  expect(await fired()).toEqual([{ count: 10_000, contacts: 10_000, early: 0, inOrder: true }])
  expect(await line.rows('select count(*)::int as left from timers')).toEqual([{ left: 2_000 }])
  expect(one.leases.conflicts() + two.leases.conflicts()).toBeGreaterThan(0)
})

test('I7: what is due is found without reading what is not', async () => {
  await arm(20_000, '1 hour', 4)
  await arm(50, '-1 s', 4)
  await line.pool.query('analyze timers')
  const pool = createPool(line.url, { max: 1, name: 'test' })
  const worker = line.createWorker({ pool })
  await worker.leases.renew()
  const read = async (): Promise<number> => {
    await pool.query('select pg_stat_force_next_flush()')
    const text = `select (idx_tup_read + idx_tup_fetch)::int as count from pg_stat_user_indexes
      where indexrelname = 'timers_due'`
    return (await pool.query<{ count: number }>(text)).rows[0]?.count ?? 0
  }
  const before = await read()
  expect(await worker.fireTimers()).toBe(50)
  expect(await worker.fireTimers()).toBe(0)
  expect((await read()) - before).toBeLessThan(500)
  await pool.end()
})
