// Channels as they are stored: read, made, changed, and told of to people. Each statement names the tenant (I9).

import type { JsonObject } from '#machines/contracts/json.ts'
import type { Channel, ChannelCheckItem } from '#machines/contracts/channels.ts'
import { ChannelHealthSchema } from '#machines/contracts/channel-health.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import { type Queryable, run } from '../../db/pool.ts'
import type { Actor } from '../../face.ts'
import { PAUSED } from '../../outbox/paused-channel.ts'
import { type ChannelConnector, secretFields } from './channel-forms.ts'
import type { SecretDates } from './channel-secrets.ts'

export interface ChannelRow {
  id: string
  tenant_id: string
  kind: string
  provider: string
  address: string
  display_address: string
  config: JsonObject
  secret_id: string
  ciphertext: Buffer
  dates: SecretDates
  check: ChannelCheckItem | null
  health: unknown
  cut_off_until: Date | null
  waiting: number
  created_at: Date
  updated_at: Date
}

/** Oldest first; those of a kind that nobody speaks are left out. */
export function listChannels(
  db: Queryable,
  tenantId: string,
  kinds: readonly string[],
): Promise<ChannelRow[]> {
  return run<ChannelRow>(db, LIST, [tenantId, null, kinds])
}

/** @throws {FluxoError} RESOURCE_NOT_FOUND, also for a channel of another tenant */
export async function getChannel(
  db: Queryable,
  { tenantId }: Pick<Actor, 'tenantId'>,
  { id, kinds }: { id: string; kinds: readonly string[] },
): Promise<ChannelRow> {
  const [row] = await run<ChannelRow>(db, LIST, [tenantId, id, kinds])
  if (!row) throw new FluxoError('RESOURCE_NOT_FOUND')
  return row
}

interface ItemContext {
  connector: ChannelConnector
  secrets: Record<string, string>
  publicUrl: string
  /** Whoever may change the channel sees what has to be copied to the provider. */
  maySee: boolean
}

export function channelItem(row: ChannelRow, context: ItemContext): Channel {
  const { [PAUSED]: isPaused, ...config } = row.config
  const { connector, publicUrl } = context
  const health = ChannelHealthSchema.safeParse(row.health)
  const path = webhookPathOf(connector, row.id)
  return {
    id: row.id,
    kind: row.kind,
    title: connector.title,
    provider: row.provider,
    address: row.address,
    displayAddress: row.display_address,
    status: isPaused ? 'paused' : 'active',
    config,
    secrets: secretItems(row, context),
    webhookUrl: path === null ? null : new URL(path, publicUrl).href,
    health: health.success ? health.data : ChannelHealthSchema.parse({}),
    cutOffUntil: row.cut_off_until?.toISOString() ?? null,
    waiting: row.waiting,
    check: row.check,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}

/** Null for a channel that hears nothing over HTTP. */
export function webhookPathOf(
  { name, channel, inbound }: ChannelConnector,
  channelId: string,
): string | null {
  if (channel.webhookPath !== undefined) return channel.webhookPath
  return inbound ? `/webhooks/${name}/${channelId}` : null
}

function secretItems(
  { dates, created_at: createdAt }: ChannelRow,
  { connector, secrets, maySee }: ItemContext,
): Channel['secrets'] {
  return secretFields(connector.channel).map(({ name, meta }) => {
    const value = secrets[name] ?? ''
    const setAt = dates[name] ?? createdAt.toISOString()
    return {
      name,
      title: meta.title,
      isSet: value !== '',
      setAt: value === '' ? null : setAt,
      isRotating: meta.previous !== undefined && (secrets[meta.previous] ?? '') !== '',
      shown: maySee && meta.isShown && value !== '' ? value : null,
    }
  })
}

export interface NewChannel {
  id: string
  kind: string
  provider: string
  address: string
  displayAddress: string
  config: JsonObject
  secretId: string
  dates: SecretDates
  check: ChannelCheckItem | null
}

/** @returns false when the address has a channel already, whoever's */
export async function insertChannel(
  db: Queryable,
  { tenantId }: Actor,
  given: NewChannel,
): Promise<boolean> {
  const { id, kind, provider, address, displayAddress, config, secretId, dates, check } = given
  const values = [id, kind, provider, address, displayAddress, JSON.stringify(config), secretId]
  const kept = [JSON.stringify(dates), JSON.stringify(check)]
  const rows = await run(db, INSERT, [tenantId, ...values, ...kept])
  return rows.length > 0
}

export async function updateChannel(
  db: Queryable,
  { tenantId }: Actor,
  given: { id: string; displayAddress: string; config: JsonObject; provider: string },
): Promise<void> {
  const { id, displayAddress, config, provider } = given
  await run(db, UPDATE, [tenantId, id, displayAddress, JSON.stringify(config), provider])
}

export async function noteCheck(
  db: Queryable,
  { tenantId }: Pick<Actor, 'tenantId'>,
  { id, check }: { id: string; check: ChannelCheckItem },
): Promise<void> {
  await run(db, CHECKED, [tenantId, id, JSON.stringify(check)])
}

const LIST = {
  name: 'list_channels',
  text: `select c.id, c.tenant_id, c.kind, c.provider, c.address, c.display_address, c.config_json as config,
      c.secret_id, s.ciphertext, c.secrets_json as dates, c.check_json as check, c.health_json as health,
      case when k.opened_at is not null then k.probe_at end as cut_off_until, w.waiting, c.created_at, c.updated_at
    from channels c
    join secrets s on s.tenant_id = c.tenant_id and s.id = c.secret_id
    left join circuits k on k.tenant_id = c.tenant_id and k.channel_id = c.id
    left join lateral (select count(*)::int as waiting from (
      select 1 from outbox o where o.tenant_id = c.tenant_id and o.channel_id = c.id
        and o.status in ('waiting', 'dispatched') limit 10000) few) w on true
    where c.tenant_id = $1 and ($2::text is null or c.id = $2) and c.kind = any($3::text[])
    order by c.created_at, c.id`,
}

const INSERT = {
  name: 'insert_channel',
  text: `insert into channels (tenant_id, id, kind, provider, address, display_address, config_json, secret_id,
      secrets_json, check_json, verified_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, nullif($10::jsonb, 'null'::jsonb),
      case when ($10::jsonb->>'ok')::boolean then now() end)
    on conflict (kind, address) do nothing returning id`,
}

const UPDATE = {
  name: 'update_channel',
  text: `update channels set display_address = $3, config_json = $4, provider = $5, updated_at = now()
    where tenant_id = $1 and id = $2`,
}

const CHECKED = {
  name: 'note_channel_check',
  text: `update channels set check_json = $3,
      verified_at = case when ($3::jsonb->>'ok')::boolean then now() else verified_at end
    where tenant_id = $1 and id = $2`,
}
