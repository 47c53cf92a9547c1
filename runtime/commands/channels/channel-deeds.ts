// What is done to a channel as a whole: secrets replaced, sending paused, the channel removed; and what depends on it.

import type { ChannelDependents } from '#machines/contracts/channels.ts'
import { LAST_CHANNEL } from '#machines/contracts/channel.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import { nodeKindOf } from '#machines/nodes/registry.ts'
import type { ChannelForm } from '../../connectors/connector.ts'
import { type Queryable, run } from '../../db/pool.ts'
import type { SecretBox } from '../../db/secret-box.ts'
import type { Actor } from '../../face.ts'
import { createId } from '../../ids.ts'
import { CHANNELS } from '../../live/channels.ts'
import { noticeAfterCommit } from '../../live/notices.ts'
import { PAUSED, REMOVED } from '../../outbox/paused-channel.ts'
import { writeAudit } from '../audit.ts'
import type { ChannelContext } from './channel-context.ts'
import { getChannel, listChannels } from './channel-records.ts'
import type { SecretChange, SecretDates } from './channel-secrets.ts'

interface Deed {
  id: string
  action: string
  reason: string
  details: JsonObject
}

/** Every deed may change which channel sends, so the workers are told of each. */
export function auditChannel(db: Queryable, actor: Actor, { id, ...deed }: Deed): Promise<void> {
  noticeAfterCommit(db, CHANNELS.library, actor.tenantId)
  return writeAudit(db, actor, {
    ...deed,
    id: createId('event').replace(/^evt_/, 'aud_'),
    subject: id,
  })
}

/** Seals the secrets under the id, in place of what was there. */
export async function sealSecrets(
  db: Queryable,
  given: {
    tenantId: string
    secretId: string
    secrets: Record<string, string>
    secretBox: SecretBox
  },
): Promise<void> {
  const { tenantId, secretId, secrets, secretBox } = given
  const sealed = secretBox.seal(tenantId, secrets)
  await run(db, SEAL, [tenantId, secretId, secretBox.keyId, sealed])
}

type Change = (
  form: ChannelForm,
  before: { secrets: Record<string, string>; dates: SecretDates },
) => SecretChange

/** Reads and writes under the row's lock, so that two people who rotate at once lose nothing. */
export function changeSecrets(
  { within, kinds, connectorOf, secretBox }: ChannelContext,
  actor: Actor,
  { id, action, change }: { id: string; action: string; change: Change },
): Promise<void> {
  const { tenantId } = actor
  return within(actor, async (db) => {
    await run(db, LOCK, [tenantId, id])
    const row = await getChannel(db, actor, { id, kinds })
    const before = { secrets: secretBox.open(tenantId, row.ciphertext), dates: row.dates }
    const { secrets, dates, changed } = change(connectorOf(row.kind).channel, before)
    await sealSecrets(db, { tenantId, secretId: row.secret_id, secrets, secretBox })
    await run(db, DATES, [tenantId, id, JSON.stringify(dates)])
    await auditChannel(db, actor, { id, action, reason: '', details: { fields: changed } })
  })
}

/** While it is paused what is to leave by it waits; then it leaves at once. */
export function pauseChannel(
  { within, kinds }: ChannelContext,
  actor: Actor,
  { id, reason, isPaused }: { id: string; reason: string; isPaused: boolean },
): Promise<void> {
  return within(actor, async (db) => {
    const { kind, address } = await getChannel(db, actor, { id, kinds })
    await run(db, PAUSE, [actor.tenantId, id, isPaused])
    if (!isPaused) await run(db, WAKE, [actor.tenantId, id])
    const action = isPaused ? 'pause_channel' : 'resume_channel'
    await auditChannel(db, actor, { id, action, reason, details: { kind, address } })
  })
}

/**
 * Its secrets are forgotten and its address is free again. The row stays, for conversations belong to it; it is of no
 * kind that anybody speaks any more.
 */
