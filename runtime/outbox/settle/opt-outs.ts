// A provider refuses a send because the person wants no more marketing: into the ledger, beside the contact, and to its
// workflows as `consent.revoked`, in the transaction that settles the send. A status that says so is an arrival.

import type { Pool } from 'pg'
import type { Envelope } from '#machines/contracts/envelope.ts'
import type { EffectError } from '#machines/contracts/event.ts'
import { writeConsents } from '../../db/consent-ledger.ts'
import { inTransaction, type Queryable, run } from '../../db/pool.ts'
import { createId } from '../../ids.ts'
import { enqueueEnvelopes } from '../../mailbox/enqueue.ts'
import { shardOf } from '../../shard/shard-of.ts'
import { type Settled, settleGroup, type Settlement } from './settle.ts'

/** Somebody of whom a send told it. */
interface OptedOut {
  tenantId: string
  contactId: string
  shard: number
  effectId: string
  /** The provider's code, `WHATSAPP_131050`. */
  code: string
  correlationId: string
}

const MARKETING = 'marketing'

/** The code by which WhatsApp says it of a send. */
const CODE = 'WHATSAPP_131050'

/** True where the provider refused a send because the person wants no more marketing. */
function isOptOut(error: EffectError): boolean {
  return error.code === CODE
}

/** Settles a group on a pool; what it tells of opt-outs is written with it. */
export async function settleTelling(pool: Pool, settlements: Settlement[]): Promise<Settled> {
  const told = settlements.filter(
    ({ result }) => result.type === 'failed' && isOptOut(result.error),
  )
  if (told.length === 0) return settleGroup(pool, settlements)
  return inTransaction(pool, async (db) => {
    const settled = await settleGroup(db, settlements)
    await revokeMarketing(db, await buriedNow(db, told))
    return settled
  })
}

/** Those that this very transaction put among the dead letters: the others were settled before. */
async function buriedNow(db: Queryable, told: readonly Settlement[]): Promise<OptedOut[]> {
  const rows = await run<Buried>(db, BURIED, [
    told.map(({ tenantId }) => tenantId),
    told.map(({ effectId }) => effectId),
  ])
  return rows.map((row) => ({ ...row, shard: shardOf(row.tenantId, row.contactId), code: CODE }))
}

type Buried = Pick<OptedOut, 'tenantId' | 'contactId' | 'effectId' | 'correlationId'>

const BURIED = {
  name: 'buried_opt_outs',
  text: `select tenant_id as "tenantId", contact_id as "contactId", id as "effectId",
      correlation_id as "correlationId"
    from dead_letters
    where (tenant_id, id) in (select * from unnest($1::text[], $2::text[])) and failed_at = now()`,
}

/** Notes it for each person, once for each send that told of it. */
async function revokeMarketing(db: Queryable, people: readonly OptedOut[]): Promise<void> {
  if (people.length === 0) return
  const at = new Date().toISOString()
  await writeConsents(
    db,
    people.map(({ tenantId, contactId, effectId, code }) => ({
      tenantId,
      contactId,
      purpose: MARKETING,
      granted: false,
      source: 'whatsapp',
      evidence: { effectId, code },
      at,
    })),
  )
  await enqueueEnvelopes(
    db,
    people.map((person) => ({ shard: person.shard, envelope: envelopeOf(person, at) })),
  )
}

function envelopeOf(
  { tenantId, contactId, effectId, code, correlationId }: OptedOut,
  at: string,
): Envelope {
  return {
    event_id: createId('event'),
    tenant_id: tenantId,
    contact_id: contactId,
    type: 'consent.revoked',
    source: 'whatsapp',
    occurred_at: at,
    correlation_id: correlationId,
    payload: { purpose: MARKETING, effectId, code },
  }
}
