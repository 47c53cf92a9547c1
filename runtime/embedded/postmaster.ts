// One PostgreSQL server process: start it, know when it is ready, stop it, and deal with one that an earlier
// start left behind.

import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { FluxoError } from '#machines/contracts/errors.ts'
import { programOf } from './binaries.ts'
import type { Place } from './place.ts'
import { commandOf, isAlive, waitUntilGone, worksIn } from './processes.ts'

const READY_MS = 60_000
const STOP_MS = 20_000

export interface LaunchOptions {
  port: number
  settings: Record<string, string>
  /** File descriptor that takes the server's messages. */
  log: number
}

/** Starts the server; it is not ready yet. Its own session: Ctrl-C in the terminal does not reach it. */
export function launch(place: Place, { port, settings, log }: LaunchOptions): ChildProcess {
  const all = { ...settings, port: String(port) }
  const args = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return spawn(programOf(place.binaries, 'postgres'), ['-D', place.cluster, ...args], {
    ...place.runAs,
    cwd: '/',
    env: {},
    detached: true,
    stdio: ['ignore', log, log],
    windowsHide: true,
  })
}

/** Waits until the server takes connections. False when it ended before. */
export async function waitUntilReady(child: ChildProcess, cluster: string): Promise<boolean> {
  const ended = watchEnd(child)
  const deadline = Date.now() + READY_MS
  while (!ended.seen) {
    const state = readPidFile(cluster)
    if (state?.pid === child.pid && state?.ready) return true
    if (Date.now() > deadline) {
      child.kill('SIGKILL')
      throw new FluxoError('SETUP_FAILED', { message: 'PostgreSQL did not become ready in 60 s' })
    }
    await sleep(10)
  }
  return false
}

function watchEnd(child: ChildProcess): { seen: boolean } {
  const ended = { seen: child.exitCode !== null || child.signalCode !== null }
  child.once('error', () => (ended.seen = true))
  child.once('exit', () => (ended.seen = true))
  return ended
}

/** Asks for a fast shutdown: sessions end, everything committed is kept. Safe in an exit handler. */
export function askToStop(pid: number, place: Place): void {
  if (process.platform === 'win32') {
    const args = ['stop', '-D', place.cluster, '-m', 'fast', '-W']
    spawnSync(programOf(place.binaries, 'pg_ctl'), args, { env: {}, windowsHide: true })
    return
  }
  signal(pid, 'SIGINT')
}

/** Stops the server with this pid and waits until it is gone. */
export async function stopProcess(pid: number, place: Place): Promise<void> {
  askToStop(pid, place)
  if (await waitUntilGone(pid, STOP_MS)) return
  signal(pid, 'SIGQUIT')
  if (await waitUntilGone(pid, STOP_MS)) return
  throw new FluxoError('SETUP_FAILED', { message: `PostgreSQL (process ${pid}) does not stop` })
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/**
 * Clears the way after a kill -9: a server that still runs on this cluster is stopped, a pid file whose process
 * is gone or is something else is removed (PostgreSQL itself trusts any living process of the same user).
 */
export async function clearLeftover(place: Place): Promise<void> {
  const state = readPidFile(place.cluster)
  if (!state) return
  if (isServerOf(state.pid, place.cluster)) await stopProcess(state.pid, place)
  else rmSync(join(place.cluster, 'postmaster.pid'), { force: true })
}

/** A server works in its own data directory, by whatever path it was started. */
function isServerOf(pid: number, cluster: string): boolean {
  if (!isAlive(pid)) return false
  const command = commandOf(pid)
  return command.includes('postgres') && (worksIn(pid, cluster) ?? command.includes(cluster))
}

interface PidFile {
  pid: number
  ready: boolean
}

/** Lines of postmaster.pid: pid, data directory, start, port, socket folder, address, memory key, status. */
function readPidFile(cluster: string): PidFile | undefined {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')
    const pid = Number(lines[0])
    return Number.isInteger(pid) && pid > 0
      ? { pid, ready: lines[7]?.trim() === 'ready' }
      : undefined
  } catch {
    return undefined
  }
}
