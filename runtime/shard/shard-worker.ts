// The loops over the owned shards: claim, work, commit. They wake on notice and poll when notices are lost. The shards
// are divided among lanes that share no contact, so one lane's batch is computed while another's commits.

import type { Pool } from 'pg'
import type { Envelope } from '#machines/contracts/envelope.ts'
import { isFluxoError } from '#machines/contracts/errors.ts'
import { isWriteRefused } from '../db/pool.ts'
import type { Logger } from '../log.ts'
import { createLoop, type Loop } from '../loop.ts'
import { type BatchSize, createBatchSize } from './batch-size.ts'
import { type Batch, claimBatch } from './claim-batch.ts'
import { commitBatch, type CommitContext, type Committed } from './commit-batch.ts'
import type { LeaseKeeper, Leases } from './lease.ts'
import { splitInHalves } from './split-batch.ts'
import type { TenantFactsCache } from './tenant-facts.ts'
import { createStateCache, type StateCache } from './state-cache.ts'
import { type WorkedContact, workBatch } from './work-batch.ts'

const POLL_MS = 500
/** One computes, one commits; more of them made no difference. */
const LANES = 2

export interface ShardWorkerOptions {
  pool: Pool
  workerId: string
  leases: LeaseKeeper
  facts: TenantFactsCache
  logger: Logger
  /** Envelopes of a batch at most; left out, the usual number. */
  batchSize?: number
  /** Memory for states of contacts that were here a moment ago; left out, the usual. */
  stateCacheMb?: number | undefined
  /** Claims the effects of a batch as a part of its transaction. */
  claim?: CommitContext['claim']
  /** Told after each committed batch. */
  onCommitted: (committed: Committed) => void
}

export interface WorkOptions extends ShardWorkerOptions {
  states: StateCache
  size: BatchSize
}

/** Creates the worker's loop; `wake` makes it look at once. */
export function createShardWorker(options: ShardWorkerOptions, lanes = LANES): Loop {
  const states = createStateCache(options.stateCacheMb)
  const loops = Array.from({ length: lanes }, (_, lane) =>
    createLoop({
      name: `shard worker ${lane}`,
      pollMs: POLL_MS,
      logger: options.logger,
      turn: turnOf(
        { ...options, states, size: createBatchSize(options.batchSize) },
        (shard) => shard % lanes === lane,
      ),
    }),
  )
  const each = (act: (loop: Loop) => void) => () => loops.forEach(act)
  return {
    start: each((loop) => loop.start()),
    wake: each((loop) => loop.wake()),
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()))
    },
  }
}

function turnOf(options: WorkOptions, isOurs: (shard: number) => boolean): () => Promise<boolean> {
  return () => workOnce(options, isOurs)
}

/**
 * One batch from claim to commit.
 * @param isOurs which of the owned shards it may be of; two batches at a time must have none in common (I3)
 * @returns true when there may be more to do at once
 */
export async function workOnce(
  options: WorkOptions,
  isOurs: (shard: number) => boolean = () => true,
): Promise<boolean> {
  const { pool, facts, states, size } = options
  // The epochs of now: a shard that went and came back before the commit was in other hands meanwhile.
  const leases = new Map([...options.leases.owned()].filter(([shard]) => isOurs(shard)))
  if (leases.size === 0) return false
  const batch = await claimBatch(pool, { leases, states, size })
  if (!batch) return false
  const tenantIds = [...new Set(batch.contacts.map((work) => work.tenantId))]
  const factsOf = await facts.load(pool, tenantIds, versionsIn(batch))
  const worked = workBatch(batch, (tenantId) => factsOf(tenantId).library)
  await commit(worked, options, { leases, factsOf })
  return true
}

async function commit(
  worked: WorkedContact[],
  options: WorkOptions,
  known: Pick<CommitContext, 'leases' | 'factsOf'>,
): Promise<void> {
  const { pool, workerId, logger, onCommitted, states } = options
  try {
    const leases = leasesOf(worked, known.leases)
    const { claim } = options
    const { factsOf } = known
    const committed = await commitBatch(worked, { pool, workerId, leases, factsOf, claim })
    for (const { work, state, stateText } of worked) {
      const epoch = leases.get(work.shard)
      if (state && epoch !== undefined) states.keep(work, epoch, state, stateText.length)
    }
    onCommitted(committed)
  } catch (error) {
    if (isFluxoError(error, 'LEASE_LOST')) {
      const { shards } = error.details as { shards: number[] }
      logger.warn({ shards }, 'lost shards to another worker')
      options.leases.drop(shards.length > 0 ? shards : worked.map(({ work }) => work.shard))
    } else if (!isWriteRefused(error)) throw error
    else {
      // Something in one contact's rows is refused; the others must not wait for it.
      for (const half of splitInHalves(worked, error)) await commit(half, options, known)
    }
  }
}

function leasesOf(worked: WorkedContact[], claimed: Leases): Leases {
  return new Map(worked.map(({ work }) => [work.shard, claimed.get(work.shard) ?? -1]))
}

function versionsIn(batch: Batch): string[] {
  const ids = batch.contacts.flatMap(({ stored, envelopes }) => [
    ...((stored as { runs?: { versionId: string }[] } | null)?.runs ?? []).map(
      (run) => run.versionId,
    ),
    ...envelopes.flatMap(({ envelope }) => versionsOfMove(envelope)),
  ])
  return [...new Set(ids)]
}

/** Versions that an envelope leads a run to. */
function versionsOfMove({ type, payload }: Envelope): string[] {
  if (type === 'contact.absorbed' || type === 'contact.returned') {
    const { runs } = payload['parcel'] as unknown as { runs: { versionId: string }[] }
    return runs.map(({ versionId }) => versionId)
  }
  if (type === 'operator.acted') {
    const { ended } = payload as { ended?: { versionId: string } }
    return ended ? [ended.versionId] : []
  }
  if (type !== 'run.migrated' && type !== 'run.restored') return []
  const { fromVersionId, versionId, before } = payload
  const ids = [fromVersionId, versionId, (before as { versionId?: string } | undefined)?.versionId]
  return ids.filter((id) => typeof id === 'string')
}
