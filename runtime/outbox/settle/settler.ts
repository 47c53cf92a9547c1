// Outcomes of attempts on their way into the database, in groups: while one group is written the next one gathers.
// A database that is away for a while does not make an accepted send uncertain: its outcome is kept and written again
// (I5, I6). Writing it twice changes nothing, because the token that proves the claim is gone with the first time.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { Outcome } from '../../connectors/connector.ts'
import type { Logger } from '../../log.ts'
import { type Account, noteAnswers, noteFailures, pauseNumbers } from './circuit.ts'
import type { ClaimedEffect } from '../executor/claim-effects.ts'
import { settleTelling } from './opt-outs.ts'
import { isAccountDown, restOf, resultOf, type Unfinished, wasAnswered } from './outcome.ts'
import { createPersistence, type Persistence } from './persist.ts'
import type { EffectJob } from '../queue.ts'
import { restEffects } from './rest-effects.ts'
import type { Result, Settlement } from './settle.ts'
import { pauseOf, troubleOf } from './trouble.ts'

export interface SettlerOptions {
  pool: Pool
  logger: Logger
  uncertainSeconds: number
  /** The next of the lanes that became free. */
  onNext: (jobs: EffectJob[]) => void
}

export interface Settler {
  /** Writes what became of an attempt; resolves when it is written, or can not be. */
  conclude(effect: ClaimedEffect, outcome: Outcome): Promise<void>
  /** From now on an outcome that cannot be written is given up after a moment. */
  hurry(): void
}

interface Attempted {
  effect: ClaimedEffect
  outcome: Outcome
}

type Writing = SettlerOptions & Pick<Persistence, 'persist'>

const MAX_GROUP = 200
/** Between the starts of two groups: more in each, and fewer writes to disk that claims and batches would wait for. */
const SPACING_MS = 10

export function createSettler(options: SettlerOptions): Settler {
  const { persist, hurry } = createPersistence(options.logger)
  const writing: Writing = { ...options, persist }
  let waiting: (Attempted & { finish: () => void })[] = []
  let isBusy = false
  let writtenAt = -Infinity

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const restMs = SPACING_MS - (performance.now() - writtenAt)
      if (restMs > 1 && waiting.length < MAX_GROUP) await sleep(restMs)
      writtenAt = performance.now()
      const group = waiting.slice(0, MAX_GROUP)
      waiting = waiting.slice(MAX_GROUP)
      await writeGroup(group, writing).catch((error: unknown) => {
        options.logger.error({ err: error }, 'outcomes were refused; their effects are uncertain')
      })
      for (const { finish } of group) finish()
    }
    isBusy = false
  }

  return {
    conclude: (effect, outcome) =>
      new Promise((resolve) => {
        waiting.push({ effect, outcome, finish: resolve })
        if (isBusy) return
        isBusy = true
        // What ends in the same turn goes together.
        setImmediate(() => void drain())
      }),
    hurry,
  }
}

async function writeGroup(group: readonly Attempted[], writing: Writing): Promise<void> {
  const { persist, pool, uncertainSeconds } = writing
  const settlements: Settlement[] = []
  const resting: Attempted[] = []
  for (const { effect, outcome } of group) {
    const { tenantId, id: effectId, claimToken } = effect
    const result = resultOf(effect, outcome)
    if (result) settlements.push({ tenantId, effectId, claimToken, result })
    else resting.push({ effect, outcome })
  }
  const rests = resting.map(({ effect, outcome }) =>
    restOf(effect, outcome as Unfinished, uncertainSeconds),
  )
  await Promise.all([
    writeSettlements(settlements, writing),
    persist(() => restEffects(pool, rests)),
    persist(() => noteAccounts(group, writing)),
  ])
}

/** A result that the database refuses ends its effect with that as the reason, and takes no neighbour along. */
async function writeSettlements(settlements: Settlement[], writing: Writing): Promise<void> {
  const { persist, pool, onNext } = writing
  const write = (these: Settlement[]): Promise<void> =>
    persist(async () => onNext((await settleTelling(pool, these)).next))
  try {
    await write(settlements)
  } catch (error) {
    const [only] = settlements
    if (settlements.length === 1 && only) {
      const { message } = error as Error
      const refusal = { code: 'RESULT_NOT_STORABLE', message }
      const result: Result = { type: 'failed', error: refusal, isUncertain: true }
      return write([{ ...only, result }])
    }
    const middle = Math.ceil(settlements.length / 2)
    await writeSettlements(settlements.slice(0, middle), writing)
    await writeSettlements(settlements.slice(middle), writing)
  }
}

async function noteAccounts(
  group: readonly Attempted[],
  { pool, logger }: SettlerOptions,
): Promise<void> {
  const asked = group.flatMap(({ effect, outcome }) =>
    effect.channel
      ? [{ effect, outcome, account: { tenantId: effect.tenantId, channelId: effect.channel.id } }]
      : [],
  )
  const failed = asked.flatMap(({ effect, outcome, account }) =>
    isAccountDown(outcome) ? [{ ...account, effectId: effect.id, error: outcome.error }] : [],
  )
  const answered = asked.filter(
    ({ effect, outcome }) => effect.circuit.failures > 0 && wasAnswered(outcome),
  )
  const paused = asked.flatMap(({ outcome, account }) =>
    outcome.type === 'retry' && troubleOf(outcome.error) === 'number'
      ? [{ ...account, ms: pauseOf(outcome.error, outcome.retryAfterMs) }]
      : [],
  )
  await pauseNumbers(pool, paused)
  tell(await noteFailures(pool, failed), 'the account is cut off: its effects wait', logger)
  const accounts = answered.map(({ account }) => account)
  tell(await noteAnswers(pool, accounts), 'the account is back', logger)
}

function tell(accounts: readonly Account[], what: string, logger: Logger): void {
  for (const account of accounts) logger.warn(account, what)
}
