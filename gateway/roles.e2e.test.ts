// The production shape: a gateway and two workers as processes of their own, with a real Redis between them.

import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSandbox, demoTemplates, type Sandbox, seedDemo } from '#runtime/index.ts'
import { createTestDatabase, type TestDatabase } from '#runtime/testing/database.ts'
import { startRedis, type TestRedis } from '#runtime/testing/redis.ts'
import { createClient, type LineClient } from './testing/line-client.ts'
import { isIn } from './testing/line.ts'
import { freePorts, startFluxoLab, type StartedProcess } from './testing/started-process.ts'

const LEADS = 40
const redis = await startRedis()

describe.runIf(redis !== null)('a gateway and two workers over Redis', () => {
  let shape: Shape
  beforeAll(async () => {
    shape = await startShape(redis!)
  })
  afterAll(async () => {
    await shape.stop()
    await redis?.stop()
  })

  it('I10 carries a lead to the purchase while Redis is emptied in between', async () => {
    const { client } = shape
    const phones = Array.from({ length: LEADS }, (_, n) => `+55119${String(60_000_000 + n)}`)
    await Promise.all(phones.map((phone) => client.lead(leadOf(phone))))
    await shape.flushRedis()
    for (const phone of phones) {
      const { id } = await client.findContact(phone)
      await client.until(id, isIn('espera_compra'))
      expect(await client.messages(phone, 1)).toHaveLength(1)
    }
  })

  it('I8 goes on after one worker is killed, with nothing sent twice', async () => {
    const { client } = shape
    const phones = Array.from({ length: LEADS }, (_, n) => `+55119${String(61_000_000 + n)}`)
    const posted = Promise.all(phones.map((phone) => client.lead(leadOf(phone))))
    shape.workers[0]?.signal('SIGKILL')
    await posted
    for (const phone of phones) {
      const { id } = await client.findContact(phone)
      await client.until(id, isIn('espera_compra'))
      expect(await client.messages(phone, 1)).toHaveLength(1)
    }
  })

  it('hands its shards over and ends with 0 on SIGTERM', async () => {
    const [, worker] = shape.workers
    worker?.signal('SIGTERM')
    expect(await worker?.ended).toBe(0)
  })
})

const leadOf = (phone: string) => ({
  event_id: `roles-${phone}`,
  source: 'instagram',
  name: 'Ana',
  phone_e164: phone,
})

interface Shape {
  client: LineClient
  workers: StartedProcess[]
  flushRedis(): Promise<void>
  stop(): Promise<void>
}

async function startShape({ url: redisUrl }: TestRedis): Promise<Shape> {
  const database = await createTestDatabase()
  const dataDir = await mkdtemp(join(tmpdir(), 'fluxolab-roles-'))
  const sandbox = await createSandbox({
    port: 0,
    host: '127.0.0.1',
    storeDir: join(dataDir, 'sandbox'),
    statusDelays: { sent: 1, delivered: 2, read: 3 },
  })
  const masterKey = randomBytes(32)
  const [first, second] = [await freePorts(), await freePorts()]
  const env = environment({ database, dataDir, sandbox, redisUrl, masterKey })
  const start = (role: string, port: number): StartedProcess =>
    startFluxoLab({ ...env, ROLE: role, PORT: String(port) })
  const baseUrl = `http://127.0.0.1:${first[0]}`
  const demo = await seedDemo({
    databaseUrl: database.url,
    masterKey,
    dataDir,
    baseUrl,
    sandboxUrl: sandbox.url,
  })
  const { phoneNumberId, accessToken, appSecret } = demo
  const webhookUrl = `${baseUrl}/webhooks/whatsapp`
  sandbox.register({
    phoneNumberId,
    accessToken,
    appSecret,
    webhookUrl,
    templates: demoTemplates(),
  })
  const gateway = start('gateway', first[0])
  const workers = [start('worker', first[1]), start('worker', second[0])]
  const processes = [gateway, ...workers]
  await Promise.all(processes.map((process) => process.printed(/^Ready.*$/m)))
  return {
    client: await createClient(demo),
    workers,
    flushRedis: async () => {
      const connection = new Redis(redisUrl)
      await connection.flushall()
      connection.disconnect()
    },
    stop: async () => {
      for (const process of processes) process.signal('SIGTERM')
      await Promise.all(processes.map((process) => process.ended))
      await sandbox.close()
      await database.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

function environment(parts: {
  database: TestDatabase
  dataDir: string
  sandbox: Sandbox
  redisUrl: string
  masterKey: Buffer
}): Record<string, string> {
  return {
    NODE_ENV: 'production',
    DATABASE_URL: parts.database.url,
    REDIS_URL: parts.redisUrl,
    DATA_DIR: parts.dataDir,
    JWT_SECRET: randomBytes(32).toString('hex'),
    SECRETS_KEY: parts.masterKey.toString('base64'),
    WHATSAPP_GRAPH_URL: parts.sandbox.url,
    EGRESS_ALLOW: new URL(parts.sandbox.url).host,
    LEASE_SECONDS: '3',
    UNCERTAIN_SECONDS: '6',
    LOG_LEVEL: 'warn',
  }
}
