// The gate in front of everything that leaves. It closes by itself when the database is another one, or an older one,
// than the last time: sends that it knows as open may have left already (I6). Only a person opens it again.

import type { Pool } from 'pg'
import { inTransaction, type Queryable, run } from '../../db/pool.ts'
import type { Logger } from '../../log.ts'
import { CHANNELS } from '../../live/channels.ts'
import { noticeAfterCommit } from '../../live/notices.ts'
import {
  CLOSE,
  ENSURE,
  GATE,
  GATE_LOCKED,
  IDENTITY,
  OPEN,
  PLAIN_IDENTITY,
  RELEASE,
  SKIP_POSITIONS,
  SUSPECT,
  TICK,
} from './gate-statements.ts'
import { isOtherPlace, type Watermark } from './watermark.ts'

/** What told that the database is not the one that it was. */
export type RestoreSign = 'system' | 'database' | 'timeline' | 'folder' | 'watermark'

export interface GateState {
  isOpen: boolean
  reason: 'config' | 'restored' | null
  /** ISO 8601 instant; null while nothing closed it. */
  closedAt: string | null
  signs: RestoreSign[]
  /** Positions that were given after the back-up; null when nobody knows. */
  lost: number | null
}

export interface DispatchGate {
  /** False while nothing may leave, also while nobody can tell. Looks at most twice a second. */
  isOpen(): Promise<boolean>
  /** @throws {FluxoError} DATABASE_UNAVAILABLE */
  read(): Promise<GateState>
  stop(): void
}

export interface GateOptions {
  pool: Pool
  /** DISPATCH_PAUSED. */
  isPaused: boolean
  watermark: Watermark
  /** By which a copy of the data folder is told; null where the database is not in it. */
  place: string | null
  logger: Logger
}

interface Identity {
  system: string
  database: string
  timeline: string
}

interface GateRow extends Identity {
  place: string | null
  position: number
  closed_at: Date | null
  details: { signs?: RestoreSign[]; lost?: number | null }
}

const FRESH_MS = 500
/** Between two looks at who the database is. */
const IDENTITY_MS = 5_000

/** Creates the gate of one process; the first question looks whether the database was restored. */
export function createDispatchGate(options: GateOptions): DispatchGate {
  let known: { isOpen: boolean; at: number } | null = null
  let looking: Promise<boolean> | null = null
  let checkedAt = -Infinity
  let name: Identity | null = null
  let told = -1

  async function look(): Promise<boolean> {
    try {
      if (performance.now() - checkedAt > IDENTITY_MS) {
        name = await checkIdentity(options)
        checkedAt = performance.now()
      }
      const [row] = await run<GateRow>(options.pool, TICK)
      if (!row) return false
      if (name && row.position > told) {
        told = row.position
        // Only what is committed is told, or a crash would look like a restore.
        void options.watermark.write(name, row.position)
      }
      known = { isOpen: row.closed_at === null && !options.isPaused, at: performance.now() }
      return known.isOpen
    } catch (error) {
      options.logger.debug({ err: error }, 'nobody can tell whether the gate is open')
      known = { isOpen: false, at: performance.now() }
      return false
    }
  }

  return {
    isOpen: () => {
      if (known && performance.now() - known.at < FRESH_MS) return Promise.resolve(known.isOpen)
      return (looking ??= look().finally(() => (looking = null)))
    },
    read: async () => {
      const [row] = await run<GateRow>(options.pool, GATE)
      return stateOf(row, options.isPaused)
    },
    stop: () => options.watermark.stop(),
  }
}

function stateOf(row: GateRow | undefined, isPaused: boolean): GateState {
  const closedAt = row?.closed_at?.toISOString() ?? null
  const reason = closedAt !== null ? 'restored' : isPaused ? 'config' : null
  const { signs = [], lost = null } = closedAt === null ? {} : (row?.details ?? {})
  return { isOpen: reason === null, reason, closedAt, signs, lost }
}

/** Closes the gate when the database is not the one that it was. @returns who it is now */
async function checkIdentity(options: GateOptions): Promise<Identity> {
  const { pool, watermark, place, logger } = options
  const now = await identityOf(pool)
  await run(pool, ENSURE, [now.system, now.database, now.timeline, place])
  const [before] = await run<GateRow>(pool, GATE)
  if (!before) return now
  // Read before the position: others may tell more meanwhile.
  const told = Math.max((await watermark.read(now)) ?? -1, (await watermark.read(before)) ?? -1)
  const signs = await inTransaction(pool, (db) => closeIfRestored(db, { now, told, place }))
  if (signs.length > 0) {
    logger.warn(
      { signs },
      'the database was restored: nothing leaves until somebody opens the gate',
    )
  }
  return now
}

async function identityOf(pool: Pool): Promise<Identity> {
  try {
    const [row] = await run<Identity>(pool, IDENTITY)
    if (row) return row
  } catch (error) {
    // Some hosts do not let an application ask for the system's own name.
    if ((error as { code?: string }).code !== '42501') throw error
  }
  const [row] = await run<Identity>(pool, PLAIN_IDENTITY)
  return row ?? { system: '', database: '', timeline: '' }
}

async function closeIfRestored(
  db: Queryable,
  { now, told, place }: { now: Identity; told: number; place: string | null },
): Promise<RestoreSign[]> {
  const [before] = await run<GateRow>(db, GATE_LOCKED)
  if (!before) return []
  const signs = signsOf(before, { now, told, place })
  if (signs.length === 0) return []
  // What lies in a folder is as old as the folder: only being behind says something there.
  const isKnown = told > before.position || (told >= 0 && !signs.includes('folder'))
  const lost = isKnown ? Math.max(0, told - before.position) : null
  await run(db, SUSPECT)
  if (told > before.position) await run(db, SKIP_POSITIONS, [told])
  await run(db, CLOSE, [
    now.system,
    now.database,
    now.timeline,
    place,
    told,
    JSON.stringify({ signs, lost }),
  ])
  return signs
}

function signsOf(
  before: GateRow,
  { now, told, place }: { now: Identity; told: number; place: string | null },
): RestoreSign[] {
  const isOther = (was: string, is: string): boolean => was !== '' && is !== '' && was !== is
  const signs: [RestoreSign, boolean][] = [
    ['system', isOther(before.system, now.system)],
    ['database', isOther(before.database, now.database)],
    ['timeline', isOther(before.timeline, now.timeline)],
    ['folder', before.place !== null && place !== null && isOtherPlace(before.place, place)],
    ['watermark', told > before.position],
  ]
  return signs.flatMap(([sign, isShown]) => (isShown ? [sign] : []))
}

export interface Opening {
  /** Those with a known attempt: kept for a person, or sent. */
  tried: 'hold' | 'send'
  untried: 'hold' | 'send'
  /** Who opens it: a person's id. */
  by: string
}

/**
 * Opens the gate that a restore closed, in the caller's transaction.
 * @returns how many effects are held and sent; null when no restore keeps it closed
 */
export async function openGate(
  db: Queryable,
  { tried, untried, by }: Opening,
): Promise<{ held: number; sent: number } | null> {
  const [row] = await run<GateRow>(db, GATE_LOCKED)
  if (!row?.closed_at) return null
  const released = await run<{ status: string }>(db, RELEASE, [tried, untried])
  await run(db, OPEN, [by])
  noticeAfterCommit(db, CHANNELS.outbox)
  const held = released.filter(({ status }) => status === 'held').length
  return { held, sent: released.length - held }
}