export function removeChannel(
  { within, kinds, secretBox }: ChannelContext,
  actor: Actor,
  { id, reason }: { id: string; reason: string },
): Promise<void> {
  const { tenantId } = actor
  return within(actor, async (db) => {
    await run(db, LOCK, [tenantId, id])
    const { kind, address, secret_id: secretId } = await getChannel(db, actor, { id, kinds })
    await sealSecrets(db, { tenantId, secretId, secrets: {}, secretBox })
    await run(db, REMOVE, [tenantId, id])
    await run(db, WAKE, [tenantId, id])
    await auditChannel(db, actor, {
      id,
      action: 'remove_channel',
      reason,
      details: { kind, address },
    })
  })
}

export function readDependents(
  { within, kinds }: ChannelContext,
  actor: Actor,
  id: string,
): Promise<ChannelDependents> {
  const { tenantId } = actor
  return within(actor, async (db) => {
    const { kind, waiting } = await getChannel(db, actor, { id, kinds })
    const all = await listChannels(db, tenantId, kinds)
    const [counts] = await run<{ conversations: number }>(db, CONVERSATIONS, [tenantId, id])
    const workflows = await run<PublishedRow>(db, PUBLISHED, [tenantId])
    return {
      workflows: workflows
        .filter(({ definition }) => usesChannel(definition, kind))
        .map(({ id: workflowId, name }) => ({ id: workflowId, name })),
      conversations: counts?.conversations ?? 0,
      waiting,
      isLastOfKind: all.filter((each) => each.kind === kind).length === 1,
    }
  })
}

interface PublishedRow {
  id: string
  name: string
  definition: { trigger?: { type?: unknown; channel?: unknown }; nodes?: { type: string }[] }
}

/** True for a workflow that writes on this kind of channel or begins with a message on it. */
function usesChannel({ trigger, nodes = [] }: PublishedRow['definition'], kind: string): boolean {
  if (trigger?.type === `message.received.${kind}`) return true
  if (trigger?.type === 'message.received' && (trigger.channel ?? kind) === kind) return true
  return nodes.some((node) => {
    const nodeKind = nodeKindOf(node.type)
    const parsed = nodeKind?.schema.safeParse(node)
    const channel = parsed?.success ? nodeKind?.needs(parsed.data).channel : undefined
    return channel === kind || channel === LAST_CHANNEL
  })
}

const SEAL = {
  name: 'seal_channel_secrets',
  text: `insert into secrets (tenant_id, id, key_id, ciphertext) values ($1, $2, $3, $4)
    on conflict (tenant_id, id) do update set key_id = excluded.key_id, ciphertext = excluded.ciphertext`,
}

const LOCK = {
  name: 'lock_channel',
  text: 'select 1 from channels where tenant_id = $1 and id = $2 for update',
}

const DATES = {
  name: 'date_channel_secrets',
  text: 'update channels set secrets_json = $3, updated_at = now() where tenant_id = $1 and id = $2',
}

const PAUSE = {
  name: 'pause_channel',
  text: `update channels set updated_at = now(), config_json =
      case when $3 then config_json || '{"${PAUSED}":true}' else config_json - '${PAUSED}' end
    where tenant_id = $1 and id = $2`,
}

/** What rests for it tries again now. */
const WAKE = {
  name: 'wake_effects_of_channel',
  text: `update outbox set next_at = clock_timestamp()
    where tenant_id = $1 and channel_id = $2 and status = 'waiting' and next_at > clock_timestamp()`,
}

/** A kind of its own: nobody speaks it, so nothing is sent by it, heard on it, or chosen from it. */
const REMOVE = {
  name: 'remove_channel',
  text: `update channels set provider = kind || ':' || provider, kind = '${REMOVED}', address = id, secrets_json = '{}',
      check_json = null, config_json = '{}', updated_at = now()
    where tenant_id = $1 and id = $2`,
}

const CONVERSATIONS = {
  name: 'count_conversations_of_channel',
  text: `select count(*)::int as conversations from (
      select 1 from conversations where tenant_id = $1 and channel_id = $2 limit 100000) few`,
}

const PUBLISHED = {
  name: 'published_definitions',
  text: `select w.id, w.name, v.definition_json as definition
    from workflows w
    join workflow_versions v on v.tenant_id = w.tenant_id and v.id = w.published_version_id
    where w.tenant_id = $1 order by w.name, w.id`,
}
