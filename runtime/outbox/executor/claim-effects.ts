// The claim right before a send: only who holds the current token may send and settle. Who comes second finds nothing.

import type { Pool } from 'pg'
import type { ChannelKind } from '#machines/contracts/channel.ts'
import type { Command } from '#machines/contracts/effect.ts'
import type { Consents } from '#machines/contracts/contact.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { Standing } from '#machines/run/send-policy.ts'
import { PLATFORM } from '#actors/stop-words.ts'
import type { ProviderTemplate } from '../../connectors/connector.ts'
import { type Queryable, run } from '../../db/pool.ts'
import { CLAIM, CLAIM_WITHIN, RELEASE } from './claim-statement.ts'
import type { EffectJob } from '../queue.ts'

export interface ClaimedEffect {
  id: string
  tenantId: string
  contactId: string
  command: Command
  attempts: number
  claimToken: string
  phone: string | null
  email: string | null
  /** How the channel knows the contact where neither of them is its address. */
  identity: string | null
  /** What decides whether the contact may be written to now; null for the platform's own messages. */
  standing: (Standing & { at: string }) | null
  channel: {
    id: string
    kind: ChannelKind
    provider: string
    address: string
    config: JsonObject
    ciphertext: Buffer
  } | null
  /** The template that the command names, as the tenant has it. */
  template: ProviderTemplate | null
  /** The provider's id of the contact's last message, where the command speaks of it. */
  lastMessageId: string | null
  circuit: {
    /** This attempt finds out whether the account is back. */
    isOpen: boolean
    failures: number
  }
}

/** One that has to wait for its turn; its row says until when. */
export interface DeferredEffect extends EffectJob {
  waitMs: number
}

export interface Claim {
  claimed: ClaimedEffect[]
  deferred: DeferredEffect[]
}

/** Seconds between two attempts that find out whether an account is back. */
export const PROBE_SECONDS = 10

interface ClaimRow {
  id: string
  tenant_id: string
  wait_ms: number | null
  is_open: boolean
  failures: number
  contact_id: string
  command: Command
  attempts: number
  phone: string | null
  email: string | null
  identity: string | null
  channel_id: string | null
  channel_kind: ChannelKind | null
  provider: string
  address: string
  config: JsonObject
  ciphertext: Buffer | null
  node_id: string
  consents: Consents | null
  opt_outs: Standing['optOuts'] | null
  last_inbound_at: Standing['lastInboundAt'] | null
  now: Date
  template: ProviderTemplate | null
  last_message_id: string | null
}

/**
 * Claims effects for one attempt each. What is neither claimed nor deferred is settled, or somebody else has it, or
 * an earlier message of its lane is under way.
 * @param jobs each effect once
 */
export async function claimEffects(
  db: Queryable,
  jobs: readonly EffectJob[],
  claimToken: string,
  statement = CLAIM,
): Promise<Claim> {
  const rows = await run<ClaimRow>(db, statement, [
    jobs.map(({ tenantId }) => tenantId),
    jobs.map(({ effectId }) => effectId),
    claimToken,
    PROBE_SECONDS,
  ])
  return {
    claimed: rows.filter((row) => row.wait_ms === null).map((row) => claimedOf(row, claimToken)),
    deferred: rows.flatMap(({ tenant_id: tenantId, id: effectId, wait_ms: waitMs }) =>
      waitMs === null ? [] : [{ tenantId, effectId, waitMs }],
    ),
  }
}

/** The same inside of a transaction that must wait for nobody; what another one is just deciding about is left out. */
export function claimWithin(
  db: Queryable,
  jobs: readonly EffectJob[],
  claimToken: string,
): Promise<Claim> {
  return claimEffects(db, jobs, claimToken, CLAIM_WITHIN)
}

/** Takes a claim back whose answer was lost; only who is sure to have sent nothing may. */
export async function releaseClaim(
  pool: Pool,
  jobs: readonly EffectJob[],
  claimToken: string,
): Promise<void> {
  await run(pool, RELEASE, [
    jobs.map(({ tenantId }) => tenantId),
    jobs.map(({ effectId }) => effectId),
    claimToken,
  ])
}

function claimedOf(row: ClaimRow, claimToken: string): ClaimedEffect {
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
    identity: row.identity,
    standing: standingOf(row),
    channel: id && kind && ciphertext ? { id, kind, provider, address, config, ciphertext } : null,
    template: row.template,
    lastMessageId: row.last_message_id,
    circuit: { isOpen: row.is_open, failures: row.failures },
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
