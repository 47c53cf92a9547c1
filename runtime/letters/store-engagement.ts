// Opening and following: counted, and told to the contact's actor once per letter (and address), in one transaction (I2).

import { createHash } from 'node:crypto'
import type { PoolClient } from 'pg'
import type { JsonObject } from '#machines/contracts/json.ts'
import { run } from '../db/pool.ts'
import { toStorable } from '../db/storable.ts'
import { tellContact } from './tell-contact.ts'
import type { OpenClaims } from './link-token.ts'
import type { Judgement } from './visit.ts'

export interface Engagement {
  kind: 'open' | 'click'
  claims: OpenClaims
  /** Of a click. */
  url: string | null
  judgement: Judgement
  /** ISO 8601. */
  at: string
}

const TYPES = { open: 'message.opened', click: 'link.clicked' } as const

/** Stores it; a machine's is counted and told to nobody. */
export async function storeEngagement(db: PoolClient, engagement: Engagement): Promise<void> {
  const { kind, claims, url, judgement, at } = engagement
  const { tenantId, contactId, effectId, template } = claims
  const hash = url === null ? '' : createHash('sha256').update(url).digest('hex').slice(0, 16)
  const kept = url === null ? null : toStorable(url)
  const { isMachine, reason } = judgement
  const [row] = await run<{ message_id: string | null; contact_id: string }>(db, COUNT, [
    tenantId,
    effectId,
    kind,
    hash,
    isMachine,
    contactId,
    kept,
    reason,
  ])
  // A contact that was forgotten is nobody any more.
  if (!row || isMachine) return
  const payload: JsonObject = {
    channel: 'email',
    messageId: row.message_id,
    effectId,
    template,
    ...(kept !== null && { url: kept }),
  }
  const told = {
    tenantId,
    contactId: row.contact_id,
    type: TYPES[kind],
    source: 'email',
    at,
    payload,
  }
  await tellContact(db, told, `email:${kind}:${effectId}${hash === '' ? '' : `:${hash}`}`)
}

const COUNT = {
  name: 'count_email_activity',
  text: `with person as (
      select c.id, coalesce(c.merged_into, c.id) as contact_id from contacts c where c.tenant_id = $1 and c.id = $6),
    counted as (
      insert into email_activity as a (tenant_id, effect_id, kind, url_hash, is_machine, contact_id, url, reason)
      select $1, $2, $3, $4, $5::bool, person.contact_id, $7, $8 from person
      on conflict (tenant_id, effect_id, kind, url_hash, is_machine)
        do update set count = least(a.count + 1, 1000000), last_at = now()
      returning a.contact_id)
    select person.contact_id, (select m.id from messages m where m.tenant_id = $1 and m.effect_id = $2) as message_id
    from person`,
}
