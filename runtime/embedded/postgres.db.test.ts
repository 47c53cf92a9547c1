import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isFluxoError } from '#machines/contracts/errors.ts'
import { isRoot } from '../private-file.ts'
import { startEmbeddedPostgres } from './postgres.ts'
import type { EmbeddedPostgres } from './postgres.ts'
import { isAlive, waitUntilGone } from './processes.ts'
import { canUse } from './user.ts'

const FIXTURE = fileURLToPath(new URL('../testing/run-postgres.ts', import.meta.url))
const NOBODY = 65534

let folder = ''
let running: EmbeddedPostgres[] = []
let children: ChildProcess[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluxolab-embedded-'))
  chmodSync(folder, 0o711)
})

afterEach(async () => {
  for (const postgres of running) await postgres.stop()
  for (const child of children) await endChild(child)
  running = []
  children = []
  rmSync(folder, { recursive: true, force: true })
})

async function start(dataDir = join(folder, 'data'), port?: number): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, ...(port !== undefined && { port }) })
  running.push(postgres)
  return postgres
}

async function ask(url: string, sql: string): Promise<Record<string, unknown>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = (await client.query(sql)) as { rows: Record<string, unknown>[] }
    return rows[0] ?? {}
  } finally {
    await client.end()
  }
}

function pidOf(place: string): number {
  return Number.parseInt(readFileSync(join(place, 'postmaster.pid'), 'utf8'), 10)
}

interface Report {
  port: number
  place: string
  url: string
  error?: string
}

/** Starts PostgreSQL in a process of its own and reads what that process reports. */
async function startChild(args: string[]): Promise<{ child: ChildProcess; report: Report }> {
  const child = spawn(process.execPath, [FIXTURE, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let text = ''
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    text += chunk.toString()
    if (text.includes('\n')) break
  }
  if (text === '') throw new Error(String(child.stderr?.read()))
  return { child, report: JSON.parse(text) as Report }
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
  const pidFile = join(folder, 'data/postgres/postmaster.pid')
  if (existsSync(pidFile)) await waitUntilGone(pidOf(dirname(pidFile)), 10_000)
}

async function messageOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    if (isFluxoError(error, 'SETUP_FAILED')) return error.message
    throw error
  }
  return ''
}

describe('the server', () => {
  test('speaks UTF-8, checks passwords, keeps fsync and is reachable on 127.0.0.1 only', async () => {
    const postgres = await start()
    const url = postgres.url('postgres')
    expect(await ask(url, "select lower('ÇÃO') as low, length('ção') as size")).toEqual({
      low: 'ção',
      size: 3,
    })
    expect(
      await ask(
        url,
        `select current_setting('fsync') as fsync, current_setting('listen_addresses') as listen,
           current_setting('unix_socket_directories') as sockets,
           current_setting('idle_in_transaction_session_timeout') as idle`,
      ),
    ).toEqual({ fsync: 'on', listen: '127.0.0.1', sockets: '', idle: '5s' })
    const wrong = new URL(url)
    wrong.password = 'guess'
    await expect(ask(wrong.href, 'select 1')).rejects.toThrow(/password authentication failed/)
  })

  test('leaves no password behind but in a file of its owner', async () => {
    await start()
    const dataDir = join(folder, 'data')
    expect(statSync(join(dataDir, 'postgres.json')).mode & 0o777).toBe(0o600)
    expect(statSync(join(dataDir, 'postgres.log')).mode & 0o777).toBe(0o600)
    expect(readdirSync(dataDir).sort()).toEqual([
      'fluxolab.lock',
      'postgres',
      'postgres.json',
      'postgres.log',
    ])
  })

  test('keeps its data and its port over a restart, and stopping waits for its end', async () => {
    const first = await start()
    await first.ensureDatabase('kept')
    await first.ensureDatabase('kept')
    await ask(first.url('kept'), 'create table word as select 7 as n')
    const pid = pidOf(first.place)
    await first.stop()
    expect(isAlive(pid)).toBe(false)
    expect(existsSync(join(folder, 'data/fluxolab.lock'))).toBe(false)
    const second = await start()
    expect(second.port).toBe(first.port)
    expect(await ask(second.url('kept'), 'select n from word')).toEqual({ n: 7 })
  })

  test('starts afresh when its data folder was deleted', async () => {
    const first = await start()
    await first.ensureDatabase('gone')
    await first.stop()
    rmSync(join(folder, 'data'), { recursive: true })
    const second = await start()
    expect(await ask(second.url('postgres'), 'select count(*)::int as n from pg_database')).toEqual(
      { n: 3 },
    )
  })
})

