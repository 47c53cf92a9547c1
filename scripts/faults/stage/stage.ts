// The whole installation under test, as real processes on this machine: two gateways, workers, PostgreSQL, Redis and
// the provider, every line between them through a proxy of ours.

import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { migrate } from '#runtime/db/migrate.ts'
import { isConnectionError } from '#runtime/db/pool.ts'
import { createTeardown, type Teardown } from '#runtime/index.ts'
import { findFreePort } from '#runtime/embedded/port.ts'
import { createHistory, type History } from '../history.ts'
import { createLink, type Link } from '../proxy/link.ts'
import { type Company, makeCompany } from './company.ts'
import { createMember, type Member } from './member.ts'
import { makeDatabase, type Postgres, type PostgresOptions, startPostgres } from './postgres.ts'
import { createProvider, type Provider } from './provider.ts'
import { type RedisServer, startRedis } from './redis.ts'
import { sleep } from './time.ts'

export const LEASE_SECONDS = 3
const UNCERTAIN_SECONDS = 4
/** Full after a minute or two of load, so that whatever grows later is no cache. */
const STATE_CACHE_MB = 4

export interface Stage {
  folder: string
  postgres: Postgres
  redis: RedisServer
  provider: Provider
  /** Where the provider's webhooks come in: one gateway after the other that runs. */
  front: Link
  gateways: Member[]
  workers: Member[]
  companies: Company[]
  history: History
  /** Asks the database straight, past every proxy. */
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
  /** Everything up, every line healed, nothing laid out: where every run begins. */
  restore(): Promise<void>
  close(): Promise<void>
}

export interface StageOptions {
  workers: number
  /** Kept afterwards when given; else a temporary folder that goes with the stage. */
  folder?: string
  postgres?: Pick<PostgresOptions, 'settings' | 'place'>
}

const DATABASE = 'faults'

/** Starts everything; what was started is stopped again when a part of it fails. */
export async function createStage(options: StageOptions): Promise<Stage> {
  const teardown = createTeardown()
  try {
    return await startParts(options, teardown)
  } catch (error) {
    await teardown.run()
    throw error
  }
}

async function startParts(options: StageOptions, teardown: Teardown): Promise<Stage> {
  const folder = makeFolder(options, teardown)
  const dataDir = join(folder, 'database')
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const postgres = await startPostgres({ dataDir, ...options.postgres })
  teardown.add(async () => {
    await postgres.stop()
    rmSync(postgres.cluster, { recursive: true, force: true })
  })
  const url = await makeDatabase(postgres, DATABASE)
  await migrate(url)
  const masterKey = randomBytes(32)
  const companies = await makeCompanies(url, masterKey)
  const pool = createPool(url, teardown)
  const redis = await startRedis(folder)
  teardown.add(() => redis.stop())
  const history = createHistory(join(folder, 'history.jsonl'))
  const provider = await createProvider({ folder, history, companies: () => companies })
  teardown.add(() => provider.close())
  const keys = { masterKey: masterKey.toString('base64'), jwt: randomBytes(32).toString('hex') }
  const parts = { folder, postgres, redis, provider, keys }
  const members = await makeMembers(parts, options.workers, teardown)
  const gateways = members.filter(({ role }) => role === 'gateway')
  const workers = members.filter(({ role }) => role === 'worker')
  const front = await createFront(gateways)
  teardown.add(() => front.close())
  for (const company of companies) {
    provider.register(company, `http://127.0.0.1:${front.port}/webhooks/whatsapp`)
  }
  await Promise.all(members.map((member) => member.start()))
  return {
    folder,
    postgres,
    redis,
    provider,
    front,
    gateways,
    workers,
    companies,
    history,
    query: (text, values = []) => ask(pool, text, values),
    restore: () => restore({ postgres, redis, provider, front, members }),
    close: teardown.run,
  }
}

function makeFolder({ folder: given }: StageOptions, teardown: Teardown): string {
  const folder = given ?? mkdtempSync(join(tmpdir(), 'fluxolab-faults-'))
  mkdirSync(folder, { recursive: true })
  // PostgreSQL runs as another user where this is root.
  chmodSync(folder, 0o711)
  if (!given) {
    teardown.add(async () => {
      await Promise.resolve()
      rmSync(folder, { recursive: true, force: true })
    })
  }
  return folder
}

