import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRedis, type TestRedis } from '../../testing/redis.ts'
import { createWatermark } from './watermark.ts'

let redis: TestRedis | null
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis?.stop())

test('I10: Redis keeps the position of each database apart; away, it knows nothing and delays nobody', async () => {
  if (!redis) return
  const watermark = createWatermark({ redisUrl: redis.url, dataDir: undefined })
  const system = randomUUID()
  const [ours, theirs] = [
    { system, database: '1' },
    { system, database: '2' },
  ]
  expect(await watermark.read(ours)).toBeNull()
  await watermark.write(ours, 41)
  await watermark.write(theirs, 3)
  const another = createWatermark({ redisUrl: redis.url, dataDir: undefined })
  expect([await another.read(ours), await another.read(theirs)]).toEqual([41, 3])
  another.stop()
  watermark.stop()
  const away = createWatermark({ redisUrl: 'redis://127.0.0.1:1', dataDir: undefined })
  const start = performance.now()
  expect(await away.read(ours)).toBeNull()
  await away.write(ours, 42)
  expect(performance.now() - start).toBeLessThan(5_000)
  away.stop()
})
