// The claim right before a send: only who holds the current token may send and settle. A second job finds nothing.

import type { Pool } from 'pg'
import type { Command } from '#machines/contracts/effect.ts'
import type { Consents } from '#machines/contracts/contact.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { Standing } from '#machines/run/send-policy.ts'
import { PLATFORM } from '#actors/stop-words.ts'
import { run } from '../db/pool.ts'
import type { EffectJob } from './queue.ts'

export interface ClaimedEffect {
  id: string
  tenantId: string
  contactId: string
  command: Command
  attempts: number
  claimToken: string
  phone: string | null
  email: string | null
  /** What decides whether the contact may be written to now; null for the platform's own messages. */
  standing: (Standing & { at: string }) | null
  channel: {
    id: string
    kind: 'whatsapp' | 'email'
    provider: string
    address: string
    config: JsonObject
    ciphertext: Buffer
  } | null
}

interface ClaimRow {
  id: string
  tenant_id: string
  contact_id: string
  command: Command
  attempts: number
  phone: string | null
  email: string | null
  channel_id: string | null
  channel_kind: 'whatsapp' | 'email' | null
  provider: string
  address: string
  config: JsonObject
  ciphertext: Buffer | null
  node_id: string
  consents: Consents | null
  opt_outs: Standing['optOuts'] | null
  last_inbound_at: Standing['lastInboundAt'] | null
  now: Date
}

/** Claims an effect for one attempt; null when it is settled, or somebody else has it. */
export async function claimEffect(
  pool: Pool,
  job: EffectJob,
  claimToken: string,
): Promise<ClaimedEffect | null> {
  const [row] = await run<ClaimRow>(pool, CLAIM, [job.tenantId, job.effectId, claimToken])
  if (!row) return null
  const { channel_id: id, channel_kind: kind, provider, address, config, ciphertext } = row
  return {
    id: row.id,
    tenantId: row.tenant_id,
    contactId: row.contact_id,
    command: row.command,
    attempts: row.attempts,
    claimToken,
    phone: row.phone,
    email: row.email,
    standing: standingOf(row),
    channel: id && kind && ciphertext ? { id, kind, provider, address, config, ciphertext } : null,
  }
}

/** What the contact actor knows by now, which may be more than when it made the effect. */
function standingOf(row: ClaimRow): ClaimedEffect['standing'] {
  if (row.node_id === PLATFORM) return null
  const { consents, opt_outs: optOuts, last_inbound_at: lastInboundAt, now } = row
  return {
    consents: consents ?? {},
    optOuts: optOuts ?? {},
    lastInboundAt: lastInboundAt ?? {},
    at: now.toISOString(),
  }
}

/** A template of the tenant by name, in the wanted language or the first it has. */
export async function findTemplate(
  pool: Pool,
  tenantId: string,
  wanted: { kind: string; name: string; language: string | null },
): Promise<{ name: string; language: string; variables: string[] } | null> {
  const rows = await run<{ name: string; language: string; variables: string[] }>(pool, TEMPLATE, [
    tenantId,
    wanted.kind,
    wanted.name,
    wanted.language,
  ])
  return rows[0] ?? null
}

/** Whoever lost contact or channel is still claimed: the attempt then ends with that as its reason. */
const CLAIM = {
  name: 'claim_effect',
  text: `with claimed as (
      update outbox set status = 'sending', attempts = attempts + 1, claim_token = $3,
        moved_at = clock_timestamp()
      where tenant_id = $1 and id = $2 and status = 'dispatched'
      returning *)
    select o.id, o.tenant_id, o.contact_id, o.command, o.attempts, c.phone_e164 as phone, c.email,
      ch.id as channel_id, ch.kind as channel_kind, ch.provider, ch.address, ch.config_json as config,
      s.ciphertext, o.node_id, c.consents_json as consents, a.state->'optOuts' as opt_outs,
      a.state->'lastInboundAt' as last_inbound_at, clock_timestamp() as now
    from claimed o
    left join contacts c on c.tenant_id = o.tenant_id and c.id = o.contact_id
    left join actor_snapshots a on a.tenant_id = o.tenant_id and a.contact_id = o.contact_id
    left join channels ch on ch.tenant_id = o.tenant_id and ch.id = o.channel_id
    left join secrets s on s.tenant_id = ch.tenant_id and s.id = ch.secret_id`,
}

const TEMPLATE = {
  name: 'find_template',
  text: `select name, language, variables_json as variables from templates
    where tenant_id = $1 and kind = $2 and name = $3 and ($4::text is null or language = $4)
    order by language limit 1`,
}
