// One FluxoLab per data folder. The lock names a process; a lock whose process is gone is taken over.

import { linkSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { FluxoError, isFluxoError } from '#machines/contracts/errors.ts'
import { readPrivateFile, writePrivateFile } from '../private-file.ts'
import { birthOf, isAlive } from './processes.ts'

const HolderSchema = z.object({ pid: z.number().int(), birth: z.string() })

/** How long an earlier process may take to end in good order before this one gives up. */
const PATIENCE_MS = 5_000

/** Takes the lock and returns how to give it back; SETUP_FAILED when another process keeps holding it. */
export async function lockDataDir(dataDir: string, onWait?: () => void): Promise<() => void> {
  const end = Date.now() + PATIENCE_MS
  for (let waited = false; ; waited = true) {
    try {
      return tryLock(dataDir)
    } catch (error) {
      if (!isFluxoError(error, 'SETUP_FAILED') || Date.now() > end) throw error
      if (!waited) onWait?.()
      await sleep(100)
    }
  }
}

function tryLock(dataDir: string): () => void {
  const path = join(dataDir, 'fluxolab.lock')
  const mine = JSON.stringify({ pid: process.pid, birth: birthOf(process.pid) })
  const draft = `${path}.${process.pid}`
  writePrivateFile(draft, mine)
  try {
    if (!tryLink(draft, path)) takeOver(draft, path, dataDir)
  } finally {
    rmSync(draft, { force: true })
  }
  return () => {
    if (readPrivateFile(path) === mine) rmSync(path, { force: true })
  }
}

function tryLink(draft: string, path: string): boolean {
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function takeOver(draft: string, path: string, dataDir: string): void {
  const found = readPrivateFile(path)
  const pid = found === undefined ? undefined : findHolder(found)
  if (pid !== undefined) throw inUse(dataDir, pid)
  const stale = `${draft}.stale`
  moveAway(path, stale)
  const moved = readPrivateFile(stale)
  if (moved !== undefined && moved !== found) {
    // Between reading and moving, another starter made the lock its own: give it back and refuse.
    tryLink(stale, path)
    rmSync(stale, { force: true })
    throw inUse(dataDir, findHolder(moved))
  }
  rmSync(stale, { force: true })
  if (!tryLink(draft, path)) throw inUse(dataDir, findHolder(readPrivateFile(path) ?? ''))
}

function moveAway(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/** Process that holds the lock, or undefined when the lock is stale. */
function findHolder(text: string): number | undefined {
  const holder = HolderSchema.safeParse(parse(text))
  if (!holder.success) return undefined
  const { pid, birth } = holder.data
  return isAlive(pid) && birthOf(pid) === birth ? pid : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function inUse(dataDir: string, pid: number | undefined): FluxoError {
  const who = pid === undefined ? 'another process' : `process ${pid}`
  return new FluxoError('SETUP_FAILED', {
    message: `FluxoLab already runs on ${dataDir} (${who}): stop it, or choose another folder with DATA_DIR`,
    field: 'DATA_DIR',
  })
}
