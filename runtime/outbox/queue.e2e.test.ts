import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { leadOf } from '../testing/arrivals.ts'
import { startRedis, type TestRedis } from '../testing/redis.ts'
import { startWholeRuntime, type WholeRuntime } from '../testing/whole.ts'

let redis: TestRedis | null
let whole: WholeRuntime | null = null
beforeAll(async () => {
  redis = await startRedis()
  if (redis) whole = await startWholeRuntime({ redisUrl: redis.url, isDirect: false })
})
afterAll(async () => {
  await whole?.stop()
  await redis?.stop()
})

/** Accepts leads and waits until nothing is left to send. @returns numbers as accepted, and as greeted */
async function greet(
  { line, accepted, workIsDone }: WholeRuntime,
  count: number,
  meanwhile: () => Promise<unknown>,
) {
  const before = accepted.length
  const leads = Array.from({ length: count }, () => leadOf(line.tenant))
  await Promise.all(leads.map((lead) => line.accept(lead)))
  await workIsDone(meanwhile)
  const greeted = accepted.slice(before).map(({ who }) => who)
  return {
    greeted: greeted.toSorted(),
    wanted: leads.map(({ address }) => address.phone ?? '').toSorted(),
  }
}

test('a lead is greeted over BullMQ on Redis', async () => {
  if (!whole) return
  const { greeted, wanted } = await greet(whole, 20, () => Promise.resolve())
  expect(greeted).toEqual(wanted)
})

test('I10: Redis loses everything in the middle of two hundred leads; nothing is lost and nothing doubled', async () => {
  if (!whole || !redis) return
  const client = new Redis(redis.url)
  let flushes = 0
  const { greeted, wanted } = await greet(whole, 200, async () => {
    if (flushes++ < 20) await client.flushall()
  })
  client.disconnect()
  expect(greeted).toEqual(wanted)
})

test('I10: a process stops although Redis is gone, and does not hang', async () => {
  if (!whole) return
  const mortal = await startRedis()
  if (!mortal) return
  // A server of REDIS_URL is not ours to stop.
  if (process.env['REDIS_URL']) return
  const another = await whole.startAnother({ redisUrl: mortal.url })
  await mortal.stop()
  const started = performance.now()
  await another.stop()
  expect(performance.now() - started).toBeLessThan(14_000)
})
