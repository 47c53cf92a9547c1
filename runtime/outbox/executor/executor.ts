// Station 7: sends what the outbox asks for. Effects that were just committed, those that the dispatcher found and those
// of the queue are claimed in groups, performed side by side and settled in groups; the claim decides who sends (I6).
// Tenants take turns, and none has more than half of the room: a provider that hangs delays its own tenant only.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { Outcome } from '../../connectors/connector.ts'
import type { ConnectorRegistry } from '../../connectors/registry.ts'
import type { Queryable } from '../../db/pool.ts'
import type { SecretBox } from '../../db/secret-box.ts'
import type { Egress } from '../../egress/egress.ts'
import type { Logger } from '../../log.ts'
import { attemptEffect, type AttemptOptions } from './attempt.ts'
import type { Claim, ClaimedEffect } from './claim-effects.ts'
import { type Claimer, createClaimer } from './claimer.ts'
import { createMediaShelf } from '../media-shelf.ts'
import { createOpenedSecrets } from './opened-secrets.ts'
import type { EffectJob } from '../queue.ts'
import { type Candidate, createRoom, type Room } from './room.ts'
import { createSettler, type Settler } from '../settle/settler.ts'
import type { WatchedGate } from '../gate/watched-gate.ts'

export interface ExecutorOptions {
  pool: Pool
  connectors: ConnectorRegistry
  egress: Egress
  secretBox: SecretBox
  logger: Logger
  uncertainSeconds: number
  /** Attempts at the same time. */
  concurrency: number
  /** It sends on by itself what it hears of; else everything comes through the queue. */
  isDirect: boolean
  /** In front of everything that leaves. */
  gate?: WatchedGate
  /** Worker whose death makes its claims uncertain. */
  workerId?: string
  onAttempted?: (effect: ClaimedEffect, outcome: Outcome) => void
}

/** Effects that a transaction claims for this executor; nothing is done about them before it is committed. */
export interface Ticket {
  claim: Promise<Claim>
  /** The transaction is committed. */
  begin(): void
  /** It is not, or nobody knows. */
  giveUp(): void
}

export interface Executor {
  /**
   * Claims what the transaction of `db` has just written as a part of it, when they are few and there is room at once:
   * one write to disk less before they leave.
   */
  claimWithin(db: Queryable, jobs: readonly EffectJob[]): Ticket | null
  /** Takes on what there is room for; the rest stays where it is, in the outbox. @returns what it did not take on */
  offer(jobs: readonly EffectJob[]): EffectJob[]
  /** Makes an attempt at one; resolves when it is written what became of it, or when it is not ours. */
  perform(job: EffectJob): Promise<void>
  /** Claims nothing more and waits for what is under way; the signal aborts that. */
  stop(cut: AbortSignal): Promise<void>
}

interface Parts {
  options: ExecutorOptions
  room: Room
  claimer: Claimer
  settler: Settler
  attempting: AttemptOptions
  cut: AbortController
  /** Everything that a stop waits for. */
  running: Set<Promise<void>>
  later: Set<NodeJS.Timeout>
  claims: number
  isPumping: boolean
  isStopped: boolean
}

const MAX_GROUP = 64
/** More would keep the rows of the limits until the transaction is written. */
const MAX_WITHIN = 16
/** Groups that are being claimed at a time; two would wait for each other at the row of the number. */
const CLAIMS = 1
/** An earlier message of its lane may just have been settled. */
const LOOK_AGAIN_MS = 100
/** What has to wait longer is found by the dispatcher when its time has come. */
const LONGEST_WAIT_MS = 3_000
const MAX_LATER = 1_000

export function createExecutor(options: ExecutorOptions): Executor {
  const { pool, logger, uncertainSeconds, connectors, egress } = options
  const cut = new AbortController()
  const secrets = createOpenedSecrets(options.secretBox)
  const onNext = (jobs: EffectJob[]): void => {
    if (options.isDirect) offer(parts, jobs)
  }
  const parts: Parts = {
    options,
    room: createRoom(options.concurrency),
    claimer: createClaimer(options, cut.signal),
    settler: createSettler({ pool, logger, uncertainSeconds, onNext }),
    attempting: {
      connectors,
      egress,
      secrets,
      stopping: cut.signal,
      media: createMediaShelf(pool),
    },
    cut,
    running: new Set(),
    later: new Set(),
    claims: 0,
    isPumping: false,
    isStopped: false,
  }
  return {
    claimWithin: (db, jobs) => takeTicket(parts, db, jobs),
    offer: (jobs) => offer(parts, jobs),
    perform: (job) => perform(parts, job),
    stop: (signal) => stop(parts, signal),
  }
}

function offer(parts: Parts, jobs: readonly EffectJob[], isRepeated = false): EffectJob[] {
  const { room } = parts
  const refused = jobs.filter((job) => {
    if (room.find(job.effectId)) return false
    if (parts.isStopped || !room.isFreeFor(job.tenantId)) return true
    room.wait({ job, isRepeated, done: null })
    return false
  })
  pump(parts)
  return refused
}

