// The whole line for a test: real database, sandbox, runtime and gateway over real sockets, and hands to use them.
// Waiting is done on the live socket and on the sandbox's long poll, never by sleeping.

import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ActorView } from '#machines/contracts/api.ts'
import {
  createLogger,
  createRuntime,
  createSandbox,
  demoTemplates,
  seedDemo,
} from '#runtime/index.ts'
import { createTestDatabase } from '#runtime/testing/database.ts'
import { buildApp } from '../app.ts'
import { createClient, type LineClient } from './line-client.ts'

export interface Line extends LineClient {
  databaseUrl: string
  close(): Promise<void>
}

export interface LineOptions {
  redisUrl?: string
  /** Folder of the built web app, when it is to be served. */
  webDist?: string
  /** Until a send without an answer is decided by itself. */
  uncertainSeconds?: number
}

/** Starts a line on a fresh database; nothing of it outlives `close`. */
export async function startLine(options: LineOptions = {}): Promise<Line> {
  const database = await createTestDatabase()
  const dataDir = await mkdtemp(join(tmpdir(), 'fluxolab-line-'))
  const logger = createLogger('silent')
  const masterKey = randomBytes(32)
  const sandbox = await createSandbox({
    port: 0,
    host: '127.0.0.1',
    storeDir: join(dataDir, 'sandbox'),
    statusDelays: { sent: 1, delivered: 2, read: 3 },
  })
  const runtime = await createRuntime({
    databaseUrl: database.url,
    redisUrl: options.redisUrl,
    masterKey,
    role: 'all',
    whatsapp: { graphUrl: sandbox.url, version: 'v24.0' },
    providerUrls: sandbox.providerUrls,
    sandboxUrl: sandbox.url,
    egressAllow: sandbox.hosts,
    leaseSeconds: 10,
    uncertainSeconds: options.uncertainSeconds ?? 2,
    isAlone: true,
    logger,
  })
  const app = await buildApp({
    runtime,
    logger,
    config: {
      jwtSecret: randomBytes(32).toString('hex'),
      publicUrl: 'http://127.0.0.1',
      webDist: options.webDist ?? join(dataDir, 'no-web'),
      secureCookies: false,
    },
  })
  const baseUrl = await app.listen({ port: 0, host: '127.0.0.1' })
  const demo = await seedDemo({
    databaseUrl: database.url,
    masterKey,
    dataDir,
    baseUrl,
    sandboxUrl: sandbox.url,
  })
  const { phoneNumberId, accessToken, appSecret } = demo
  sandbox.register({
    phoneNumberId,
    accessToken,
    appSecret,
    webhookUrl: `${baseUrl}/webhooks/whatsapp`,
    templates: demoTemplates(),
  })
  const client = await createClient(demo)
  return {
    ...client,
    databaseUrl: database.url,
    close: async () => {
      client.closeSockets()
      await app.close()
      await runtime.stop()
      await sandbox.close()
      await database.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** True when the contact's first active run is in this state. */
export function isIn(state: string): (view: ActorView) => boolean {
  return (view) => view.runs.some((run) => run.status === 'active' && run.state === state)
}

/** True when a run has ended so. */
export function hasEnded(status: 'done' | 'failed' | 'stopped'): (view: ActorView) => boolean {
  return (view) => view.runs.some((run) => run.status === status)
}