describe('the end of the process', () => {
  test('kill -9 leaves a server that the next start replaces, with everything committed', async () => {
    const { child, report } = await startChild([join(folder, 'data')])
    await ask(report.url, 'create table word as select 7 as n')
    const orphan = pidOf(report.place)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(isAlive(orphan)).toBe(true)
    const next = await start()
    expect(isAlive(orphan)).toBe(false)
    expect(await ask(next.url('postgres'), 'select n from word')).toEqual({ n: 7 })
  })

  test.each([
    ['an uncaught error', 'throw', undefined, 1],
    ['its natural end', 'exit', undefined, 0],
    ['SIGTERM', 'wait', 'SIGTERM', 143],
    ['SIGINT', 'wait', 'SIGINT', 130],
    ['SIGHUP', 'wait', 'SIGHUP', 129],
  ] as const)('%s ends the server too', async (_, end, signal, code) => {
    const { child, report } = await startChild([join(folder, 'data'), end])
    const pid = pidOf(report.place)
    const ended = child.exitCode === null ? once(child, 'exit') : Promise.resolve([child.exitCode])
    if (signal) child.kill(signal)
    expect((await ended)[0]).toBe(code)
    expect(await waitUntilGone(pid, 10_000)).toBe(true)
  })

  test('a stale pid file that names another living process is no obstacle', async () => {
    const first = await start()
    await first.stop()
    const lines = [process.pid, first.place, 1, first.port, '', '127.0.0.1', '1 1', 'ready', '']
    writeFileSync(join(first.place, 'postmaster.pid'), lines.join('\n'))
    const second = await start()
    expect(pidOf(second.place)).not.toBe(process.pid)
  })

  test('Ctrl-C while the cluster is being made does not break it', async () => {
    const dataDir = join(folder, 'data')
    const handler = "data:text/javascript,process.on('SIGINT',()=>{})"
    const child = spawn(process.execPath, ['--import', handler, FIXTURE, dataDir], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    children.push(child)
    const output = once(child.stdout, 'data')
    while (!isInitializing(dataDir)) await sleep(5)
    process.kill(-(child.pid ?? 0), 'SIGINT')
    const report = JSON.parse(String((await output)[0])) as Report
    expect(report).not.toHaveProperty('error')
  })

  test('an interrupted first start leaves nothing in the way', async () => {
    const dataDir = join(folder, 'data')
    mkdirSync(join(dataDir, 'initdb-0badcafe/base'), { recursive: true })
    writeFileSync(join(dataDir, 'password-0badcafe'), 'secret')
    chmodSync(dataDir, 0o711)
    await start()
    expect(readdirSync(dataDir).filter((name) => name.includes('0badcafe'))).toEqual([])
  })
})

/** True while initdb has begun to fill its folder. */
function isInitializing(dataDir: string): boolean {
  if (!existsSync(dataDir)) return false
  const name = readdirSync(dataDir).find((entry) => entry.startsWith('initdb-'))
  return name !== undefined && existsSync(join(dataDir, name, 'base'))
}

describe('what stands in the way', () => {
  test('a second FluxoLab on the same data folder is refused with the variable to change', async () => {
    const { child, report } = await startChild([join(folder, 'data')])
    const message = await messageOf(start())
    expect(message).toContain(`process ${child.pid}`)
    expect(message).toContain('DATA_DIR')
    expect(isAlive(pidOf(report.place))).toBe(true)
  })

  test('a port that was asked for and is taken is named with its variable', async () => {
    const { server, port } = await occupyPort()
    const message = await messageOf(start(join(folder, 'data'), port))
    server.close()
    expect(message).toContain(`port ${port} is taken`)
    expect(message).toContain('DATABASE_PORT')
    expect(existsSync(join(folder, 'data/fluxolab.lock'))).toBe(false)
  })

  test('a port that was only remembered and is taken is replaced', async () => {
    const first = await start()
    await first.stop()
    const { server } = await occupyPort(first.port)
    const second = await start()
    server.close()
    expect(second.port).not.toBe(first.port)
    expect(JSON.parse(readFileSync(join(folder, 'data/postgres.json'), 'utf8'))).toMatchObject({
      port: second.port,
    })
  })

  test('a damaged postgres.json is named and kept', async () => {
    const dataDir = join(folder, 'data')
    mkdirSync(dataDir)
    writeFileSync(join(dataDir, 'postgres.json'), '{"id":1}')
    expect(await messageOf(start())).toContain('postgres.json is damaged')
    expect(readFileSync(join(dataDir, 'postgres.json'), 'utf8')).toBe('{"id":1}')
  })
})

async function occupyPort(wished = 0): Promise<{ server: { close: () => void }; port: number }> {
  const server = createServer()
  server.listen(wished, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

// Only root can enter a folder of root, lend a user, or become another one.
if (isRoot()) {
  describe('as root', () => {
    test('runs as a user who is not root, in the data folder where that user can work', async () => {
      const { place } = await start()
      expect(place).toBe(join(folder, 'data/postgres'))
      expect(statSync(place)).toMatchObject({ uid: NOBODY, mode: 0o40700 })
      expect(statSync(join(folder, 'data'))).toMatchObject({ uid: 0, mode: 0o40711 })
    })

    test('works below a folder that only root may enter, and finds its cluster again', async () => {
      chmodSync(folder, 0o700)
      const first = await start()
      const place = first.place
      try {
        expect(place).not.toContain(folder)
        await ask(first.url('postgres'), 'create table word as select 7 as n')
        await first.stop()
        const second = await start()
        expect(second.place).toBe(place)
        expect(await ask(second.url('postgres'), 'select n from word')).toEqual({ n: 7 })
        await second.stop()
      } finally {
        await Promise.all(running.map(async (postgres) => postgres.stop()))
        rmSync(dirname(place), { recursive: true, force: true })
      }
    })

    test('a strict umask, now or at an earlier start, closes nothing that PostgreSQL needs', async () => {
      chmodSync(folder, 0o700)
      const umask = process.umask(0o077)
      let own = ''
      try {
        const first = await start()
        own = dirname(first.place)
        expect(own).not.toContain(folder)
        await first.stop()
        chmodSync(own, 0o700)
        const second = await start()
        expect(second.place).toBe(first.place)
        expect(statSync(own).mode & 0o777).toBe(0o711)
        await second.stop()
      } finally {
        process.umask(umask)
        await Promise.all(running.map(async (postgres) => postgres.stop()))
        if (own !== '') rmSync(own, { recursive: true, force: true })
      }
    })

    test('runs a cluster that an ordinary user made as that user', async () => {
      const dataDir = join(folder, 'data')
      const first = await start()
      await first.stop()
      for (const entry of readdirSync(first.place, { recursive: true, encoding: 'utf8' })) {
        chownSync(join(first.place, entry), 12_345, 12_345)
      }
      chownSync(first.place, 12_345, 12_345)
      chownSync(dataDir, 12_345, 12_345)
      const second = await start()
      expect(statSync(join(second.place, 'postmaster.pid')).uid).toBe(12_345)
    })

    test('an ordinary user needs no help from root', async () => {
      const dataDir = join(folder, 'data')
      mkdirSync(dataDir, { mode: 0o700 })
      chownSync(dataDir, NOBODY, NOBODY)
      const { report } = await startChild([dataDir, 'wait', String(NOBODY)])
      // A checkout that only root may enter is closed to that user from the start.
      if (!canUse(dirname(FIXTURE), { uid: NOBODY, gid: NOBODY }) && report.error) {
        expect(report.error).toContain('DATABASE_URL')
        return
      }
      expect(report.place).toBe(join(dataDir, 'postgres'))
      expect(await ask(report.url, 'select 1 as one')).toEqual({ one: 1 })
    })
  })
}