/** A job whose row was held by another statement is asked for once more; else it would wait for the sweep. */
async function perform(parts: Parts, job: EffectJob): Promise<void> {
  if (!(await performOnce(parts, job))) return
  await sleep(LOOK_AGAIN_MS, null, { signal: parts.cut.signal }).catch(() => null)
  await performOnce(parts, job)
}

/** @returns whether it was not to be had */
async function performOnce(parts: Parts, job: EffectJob): Promise<boolean> {
  if (parts.isStopped) return false
  const found = parts.room.find(job.effectId)
  const candidate = found ?? { job, isRepeated: true, done: null }
  candidate.done ??= Promise.withResolvers<void>()
  if (!found) parts.room.wait(candidate)
  pump(parts)
  await candidate.done.promise
  return candidate.isMissed ?? false
}

/** What is given in the same turn goes together. */
function pump(parts: Parts): void {
  if (parts.isPumping) return
  parts.isPumping = true
  setImmediate(() => {
    parts.isPumping = false
    while (!parts.isStopped && parts.claims < CLAIMS) {
      const group = parts.room.take(MAX_GROUP)
      if (group.length === 0) return
      parts.claims += 1
      track(parts, claimGroup(parts, group))
    }
  })
}

function track({ running }: Parts, work: Promise<void>): void {
  running.add(work)
  void work.finally(() => running.delete(work))
}

async function claimGroup(parts: Parts, group: Candidate[]): Promise<void> {
  const claim = await parts.claimer.claim(group.map(({ job }) => job))
  handOut(parts, { group, claim, againMs: LOOK_AGAIN_MS })
  parts.claims -= 1
  pump(parts)
}

function takeTicket(parts: Parts, db: Queryable, jobs: readonly EffectJob[]): Ticket | null {
  const { options, room } = parts
  if (!options.isDirect || parts.isStopped || jobs.length === 0 || jobs.length > MAX_WITHIN)
    return null
  const group = jobs.map((job): Candidate => ({ job, isRepeated: false, done: null }))
  if (!room.takeAtOnce(group)) return null
  const within = parts.claimer.claimWithin(db, jobs)
  if (!within) {
    group.forEach(room.leave)
    return null
  }
  const begin = async (): Promise<void> =>
    handOut(parts, { group, claim: await within.claim, againMs: 0 })
  return {
    claim: within.claim,
    begin: () => track(parts, begin()),
    giveUp: () => {
      group.forEach(room.leave)
      track(parts, within.release())
    },
  }
}

/** Begins the attempts; what is not to be had now is asked for again: soon, or when its turn comes. */
function handOut(
  parts: Parts,
  { group, claim, againMs }: { group: readonly Candidate[]; claim: Claim; againMs: number },
): void {
  const claimed = new Map(claim.claimed.map((effect) => [effect.id, effect]))
  const waits = new Map(claim.deferred.map(({ effectId, waitMs }) => [effectId, waitMs]))
  for (const candidate of group) {
    const { effectId } = candidate.job
    const effect = claimed.get(effectId)
    if (effect) {
      track(parts, attempt(parts, effect, candidate))
      continue
    }
    const waitMs = waits.get(effectId)
    if (waitMs === undefined) candidate.isMissed = true
    parts.room.leave(candidate)
    if (waitMs !== undefined) offerLater(parts, candidate.job, waitMs + 1)
    else if (!candidate.isRepeated) offerLater(parts, candidate.job, againMs)
  }
}

async function attempt(parts: Parts, effect: ClaimedEffect, candidate: Candidate): Promise<void> {
  const { options, settler } = parts
  const outcome = await attemptEffect(effect, parts.attempting)
  options.logger.debug({ effect: effect.id, outcome: outcome.type }, 'effect attempted')
  options.onAttempted?.(effect, outcome)
  await settler.conclude(effect, outcome)
  parts.room.leave(candidate)
  pump(parts)
}

function offerLater(parts: Parts, job: EffectJob, ms: number): void {
  const { options, later } = parts
  if (!options.isDirect || parts.isStopped || ms > LONGEST_WAIT_MS || later.size >= MAX_LATER)
    return
  const timer = setTimeout(() => {
    later.delete(timer)
    offer(parts, [job], true)
  }, ms)
  later.add(timer)
}

async function stop(parts: Parts, signal: AbortSignal): Promise<void> {
  parts.isStopped = true
  for (const timer of parts.later) clearTimeout(timer)
  parts.room.clear()
  const cutAll = (): void => {
    parts.cut.abort()
    parts.settler.hurry()
  }
  if (signal.aborted) cutAll()
  signal.addEventListener('abort', cutAll)
  while (parts.running.size > 0) await Promise.all(parts.running)
}
