import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { startRedis } from './redis.ts'

test('the test Redis answers, evicts nothing and ends when it is told', async () => {
  const server = await startRedis()
  if (server === null) return
  const client = new Redis(server.url)
  expect(await client.ping()).toBe('PONG')
  expect(await client.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction'])
  client.disconnect()
  await server.stop()
})
