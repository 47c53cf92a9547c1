import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { forgetWorkers } from './lease.ts'
import { createTestLine, type TestLine, type TestWorker } from '../testing/line.ts'

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
