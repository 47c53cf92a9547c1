// What Meta tells of a WhatsApp Business account: the health of its numbers beside their channels, its templates in the
// tenant's list. I9: an account is whose it was configured for; what only a shared app's secret proves goes to nobody.

import type { Pool } from 'pg'
import { type ChannelHealth, withHealth } from '#machines/contracts/channel-health.ts'
import {
  type HealthNotice,
  isHealthField,
  readHealthNotice,
} from '../../connectors/whatsapp/health-notice.ts'
import type { Ignored } from '../../connectors/whatsapp/inbound-item.ts'
import type { WhatsAppChange } from '../../connectors/whatsapp/inbound.ts'
import { readTemplateChange, TEMPLATE_FIELDS } from '../../connectors/whatsapp/template-changes.ts'
import { type Queryable, run } from '../../db/pool.ts'
import { inTenantTransaction } from '../../db/tenant-transaction.ts'
import { tellChannels } from '../channels/channel-notice.ts'
import { storeTemplateChanges } from '../templates/template-store.ts'
import type { WhatsAppChannel } from './whatsapp-channels.ts'

interface Given {
  /** Channels whose secret signed the webhook. */
  signers: WhatsAppChannel[]
  changes: readonly WhatsAppChange[]
  now: Date
}

/** Takes the changes of a verified webhook that are about accounts and numbers; leaves all others alone. */
export async function noteAccountChanges(
  pool: Pool,
  { signers, changes, now }: Given,
): Promise<{ noted: number; ignored: Ignored[] }> {
  const ignored: Ignored[] = []
  let noted = 0
  for (const change of changes) {
    const { field } = change
    if (!isHealthField(field) && !TEMPLATE_FIELDS.has(field)) continue
    const reason = isHealthField(field)
      ? await noteHealth(pool, signers, { change, now })
      : await noteTemplate(pool, signers, { change, now })
    if (reason === null) noted += 1
    else ignored.push({ field, reason })
  }
  return { noted, ignored }
}

interface Told {
  change: WhatsAppChange
  now: Date
}

/** @returns why nothing came of it; null when something did */
async function noteHealth(
  pool: Pool,
  signers: WhatsAppChannel[],
  { change, now }: Told,
): Promise<string | null> {
  const notice = readHealthNotice(change, change.at ?? now)
  if (!notice) return 'not of the documented form'
  const channels = channelsOf(signers, change.accountId).filter(
    ({ displayPhone }) =>
      notice.displayPhone === null || isSameLine(displayPhone, notice.displayPhone),
  )
  for (const { id, tenantId } of channels) await keepNotice(pool, { id, tenantId, notice })
  return channels.length === 0 ? 'no channel is of this account and number' : null
}

async function noteTemplate(
  pool: Pool,
  signers: WhatsAppChannel[],
  { change, now }: Told,
): Promise<string | null> {
  const { field, raw: value, accountId } = change
  if (accountId === null) return 'it names no account'
  const read = readTemplateChange({ wabaId: accountId, field, value, at: change.at ?? now })
  if (!read) return 'not of the documented form'
  const tenants = new Set(channelsOf(signers, accountId).map(({ tenantId }) => tenantId))
  for (const tenantId of tenants) await storeTemplateChanges(pool, tenantId, [read])
  return tenants.size === 0 ? 'no channel is of this account' : null
}

/** Those that were configured for the account, else all of them where they are one tenant's and none says otherwise. */
function channelsOf(signers: WhatsAppChannel[], accountId: string | null): WhatsAppChannel[] {
  const named = signers.filter(({ wabaId }) => wabaId !== null && wabaId === accountId)
  if (named.length > 0) return named
  const open = signers.filter(({ wabaId }) => wabaId === null)
  const tenants = new Set(signers.map(({ tenantId }) => tenantId))
  return tenants.size === 1 ? open : []
}

/** Meta writes a number now with its country's code and now with leading zeros. */
function isSameLine(one: string, other: string): boolean {
  return one !== '' && (one.endsWith(other) || other.endsWith(one))
}

async function keepNotice(
  pool: Pool,
  { id, tenantId, notice }: { id: string; tenantId: string; notice: HealthNotice },
): Promise<void> {
  await changeHealth(pool, { id, tenantId }, (before) => withHealth(before, notice))
}

/** Changes what is known of a channel's health, one change after the other. */
export async function changeHealth(
  pool: Pool,
  { id, tenantId }: { id: string; tenantId: string },
  change: (before: unknown) => ChannelHealth,
): Promise<ChannelHealth | null> {
  return inTenantTransaction(pool, tenantId, async (db: Queryable) => {
    const [row] = await run<{ health: unknown }>(db, LOCK, [tenantId, id])
    if (!row) return null
    const health = change(row.health)
    await run(db, KEEP, [tenantId, id, JSON.stringify(health)])
    tellChannels(db, tenantId)
    return health
  })
}

const LOCK = {
  name: 'lock_channel_health',
  text: 'select health_json as health from channels where tenant_id = $1 and id = $2 for no key update',
}

const KEEP = {
  name: 'keep_channel_health',
  text: 'update channels set health_json = $3::jsonb, updated_at = now() where tenant_id = $1 and id = $2',
}
