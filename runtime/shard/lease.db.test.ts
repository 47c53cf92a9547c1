import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { inTransaction } from '../db/pool.ts'
import { createTestLine, type TestLine, type TestWorker } from '../testing/line.ts'
import { until } from '../testing/until.ts'
import { forgetWorkers, lockLeases } from './lease.ts'

let line: TestLine
beforeAll(async () => {
  line = await createTestLine()
})
beforeEach(async () => {
  await forgetWorkers(line.pool)
  await line.pool.query('update shard_leases set owner = null')
})
afterAll(() => line.close())

/** Each worker looks twice: the first look makes room, the second takes what became free. */
async function renewAll(workers: TestWorker[]): Promise<void> {
  for (const _ of [1, 2]) for (const worker of workers) await worker.leases.renew()
}

const shardsOf = (worker: TestWorker): number[] => [...worker.leases.owned().keys()]

test('one worker owns all 256 shards', async () => {
  const worker = line.createWorker()
  await worker.leases.renew()
  expect(shardsOf(worker)).toHaveLength(256)
})

test('I8: three workers share the shards without overlap and without a gap', async () => {
  const workers = [1, 2, 3].map(() => line.createWorker())
  await renewAll(workers)
  expect(workers.flatMap(shardsOf).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 256 }, (_, n) => n),
  )
  for (const worker of workers) expect(shardsOf(worker).length).toBeGreaterThan(50)
})

test('I8: workers that all look at the same moment still share without overlap', async () => {
  const workers = Array.from({ length: 4 }, () => line.createWorker())
  for (let round = 0; round < 4; round++)
    await Promise.all(workers.map((worker) => worker.leases.renew()))
  expect(workers.flatMap(shardsOf).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 256 }, (_, n) => n),
  )
})

test('a worker that leaves gives its shards back at once, and only those move', async () => {
  const [one, two, three] = [1, 2, 3].map(() => line.createWorker()) as [
    TestWorker,
    TestWorker,
    TestWorker,
  ]
  await renewAll([one, two, three])
  const kept = shardsOf(one)
  await three.leases.release()
  expect(shardsOf(three)).toEqual([])
  await renewAll([one, two])
  expect(shardsOf(one).length + shardsOf(two).length).toBe(256)
  expect(shardsOf(one)).toEqual(expect.arrayContaining(kept))
})

test('I8: a silent worker is replaced when the database clock says so, under higher epochs', async () => {
  const silent = line.createWorker({ leaseSeconds: 30 })
  await silent.leases.renew()
  const before = new Map(silent.leases.owned())
  const heir = line.createWorker()
  await heir.leases.renew()
  expect(shardsOf(heir)).toEqual([])
  await line.pool.query('update workers set expires_at = clock_timestamp() where id = $1', [
    silent.id,
  ])
  await heir.leases.renew()
  expect(shardsOf(heir)).toHaveLength(256)
  for (const [shard, epoch] of heir.leases.owned())
    expect(epoch).toBeGreaterThan(before.get(shard) ?? 0)
  // The silent one believes what it knew until it looks again.
  expect(shardsOf(silent)).toHaveLength(256)
  await silent.leases.renew()
  expect(shardsOf(silent)).toEqual([])
})

test('a dropped shard stays dropped while a look is under way', async () => {
  const worker = line.createWorker()
  await worker.leases.renew()
  const looking = worker.leases.renew()
  worker.leases.drop([7])
  await looking
  expect(worker.leases.owned().has(7)).toBe(false)
  await worker.leases.renew()
  expect(worker.leases.owned().has(7)).toBe(true)
})

test('the sign of life does not wait for a batch that holds the leases', async () => {
  const worker = line.createWorker()
  await worker.leases.renew()
  const rival = line.createWorker()
  const client = await line.pool.connect()
  await client.query('begin')
  await client.query('select 1 from shard_leases for share')
  await rival.leases.renew()
  await line.pool.query(
    "update workers set expires_at = clock_timestamp() + interval '1 ms' where id = $1",
    [worker.id],
  )
  // Its hand-over to the rival waits for the batch, its sign of life has come through.
  const looking = worker.leases.renew()
  const alive = 'select 1 from workers where id = $1 and expires_at > clock_timestamp()'
  await expect.poll(() => line.rows(alive, [worker.id])).toHaveLength(1)
  await client.query('commit')
  client.release()
  await looking
  expect(shardsOf(worker).length).toBeLessThan(256)
})

