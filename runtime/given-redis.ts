// The Redis of REDIS_URL before it is used. Redis only carries, so one that does not answer keeps nobody from starting
// here; one that throws jobs away when it is full would make every sweep work for nothing.

import { Redis } from 'ioredis'
import { FluxoError } from '#machines/contracts/errors.ts'

const CONNECT_MS = 3_000

export interface RedisExpectations {
  /** A Redis that evicts is refused, instead of only told. */
  isProduction: boolean
  /** Told in a few words what is not as it should be. */
  onProgress: (text: string) => void
}

/** @throws {FluxoError} SETUP_FAILED naming REDIS_URL */
export async function checkGivenRedis(
  url: string,
  { isProduction, onProgress }: RedisExpectations,
): Promise<void> {
  const policy = await askPolicy(url)
  if (policy === null) {
    onProgress('warning: the Redis of REDIS_URL does not answer yet')
    return
  }
  if (policy === 'noeviction') return
  const message = `the Redis of REDIS_URL drops jobs when it is full: set maxmemory-policy from ${policy} to noeviction`
  if (isProduction) throw new FluxoError('SETUP_FAILED', { message, field: 'REDIS_URL' })
  onProgress(`warning: ${message}`)
}

/** By INFO, which hosted servers allow where they forbid CONFIG. @returns null when it does not answer */
async function askPolicy(url: string): Promise<string | null> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    commandTimeout: CONNECT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    return /^maxmemory_policy:(\S+)/m.exec(await client.info('memory'))?.[1] ?? 'noeviction'
  } catch {
    return null
  } finally {
    client.disconnect()
  }
}
