// Claims groups, and takes back what was claimed for nothing: a claim whose answer is lost, or whose transaction came to
// no end that we know of, has sent nothing yet (I6).

import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { Queryable } from '../../db/pool.ts'
import type { Logger } from '../../log.ts'
import { type Claim, claimEffects, claimWithin, releaseClaim } from './claim-effects.ts'
import type { EffectJob } from '../queue.ts'
import type { WatchedGate } from '../gate/watched-gate.ts'

export interface ClaimerOptions {
  pool: Pool
  logger: Logger
  /** In front of everything that leaves. */
  gate?: WatchedGate
  /** Worker whose death makes its claims uncertain. */
  workerId?: string
}

export interface Claimer {
  /** Never throws: what is not claimed stays in the outbox. */
  claim(jobs: readonly EffectJob[]): Promise<Claim>
  /** Claims as a part of the transaction of `db`; null while nothing may leave for sure. */
  claimWithin(db: Queryable, jobs: readonly EffectJob[]): ClaimWithin | null
}

export interface ClaimWithin {
  claim: Promise<Claim>
  /** The transaction is not committed, or nobody knows. */
  release(): Promise<void>
}

/** After half a minute the effects of a lost claim become uncertain by themselves. */
const TRIES = 30
const PAUSE_MS = 1_000

/** @param stopping ends the tries to take back */
export function createClaimer(options: ClaimerOptions, stopping: AbortSignal): Claimer {
  const { pool, logger, gate, workerId } = options
  const createToken = (): string =>
    workerId === undefined ? randomUUID() : `${workerId}.${randomUUID()}`

  async function release(jobs: readonly EffectJob[], token: string): Promise<void> {
    for (let tries = 0; tries < TRIES && !stopping.aborted; tries++) {
      try {
        return await releaseClaim(pool, jobs, token)
      } catch {
        await sleep(PAUSE_MS, null, { signal: stopping }).catch(() => null)
      }
    }
  }

  return {
    claim: async (jobs) => {
      const none = { claimed: [], deferred: [] }
      if (gate && !(await gate.isOpen())) return none
      const token = createToken()
      try {
        return await claimEffects(pool, jobs, token)
      } catch (error) {
        logger.warn({ err: error, effects: jobs.length }, 'effects were not claimed')
        await release(jobs, token)
        return none
      }
    },
    claimWithin: (db, jobs) => {
      if (gate && !gate.isSurelyOpen()) return null
      const token = createToken()
      const claim = claimWithin(db, jobs, token)
      claim.catch(() => null)
      return { claim, release: () => release(jobs, token) }
    },
  }
}
