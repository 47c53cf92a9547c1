// Writing what must not be lost while the database is away for a while: again and again, until there is no hope.

import { setTimeout as sleep } from 'node:timers/promises'
import { isFluxoError } from '#machines/contracts/errors.ts'
import { isConnectionError, isWorthRepeating, isWriteRefused } from '../../db/pool.ts'
import type { Logger } from '../../log.ts'

export interface Persistence {
  /** @throws what is refused for its data; for anything else it ends without having written */
  persist(write: () => Promise<void>): Promise<void>
  /** From now on what cannot be written is given up after a moment. */
  hurry(): void
}

const KEPT_MS = 120_000
const HURRY_MS = 1_000
const PAUSES_MS = [50, 100, 200, 400, 800] as const

export function createPersistence(logger: Logger): Persistence {
  let keptMs = KEPT_MS
  const hurried = new AbortController()

  async function pause(tries: number): Promise<void> {
    const ms = PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)]
    await sleep(ms, null, { signal: hurried.signal }).catch(() => sleep(PAUSES_MS[0]))
  }

  return {
    persist: async (write) => {
      const started = performance.now()
      for (let tries = 0; ; tries++) {
        try {
          return await write()
        } catch (error) {
          if (isWriteRefused(error) || isFluxoError(error, 'EVENT_TOO_LARGE')) throw error
          const isHopeful = isConnectionError(error) || isWorthRepeating(error)
          if (!isHopeful || performance.now() - started > keptMs) {
            logger.error({ err: error }, 'outcomes were not written; their effects are uncertain')
            return
          }
          await pause(tries)
        }
      }
    },
    hurry: () => {
      keptMs = HURRY_MS
      hurried.abort()
    },
  }
}
