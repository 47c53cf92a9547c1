// The embedded PostgreSQL: a real server from npm packages, in the data folder, reachable from this machine only.
// It ends with this process in every way but kill -9, and the next start clears up after that one.

import { closeSync, openSync, readFileSync, realpathSync, renameSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { FluxoError } from '#machines/contracts/errors.ts'
import { prepareDataDir } from '../private-file.ts'
import { SUPERUSER, createCluster, hasCluster } from './cluster.ts'
import { createDatabase } from './create-database.ts'
import { stopAtExit } from './exit.ts'
import { readIdentity, writeIdentity } from './identity.ts'
import { lockDataDir } from './lock.ts'
import { findPlace } from './place.ts'
import type { Place } from './place.ts'
import { findFreePort, tryPort } from './port.ts'
import { askToStop, clearLeftover, launch, stopProcess, waitUntilReady } from './postmaster.ts'

export interface EmbeddedOptions {
  dataDir: string
  /** Port to listen on; left out, a free one is chosen and kept. */
  port?: number
  /** Server settings over the usual ones, e.g. for a test's smaller server. */
  settings?: Record<string, string>
  /** Told in a few words what takes a moment. */
  onProgress?: (text: string) => void
}

export interface EmbeddedPostgres {
  port: number
  /** Folder of the cluster. */
  place: string
  /** Connection URL of a database, with the password. */
  url: (database: string) => string
  /** Makes a database unless it exists. */
  ensureDatabase: (name: string) => Promise<void>
  /** Fast shutdown; resolves when the server is gone. May be called twice. */
  stop: () => Promise<void>
}

const SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  idle_in_transaction_session_timeout: '5s',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
}

const LOG_LIMIT = 10 * 1024 * 1024

/** Starts PostgreSQL on a data folder. SETUP_FAILED says what stands in the way and which variable changes it. */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  prepareDataDir(resolve(options.dataDir))
  const dataDir = realpathSync(options.dataDir)
  const unlock = await lockDataDir(dataDir, () =>
    options.onProgress?.('waiting for the FluxoLab that still ends'),
  )
  try {
    return await startLocked({ ...options, dataDir }, unlock)
  } catch (error) {
    unlock()
    throw error
  }
}

async function startLocked(
  options: EmbeddedOptions,
  unlock: () => void,
): Promise<EmbeddedPostgres> {
  const { dataDir, onProgress } = options
  const identity = readIdentity(dataDir)
  const place = findPlace(dataDir, identity.id)
  if (!hasCluster(place)) {
    onProgress?.(`creating the database in ${place.cluster}`)
    await createCluster(place, identity.password)
  }
  await clearLeftover(place)
  onProgress?.('starting PostgreSQL')
  const { port, pid } = await startServer(place, options, identity.port)
  const { forget } = stopAtExit(() => {
    askToStop(pid, place)
    unlock()
  })
  if (port !== identity.port) writeIdentity(dataDir, { ...identity, port })
  const url = (database: string): string =>
    `postgresql://${SUPERUSER}:${identity.password}@127.0.0.1:${port}/${database}`
  let stopping: Promise<void> | undefined
  const stop = async (): Promise<void> => {
    await stopProcess(pid, place)
    forget()
    unlock()
  }
  return {
    port,
    place: place.cluster,
    url,
    ensureDatabase: async (name) => createDatabase(url('postgres'), name),
    stop: async () => (stopping ??= stop()),
  }
}

interface Server {
  port: number
  pid: number
}

/** A port that was free may be taken a moment later, and memory of a killed server takes a moment to go. */
const ATTEMPTS = 20

async function startServer(
  place: Place,
  { dataDir, port: wished, settings }: EmbeddedOptions,
  lastPort: number,
): Promise<Server> {
  const logPath = join(dataDir, 'postgres.log')
  for (let attempt = 1; ; attempt++) {
    const port = wished ? await demandPort(wished) : await findFreePort(lastPort)
    const log = openLog(logPath)
    const logStart = statSync(logPath).size
    const child = launch(place, { port, settings: { ...SETTINGS, ...settings }, log })
    closeSync(log)
    child.unref()
    if ((await waitUntilReady(child, place.cluster)) && child.pid) return { port, pid: child.pid }
    const said = readFileSync(logPath).subarray(logStart).toString()
    if (attempt === ATTEMPTS || !/shared memory block|Address already in use/.test(said)) {
      throw startFailed(said, logPath)
    }
    await sleep(200)
  }
}

async function demandPort(port: number): Promise<number> {
  if ((await tryPort(port)) !== undefined) return port
  throw new FluxoError('SETUP_FAILED', {
    message: `port ${port} is taken: set DATABASE_PORT to a free port, or leave it out`,
    field: 'DATABASE_PORT',
  })
}

function startFailed(said: string, logPath: string): FluxoError {
  const fatal = /(?:FATAL|PANIC|could not): *(.*)/.exec(said)?.[1] ?? said.trim().slice(-500)
  return new FluxoError('SETUP_FAILED', {
    message: `PostgreSQL did not start: ${fatal || 'it said nothing'} (all of it in ${logPath})`,
    field: 'DATA_DIR',
  })
}

function openLog(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found && found.size > LOG_LIMIT) renameSync(path, `${path}.1`)
  return openSync(path, 'a', 0o600)
}
