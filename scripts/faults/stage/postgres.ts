// The real PostgreSQL of a stage: the embedded one, whose server process can be killed, frozen and started again.

import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { createDatabase } from '#runtime/embedded/create-database.ts'
import { createCluster, hasCluster, SUPERUSER } from '#runtime/embedded/cluster.ts'
import { stopAtExit } from '#runtime/embedded/exit.ts'
import { readIdentity } from '#runtime/embedded/identity.ts'
import { findPlace, type Place } from '#runtime/embedded/place.ts'
import { findFreePort } from '#runtime/embedded/port.ts'
import {
  askToStop,
  clearLeftover,
  launch,
  stopProcess,
  waitUntilReady,
} from '#runtime/embedded/postmaster.ts'
import { sleep } from './time.ts'

export interface Postgres {
  port: number
  /** Folder of the cluster. */
  cluster: string
  /** The postmaster's process id; 0 while it is down. */
  pid(): number
  /** Straight to the server, past every proxy. */
  url(database: string, port?: number): string
  kill(): Promise<void>
  /** Starts it again on the same port, as often as it takes. */
  start(): Promise<void>
  stop(): Promise<void>
}

export interface PostgresOptions {
  dataDir: string
  settings?: Record<string, string>
  /** Where the cluster has to lie, e.g. on a small disk of its own; its owner runs the server. */
  place?: (place: Place) => Place
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '64MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  idle_in_transaction_session_timeout: '5s',
  timezone: 'UTC',
  log_timezone: 'UTC',
}

const START_TRIES = 50

export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { id, password } = readIdentity(options.dataDir)
  const found = findPlace(options.dataDir, id)
  const place = options.place?.(found) ?? found
  if (!hasCluster(place)) await createCluster(place, password)
  const port = await findFreePort()
  const settings = { ...SETTINGS, ...options.settings }
  let child: ChildProcess | null = null

  const start = async (): Promise<void> => {
    for (let attempt = 1; attempt <= START_TRIES; attempt++) {
      await clearLeftover(place)
      const log = openSync(join(options.dataDir, 'postgres.log'), 'a', 0o600)
      child = launch(place, { port, settings, log })
      closeSync(log)
      if (await waitUntilReady(child, place.cluster)) return
      await sleep(200)
    }
    throw new Error(`PostgreSQL does not start again; see ${options.dataDir}/postgres.log`)
  }

  const pid = (): number => (child && isRunning(child) ? (child.pid ?? 0) : 0)
  const { forget } = stopAtExit(() => {
    if (pid() > 0) askToStop(pid(), place)
  })
  await start()
  const url = (database: string, at = port): string =>
    `postgresql://${SUPERUSER}:${password}@127.0.0.1:${at}/${database}`
  return {
    port,
    cluster: place.cluster,
    pid,
    url,
    start,
    kill: async () => {
      if (!child || !isRunning(child)) return
      const ended = new Promise((resolve) => child?.once('exit', resolve))
      child.kill('SIGKILL')
      await ended
    },
    stop: async () => {
      if (pid() > 0) await stopProcess(pid(), place)
      forget()
    },
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null
}

export async function makeDatabase(postgres: Postgres, name: string): Promise<string> {
  await createDatabase(postgres.url('postgres'), name)
  return postgres.url(name)
}