const ASK_TRIES = 40
const ASK_PAUSE_MS = 500

/** Asks again while the server is away. */
async function ask<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  text: string,
  values: unknown[],
): Promise<Row[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return (await pool.query<Row>(text, values)).rows
    } catch (error) {
      if (attempt === ASK_TRIES || !isConnectionError(error)) throw error
      await sleep(ASK_PAUSE_MS)
    }
  }
}

/** Survives a PostgreSQL that goes and comes back. */
function createPool(url: string, teardown: Teardown): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 4, connectionTimeoutMillis: 5_000 })
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  teardown.add(() => pool.end())
  return pool
}

async function makeCompanies(url: string, masterKey: Buffer): Promise<Company[]> {
  const db = new pg.Client({ connectionString: url })
  await db.connect()
  try {
    return [
      await makeCompany(db, masterKey, { name: 'aurora', policy: 'retry' }),
      await makeCompany(db, masterKey, { name: 'boreal', policy: 'hold' }),
    ]
  } finally {
    await db.end()
  }
}

interface Parts {
  folder: string
  postgres: Postgres
  redis: RedisServer
  provider: Provider
  keys: { masterKey: string; jwt: string }
}

async function makeMembers(parts: Parts, workers: number, teardown: Teardown): Promise<Member[]> {
  const names = [
    'gateway-1',
    'gateway-2',
    ...Array.from({ length: workers }, (_, n) => `worker-${n + 1}`),
  ]
  const members: Member[] = []
  for (const name of names) {
    const member = await makeMember(parts, name)
    teardown.add(() => member.close())
    members.push(member)
  }
  return members
}

async function makeMember({ folder, postgres, redis, provider, keys }: Parts, name: string) {
  const role = name.startsWith('gateway') ? 'gateway' : 'worker'
  const port = await findFreePort()
  const door = await provider.openDoor(name)
  return createMember({
    name,
    role,
    port,
    folder,
    postgresPort: postgres.port,
    redisPort: redis.port,
    doorPort: door.port,
    environment: (lines) => ({
      NODE_ENV: 'production',
      ROLE: role,
      PORT: String(port),
      DATABASE_URL: postgres.url(DATABASE, lines.postgres),
      REDIS_URL: `redis://127.0.0.1:${lines.redis}`,
      DATA_DIR: join(folder, name),
      JWT_SECRET: keys.jwt,
      SECRETS_KEY: keys.masterKey,
      WHATSAPP_GRAPH_URL: `http://127.0.0.1:${lines.provider}`,
      EGRESS_ALLOW: `127.0.0.1:${lines.provider}`,
      LEASE_SECONDS: String(LEASE_SECONDS),
      UNCERTAIN_SECONDS: String(UNCERTAIN_SECONDS),
      STATE_CACHE_MB: String(STATE_CACHE_MB),
      LOG_LEVEL: 'warn',
    }),
  })
}

async function createFront(gateways: Member[]): Promise<Link> {
  let turn = 0
  return createLink({
    name: 'front',
    target: () => {
      const running = gateways.filter((gateway) => gateway.isUp())
      turn += 1
      const chosen = running[turn % Math.max(1, running.length)] ?? gateways[0]
      return { host: '127.0.0.1', port: Number(new URL(chosen?.baseUrl ?? '').port) }
    },
  })
}

async function restore(
  parts: Pick<Stage, 'postgres' | 'redis' | 'provider' | 'front'> & { members: Member[] },
): Promise<void> {
  const { postgres, redis, provider, front, members } = parts
  provider.guard = () => null
  provider.onTaken = () => {}
  await provider.script([])
  front.heal()
  for (const member of members) {
    member.signal('SIGCONT')
    for (const link of [member.postgres, member.redis, member.provider]) link.heal()
    member.postgres.onNotification(null)
  }
  if (postgres.pid() === 0) await postgres.start()
  if (redis.isUp()) process.kill(redis.pid(), 'SIGCONT')
  else await redis.start()
  await redis.command('CONFIG', 'SET', 'maxmemory', '0')
  await Promise.all(members.map((member) => member.start()))
}
