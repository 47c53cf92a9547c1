// Channels as people set them up: opened, changed, checked, their secrets rotated, paused and removed. Every deed in a
// transaction of the asking tenant with its line in the audit log (I9); what a provider is asked is asked outside of it.

import type { Channel, ChannelCreate, SecretRotation } from '#machines/contracts/channels.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { Actor } from '../../face.ts'
import type { ChannelsFace } from '../../face/channels.ts'
import { createId } from '../../ids.ts'
import { PAUSED } from '../../outbox/paused-channel.ts'
import { createChannelChecks } from './channel-checks.ts'
import { type ChannelContext, type ChannelsOptions, contextOf } from './channel-context.ts'
import { formItem, parseFields, requireAddress } from './channel-forms.ts'
import {
  auditChannel,
  changeSecrets,
  pauseChannel,
  readDependents,
  removeChannel,
  sealSecrets,
} from './channel-deeds.ts'
import {
  channelItem,
  type ChannelRow,
  getChannel,
  insertChannel,
  listChannels,
  updateChannel,
} from './channel-records.ts'
import { finishedSecrets, newSecrets, rotatedSecrets } from './channel-secrets.ts'

/** Who may change channels, and so see what has to be copied to a provider. */
const KEEPERS: readonly Actor['role'][] = ['owner', 'admin']

/** Creates the commands of channels. */
export function createChannels(options: ChannelsOptions): ChannelsFace {
  const context = contextOf(options)
  const { connectors, kinds, within, connectorOf, secretBox, publicUrl } = context
  const { checkRow, connectRow } = createChannelChecks(context)
  const itemOf = (actor: Actor, row: ChannelRow): Channel =>
    channelItem(row, {
      connector: connectorOf(row.kind),
      secrets: secretBox.open(row.tenant_id, row.ciphertext),
      publicUrl,
      maySee: KEEPERS.includes(actor.role),
    })
  const read = (actor: Actor, id: string): Promise<ChannelRow> =>
    within(actor, (db) => getChannel(db, actor, { id, kinds }))
  /** The channel as it is after a deed. */
  const after = async (actor: Actor, id: string, deed: Promise<void>): Promise<Channel> => {
    await deed
    return itemOf(actor, await read(actor, id))
  }
  const rotate = async (actor: Actor, id: string, rotation: SecretRotation): Promise<void> => {
    await rotateSecrets(context, actor, { id, rotation })
    const row = await read(actor, id)
    await connectRow(actor, row)
    await checkRow(actor, row)
  }
  const check = async (actor: Actor, id: string): Promise<void> =>
    checkRow(actor, await read(actor, id))
  return {
    forms: () => ({ items: [...connectors.values()].map(formItem) }),
    list: async (actor) => {
      const rows = await within(actor, (db) => listChannels(db, actor.tenantId, kinds))
      return { items: rows.map((row) => itemOf(actor, row)) }
    },
    create: async (actor, given) => {
      const id = await open(context, actor, given)
      return after(actor, id, connectRow(actor, await read(actor, id)))
    },
    edit: async (actor, id, edit) =>
      after(actor, id, change(context, actor, { ...edit, row: await read(actor, id) })),
    rotate: (actor, id, rotation) => after(actor, id, rotate(actor, id, rotation)),
    finishRotation: (actor, id) => after(actor, id, finishRotation(context, actor, id)),
    check: (actor, id) => after(actor, id, check(actor, id)),
    dependents: (actor, id) => readDependents(context, actor, id),
    pause: (actor, id, { reason }) =>
      after(actor, id, pauseChannel(context, actor, { id, reason, isPaused: true })),
    resume: (actor, id, { reason }) =>
      after(actor, id, pauseChannel(context, actor, { id, reason, isPaused: false })),
    remove: (actor, id, { reason }) => removeChannel(context, actor, { id, reason }),
  }
}

function rotateSecrets(
  context: ChannelContext,
  actor: Actor,
  { id, rotation }: { id: string; rotation: SecretRotation },
): Promise<void> {
  const at = new Date().toISOString()
  return changeSecrets(context, actor, {
    id,
    action: 'rotate_channel_secrets',
    change: (form, before) => rotatedSecrets(form, before, { rotation, at }),
  })
}

function finishRotation(context: ChannelContext, actor: Actor, id: string): Promise<void> {
  return changeSecrets(context, actor, {
    id,
    action: 'drop_old_channel_secrets',
    change: (form, { secrets, dates }) => {
      return { secrets: finishedSecrets(form, secrets), dates, changed: [] }
    },
  })
}

/** @returns the new channel's id */
async function open(context: ChannelContext, actor: Actor, given: ChannelCreate): Promise<string> {
  const { connectorOf, within, secretBox } = context
  const connector = connectorOf(given.kind)
  const form = connector.channel
  requireAddress(form, given.address)
  const config = parseFields(form.config, given.config, 'config')
  const { secrets, dates } = newSecrets(form, given.secrets, new Date().toISOString())
  const id = createId('channel')
  const provider = form.providerOf?.(config) ?? connector.name
  const channel = { id, kind: given.kind, provider, address: given.address, config, secrets }
  const found = await createChannelChecks(context).ask({ ...channel, tenantId: actor.tenantId })
  // What the provider names as wrong is not kept; where it could not be asked, the channel is, and says so.
  if (found && !found.check.ok && found.check.field !== null) {
    const { field, code, message } = found.check
    throw new FluxoError('REQUEST_INVALID', { field, message: `${code}: ${message}` })
  }
  await within(actor, async (db) => {
    const secretId = createId('secret')
    await sealSecrets(db, { tenantId: actor.tenantId, secretId, secrets, secretBox })
    const displayAddress = found?.displayAddress ?? given.address
    const check = found?.check ?? null
    const rest = { displayAddress, secretId, dates, check }
    if (!(await insertChannel(db, actor, { ...channel, ...rest }))) {
      const message = 'address: there is a channel with this address already'
      throw new FluxoError('ACTION_NOT_POSSIBLE', { field: 'address', message })
    }
    const details = { kind: given.kind, address: given.address }
    await auditChannel(db, actor, { id, action: 'open_channel', reason: '', details })
  })
  return id
}

async function change(
  { connectorOf, within }: ChannelContext,
  actor: Actor,
  given: {
    row: ChannelRow
    config?: JsonObject | undefined
    displayAddress?: string | undefined
  },
): Promise<void> {
  const { row, displayAddress = row.display_address } = given
  const { channel: form } = connectorOf(row.kind)
  const { [PAUSED]: isPaused, ...before } = row.config
  const parsed = parseFields(form.config, { ...before, ...given.config }, 'config')
  const provider = form.providerOf?.(parsed) ?? row.provider
  const config = isPaused ? { ...parsed, [PAUSED]: true } : parsed
  await within(actor, async (db) => {
    await updateChannel(db, actor, { id: row.id, displayAddress, config, provider })
    const fields = Object.keys(given.config ?? {})
    const details = { fields, displayAddress }
    await auditChannel(db, actor, { id: row.id, action: 'edit_channel', reason: '', details })
  })
}
