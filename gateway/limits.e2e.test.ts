// Ten times what two numbers may send, by four processes over a real Redis: the provider's own record says whether the
// limits hold for all of them together, and whether both tenants get their share.

import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPool } from '#runtime/db/pool.ts'
import { createSandbox, type Sandbox } from '#runtime/index.ts'
import { createTestDatabase, type TestDatabase } from '#runtime/testing/database.ts'
import { startRedis } from '#runtime/testing/redis.ts'
import { queueMessages } from '#runtime/testing/senders.ts'
import {
  createTenant,
  MASTER_KEY,
  type TestTenant,
  WHATSAPP_SECRETS,
} from '#runtime/testing/tenant.ts'
import { freePorts, startFluxoLab, type StartedProcess } from './testing/started-process.ts'

const PROCESSES = 4
/** What Meta lets a number send in a second. */
const PER_SECOND = 80
const OVERLOAD = 10
const SECONDS = 3

interface Arrival {
  at: string
  phoneNumberId: string
  effectId: string
}

const redis = await startRedis()

describe.runIf(redis !== null)('four processes and two tenants with ten times their limit', () => {
  let sandbox: Sandbox
  let database: TestDatabase
  let pool: Pool
  let tenants: [TestTenant, TestTenant]
  let workers: StartedProcess[]
  let dataDir: string
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'fluxolab-limits-'))
    const later = 3_600_000
    sandbox = await createSandbox({
      port: 0,
      host: '127.0.0.1',
      storeDir: join(dataDir, 'sandbox'),
      statusDelays: { sent: later, delivered: later, read: later },
    })
    database = await createTestDatabase()
    pool = createPool(database.url, { max: 4, name: 'test' })
    tenants = [await createTenant(pool), await createTenant(pool)]
    for (const { phoneNumberId } of tenants) register(sandbox, phoneNumberId)
    workers = await startWorkers({ database, dataDir, sandbox, redisUrl: redis?.url ?? '' })
  })
  afterAll(async () => {
    for (const worker of workers) worker.signal('SIGTERM')
    await Promise.all(workers.map(({ ended }) => ended))
    await sandbox.close()
    await pool.end()
    await database.drop()
    await redis?.stop()
    await rm(dataDir, { recursive: true, force: true })
  })

  it('I6 no second sees more than a number may send, nothing leaves twice, both tenants get as much', async () => {
    const count = PER_SECOND * OVERLOAD
    await Promise.all(tenants.map((tenant) => queueMessages(pool, tenant, { count })))
    const enough = PER_SECOND * SECONDS * tenants.length * 0.8
    const stalls = watchStalls()
    await fetch(`${sandbox.url}/whatsapp/messages?atLeast=${enough}&waitMs=30000`)
    const stalled = stalls.stop()
    const response = await fetch(`${sandbox.url}/whatsapp/arrivals`)
    const { items } = (await response.json()) as { items: Arrival[] }
    expect(new Set(items.map(({ effectId }) => effectId)).size).toBe(items.length)
    const shares = tenants.map(({ phoneNumberId }) =>
      items.filter((item) => item.phoneNumberId === phoneNumberId).map(({ at }) => Date.parse(at)),
    )
    for (const times of shares) expect(mostBeyond(times, stalled)).toBeLessThanOrEqual(0)
    // Their messages are not committed in the same instant: what counts is from where both had something to send.
    const end = Date.parse(items.at(-1)?.at ?? '')
    const both = Math.max(...shares.map(([first = end]) => first))
    expect(end - both).toBeGreaterThan(1000)
    const [one = 0, other = 0] = shares.map((times) => times.filter((at) => at >= both).length)
    expect(Math.min(one, other) / Math.max(one, other)).toBeGreaterThan(0.85)
    // The limits are used and not only kept, however busy the machine is.
    const seconds = (end - Date.parse(items[0]?.at ?? '')) / 1000
    expect(items.length / seconds / tenants.length).toBeGreaterThan(PER_SECOND / 4)
  })
})

function register(sandbox: Sandbox, phoneNumberId: string): void {
  const { accessToken, appSecret } = WHATSAPP_SECRETS
  sandbox.register({ phoneNumberId, accessToken, appSecret, webhookUrl: 'http://127.0.0.1:9/' })
}

interface Stall {
  at: number
  ms: number
}

const TICK_MS = 5

/**
 * Moments in which this machine ran nobody: what left before and what left after is recorded together afterwards,
 * though a provider with a clock of its own would have seen it apart.
 */
function watchStalls(): { stop(): Stall[] } {
  const stalls: Stall[] = []
  let last = Date.now()
  const timer = setInterval(() => {
    const now = Date.now()
    const ms = now - last - TICK_MS
    if (ms > TICK_MS) stalls.push({ at: now, ms })
    last = now
  }, TICK_MS)
  return {
    stop: () => {
      clearInterval(timer)
      return stalls
    },
  }
}

/** By how much the worst window of a second, and what the machine held back in and before it, is over the limit. */
function mostBeyond(times: number[], stalls: Stall[]): number {
  const sorted = times.toSorted((left, right) => left - right)
  return Math.max(
    ...sorted.map((from, index) => {
      const end = sorted.findIndex((at) => at >= from + 1000)
      const count = (end < 0 ? sorted.length : end) - index
      const held = stalls
        .filter(({ at }) => at >= from - 1000 && at <= from + 1000)
        .reduce((sum, { ms }) => sum + ms, 0)
      return count - Math.ceil(PER_SECOND * (1 + held / 1000))
    }),
  )
}

async function startWorkers(parts: {
  database: TestDatabase
  dataDir: string
  sandbox: Sandbox
  redisUrl: string
}): Promise<StartedProcess[]> {
  const { database, dataDir, sandbox, redisUrl } = parts
  const env = {
    NODE_ENV: 'production',
    ROLE: 'worker',
    DATABASE_URL: database.url,
    REDIS_URL: redisUrl,
    DATA_DIR: dataDir,
    JWT_SECRET: randomBytes(32).toString('hex'),
    SECRETS_KEY: MASTER_KEY.toString('base64'),
    WHATSAPP_GRAPH_URL: sandbox.url,
    EGRESS_ALLOW: new URL(sandbox.url).host,
    LEASE_SECONDS: '10',
    LOG_LEVEL: 'warn',
  }
  const ports = (await Promise.all(Array.from({ length: PROCESSES / 2 }, freePorts))).flat()
  const workers = ports.map((port) => startFluxoLab({ ...env, PORT: String(port) }))
  await Promise.all(workers.map((worker) => worker.printed(/^Ready.*$/m)))
  return workers
}