/** Stops this whole thread, as SIGSTOP would. */
function freeze(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

const epochs = async (): Promise<number[]> =>
  (await line.rows<{ epoch: number }>('select epoch from shard_leases order by shard')).map(
    ({ epoch }) => epoch,
  )

test('I8: a worker that was frozen past its lease owns nothing when it wakes, and nothing old comes back', async () => {
  const worker = line.createWorker({ leaseSeconds: 0.3 })
  await worker.leases.renew()
  const before = new Map(worker.leases.owned())
  freeze(320)
  expect(shardsOf(worker)).toEqual([])
  const heir = line.createWorker()
  await heir.leases.look()
  const looking = worker.leases.look()
  expect(shardsOf(worker)).toEqual([])
  await looking
  expect(shardsOf(worker)).toEqual([])
  await renewAll([heir, worker])
  for (const [shard, epoch] of worker.leases.owned())
    expect(epoch).toBeGreaterThan(before.get(shard) ?? 0)
})

test('I8: a worker frozen inside its transaction is cut, writes nothing and holds nobody up', async () => {
  const frozen = line.createWorker({ leaseSeconds: 0.3 })
  const owned = await frozen.leases.renew()
  const locked = Promise.withResolvers<void>()
  const thawed = Promise.withResolvers<void>()
  const writing = inTransaction(line.pool, async (db) => {
    await db.query("set local idle_in_transaction_session_timeout = '500 ms'")
    const three = new Map([...owned].slice(0, 3))
    expect(await lockLeases(db, frozen.id, three)).toEqual([])
    await db.query("insert into workers (id, expires_at) values ('written', '-infinity')")
    locked.resolve()
    await thawed.promise
    await db.query('select 1')
  })
  await locked.promise
  const heir = line.createWorker()
  await until('the free ones are taken', async () => {
    await heir.leases.look()
    return shardsOf(heir).length >= 253
  })
  await until('the held ones are taken', async () => {
    await heir.leases.look()
    return shardsOf(heir).length === 256
  })
  thawed.resolve()
  await expect(writing).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
  expect(await line.rows("select 1 from workers where id = 'written'")).toEqual([])
})

test('every pool cuts a transaction that does nothing for five seconds, and a client that is gone within ten', async () => {
  const [row] = await line.rows(
    `select current_setting('idle_in_transaction_session_timeout') as idle,
       current_setting('tcp_keepalives_idle')::int + current_setting('tcp_keepalives_count')::int
         * current_setting('tcp_keepalives_interval')::int as gone`,
  )
  expect(row).toMatchObject({ idle: '5s', gone: expect.toSatisfy((seconds) => seconds <= 10) })
})

test('I8: a worker that comes or dies moves each shard once at most, and only those it gains or had', async () => {
  const workers = [1, 2, 3].map(() => line.createWorker())
  await renewAll(workers)
  const first = await epochs()
  const fourth = line.createWorker()
  const look = async (some: TestWorker[]) => {
    for (let round = 0; round < 3; round++) for (const each of some) await each.leases.look()
  }
  await look([fourth, ...workers])
  const second = await epochs()
  const moved = new Set(second.flatMap((epoch, shard) => (epoch === first[shard] ? [] : [shard])))
  expect(new Set(shardsOf(fourth))).toEqual(moved)
  for (const shard of moved) expect((second[shard] ?? 0) - (first[shard] ?? 0)).toBe(1)
  await line.pool.query('update workers set expires_at = clock_timestamp() where id = $1', [
    fourth.id,
  ])
  await look(workers)
  const third = await epochs()
  expect(workers.flatMap(shardsOf)).toHaveLength(256)
  for (const [shard, epoch] of third.entries())
    expect(epoch - (second[shard] ?? 0)).toBe(moved.has(shard) ? 1 : 0)
})

test('I8: the shards of a worker that fell silent are in other hands soon after its lease ran out', async () => {
  const silent = line.createWorker({ leaseSeconds: 1 })
  const aliveAt = performance.now()
  await silent.leases.renew()
  const diedAt = performance.now()
  const heir = line.createWorker({ leaseSeconds: 1 })
  await until('it has them all', async () => {
    await heir.leases.look()
    return shardsOf(heir).length === 256
  })
  expect(performance.now() - aliveAt).toBeGreaterThan(1000)
  expect(performance.now() - diedAt).toBeLessThan(1800)
})

test('a look renews when a third of the lease is over, and not before', async () => {
  const worker = line.createWorker({ leaseSeconds: 1 })
  await worker.leases.renew()
  const expiry = async () =>
    (await line.rows<{ at: Date }>('select expires_at as at from workers'))[0]?.at.getTime() ?? 0
  const at = await expiry()
  await worker.leases.look()
  expect(await expiry()).toBe(at)
  freeze(350)
  await worker.leases.look()
  expect(await expiry()).toBeGreaterThan(at + 300)
})
