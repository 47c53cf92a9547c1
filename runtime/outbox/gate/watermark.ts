// How far the outbox had come, told outside of the database: a database that is behind it is an older one than before.
// In Redis where there is one, else in a file of the data folder. Losing it loses only this knowledge (I10).

import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'

/** Which database it is told of. */
export interface DatabaseName {
  system: string
  database: string
}

export interface Watermark {
  /** Highest outbox position told of this database; null when nothing is known. */
  read(of: DatabaseName): Promise<number | null>
  /** What cannot be told is told the next time. */
  write(of: DatabaseName, position: number): Promise<void>
  stop(): void
}

const COMMAND_MS = 1_000

/** @param where.redisUrl wins over the folder; with neither nothing is ever known */
export function createWatermark(where: {
  redisUrl: string | undefined
  dataDir: string | undefined
}): Watermark {
  if (where.redisUrl !== undefined) return inRedis(where.redisUrl)
  return where.dataDir === undefined ? NOWHERE : inFolder(where.dataDir)
}

const NOWHERE: Watermark = {
  read: () => Promise.resolve(null),
  write: () => Promise.resolve(),
  stop: () => {},
}

function inRedis(url: string): Watermark {
  const redis = new Redis(url, {
    maxRetriesPerRequest: 1,
    commandTimeout: COMMAND_MS,
    connectTimeout: COMMAND_MS,
  })
  redis.on('error', () => {})
  const key = ({ system, database }: DatabaseName): string =>
    `fluxolab:outbox:${system}:${database}`
  return {
    read: async (of) => {
      const told = await redis.get(key(of)).catch(() => null)
      return told === null ? null : Number(told)
    },
    write: async (of, position) => {
      await redis.set(key(of), position).catch(() => null)
    },
    stop: () => redis.disconnect(),
  }
}

const FILE = 'outbox-position.json'

function inFolder(dataDir: string): Watermark {
  const file = join(dataDir, FILE)
  const keyOf = ({ system, database }: DatabaseName): string => `${system}:${database}`
  const readAll = (): Record<string, number> => {
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>
    } catch {
      return {}
    }
  }
  return {
    read: (of) => Promise.resolve(readAll()[keyOf(of)] ?? null),
    write: (of, position) => {
      try {
        // A rename, so that a cut never leaves half a number.
        writeFileSync(`${file}.new`, JSON.stringify({ [keyOf(of)]: position }))
        renameSync(`${file}.new`, file)
      } catch {
        // A folder that takes no files knows nothing; the database itself still tells its identity.
      }
      return Promise.resolve()
    },
    stop: () => {},
  }
}

const PLACE = 'place'

/**
 * What tells a data folder from a copy of it: number and birth of a file that is written once.
 * @returns null where the folder cannot be written
 */
export function placeOf(dataDir: string): string | null {
  try {
    const file = join(dataDir, PLACE)
    writeFileSync(file, '', { flag: 'a' })
    const { ino, birthtimeMs } = statSync(file)
    return `${ino}:${Math.round(birthtimeMs)}`
  } catch {
    return null
  }
}

/** True when neither number nor birth is the same: some file systems renumber, others know no births. */
export function isOtherPlace(before: string, now: string): boolean {
  const [number, birth] = before.split(':')
  const [numberNow, birthNow] = now.split(':')
  return number !== numberNow && birth !== birthNow
}
