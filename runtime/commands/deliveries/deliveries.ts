// Deliveries as people see and mend them: dead letters, effects that rest, what waits, and the gate. All of it in
// transactions of the asking tenant, so another tenant's ids are unknown here (I9).

import type { Pool } from 'pg'
import { FluxoError } from '#machines/contracts/errors.ts'
import { isBadInput } from '../../db/pool.ts'
import { inTenantTransaction } from '../../db/tenant-transaction.ts'
import type { Actor, Runtime } from '../../face.ts'
import type { DispatchGate } from '../../outbox/gate/gate.ts'
import { editLetter } from './delivery-edit.ts'
import { listSuspects, readGate, releaseGate } from './delivery-gate.ts'
import { getLetter, listLetters } from './delivery-letters.ts'
import { readQueue } from './delivery-queue.ts'
import { dropLetters, dryRunReplay, replayLetters, type Within } from './delivery-replay.ts'
import { listResting, settleResting } from './delivery-resting.ts'

/** Creates the commands of deliveries. */
export function createDeliveries(pool: Pool, gate: DispatchGate): Runtime['deliveries'] {
  const withinOf =
    ({ tenantId }: Actor): Within =>
    async (work) => {
      try {
        return await inTenantTransaction(pool, tenantId, work)
      } catch (error) {
        if (!isBadInput(error)) throw error
        const message = 'A value cannot be read or kept'
        throw new FluxoError('REQUEST_INVALID', { message, cause: error })
      }
    }
  return {
    letters: (actor, query) => withinOf(actor)((db) => listLetters(db, actor, query)),
    letter: (actor, id) => withinOf(actor)((db) => getLetter(db, actor, id)),
    edit: (actor, id, edit) => withinOf(actor)((db) => editLetter(db, { actor, id, edit })),
    dryRun: (actor, question) => dryRunReplay(withinOf(actor), actor, question),
    replay: (actor, request) => replayLetters(withinOf(actor), actor, request),
    drop: (actor, request) => dropLetters(withinOf(actor), actor, request),
    resting: (actor, query) => withinOf(actor)((db) => listResting(db, actor, query)),
    settle: (actor, request) => withinOf(actor)((db) => settleResting(db, actor, request)),
    queue: (actor) => withinOf(actor)((db) => readQueue(db, actor)),
    gate: (actor) => readGate(pool, gate, actor),
    suspects: (actor, query) => withinOf(actor)((db) => listSuspects(db, actor, query)),
    release: (actor, request) => releaseGate({ pool, gate, actor, request }),
  }
}
