// Asking a provider about a channel: whether it takes the credentials, and telling it where to deliver. What it says is
// kept with the channel, in words for people.

import type { ChannelCheckItem } from '#machines/contracts/channels.ts'
import type { Actor } from '../../face.ts'
import type { ChannelCheck, OpenChannel } from '../../connectors/connector.ts'
import type { ChannelContext } from './channel-context.ts'
import { type ChannelRow, noteCheck, webhookPathOf } from './channel-records.ts'
import { withoutPause } from '../../outbox/paused-channel.ts'
import { refreshHealth } from './channel-health.ts'
import { whyOf } from '../deliveries/delivery-words.ts'

/** For everything that one question may ask of the provider. */
const LIMIT_MS = 15_000

interface Found {
  check: ChannelCheckItem
  displayAddress?: string
}

export interface ChannelChecks {
  /** @returns null where the connector cannot ask */
  ask(channel: OpenChannel): Promise<Found | null>
  checkRow(actor: Actor, row: ChannelRow): Promise<void>
  /** Tells the provider where to deliver; a failure is kept as what the check found. */
  connectRow(actor: Actor, row: ChannelRow): Promise<void>
}

export function createChannelChecks(context: ChannelContext): ChannelChecks {
  const { egress, connectorOf, within, secretBox, publicUrl } = context
  const perform = () => ({ egress, signal: AbortSignal.timeout(LIMIT_MS) })
  const openOf = (row: ChannelRow): OpenChannel => ({
    id: row.id,
    tenantId: row.tenant_id,
    kind: row.kind,
    provider: row.provider,
    address: row.address,
    config: withoutPause(row.config),
    secrets: secretBox.open(row.tenant_id, row.ciphertext),
  })
  const keep = async (actor: Actor, id: string, found: Found | null): Promise<void> => {
    // The name that people gave it stays.
    if (found) await within(actor, (db) => noteCheck(db, actor, { id, check: found.check }))
  }
  const ask = async (channel: OpenChannel): Promise<Found | null> => {
    const answer = await connectorOf(channel.kind).channel.check?.(channel, perform())
    return answer ? foundIn(answer) : null
  }
  return {
    ask,
    checkRow: async (actor, row) => {
      const channel = openOf(row)
      await keep(actor, row.id, await ask(channel))
      await refreshHealth(connectorOf(row.kind), channel, context)
    },
    connectRow: async (actor, row) => {
      const connector = connectorOf(row.kind)
      const path = webhookPathOf(connector, row.id)
      if (path === null) return
      const where = { webhookUrl: new URL(path, publicUrl).href, context: perform() }
      const answer = await connector.channel.connect?.(openOf(row), where)
      if (answer && !answer.ok) await keep(actor, row.id, foundIn(answer))
    },
  }
}

function foundIn(answer: ChannelCheck): Found {
  const at = new Date().toISOString()
  if (answer.ok) {
    const check = { at, ok: true, code: null, why: null, message: null, field: null }
    return { check, displayAddress: answer.displayAddress }
  }
  const { code, message } = answer.error
  const field = answer.field ?? null
  return { check: { at, ok: false, code, why: whyOf(code, message), message, field } }
}
