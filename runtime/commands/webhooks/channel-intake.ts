// Stations 1 to 3 for connectors that follow the kit: the channel by its id in the address, proof by its secrets (fails
// closed), what is in it, one transaction with all that arrived together (I1).

import { LRUCache } from 'lru-cache'
import type { Pool } from 'pg'
import { FluxoError, isFluxoError } from '#machines/contracts/errors.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { Connector, Inbox, InboundRequest, OpenChannel } from '../../connectors/connector.ts'
import { run } from '../../db/pool.ts'
import type { SecretBox } from '../../db/secret-box.ts'
import type { Egress } from '../../egress/egress.ts'
import type { Acceptor } from '../../mailbox/accept.ts'
import { storeSuppressions } from '../../mailbox/store-suppressions.ts'
import { createFileKeeper } from '../../media/file-keeper.ts'
import { quarantine, whyUnstorable } from '../../mailbox/quarantine.ts'

export interface ChannelWebhook extends InboundRequest {
  /** Name in the webhook's address. */
  connector: string
  channelId: string
}

export interface ChannelReply {
  accepted: number
  ignored: number
  /** What the provider wants to hear instead. */
  reply?: Inbox['reply']
}

export interface ChannelIntakeOptions {
  pool: Pool
  acceptor: Acceptor
  secretBox: SecretBox
  egress: Egress
  connectors: readonly Connector[]
  /** Counts what was put aside, by code. */
  onRefused: (code: string) => void
}

/** Secrets that were changed take effect within this time. */
const TTL_MS = 5_000

/** Creates the command that takes a webhook of any connector with an inbound half. */
export function createChannelIntake(
  options: ChannelIntakeOptions,
): (webhook: ChannelWebhook) => Promise<ChannelReply> {
  const { egress, connectors } = options
  const byName = new Map(connectors.map((connector) => [connector.name, connector]))
  const findChannel = createChannelLookup(options)
  const files = createFileKeeper(options.pool)
  return async ({ connector: name, channelId, ...request }) => {
    const inbound = byName.get(name)?.inbound
    if (!inbound) throw new FluxoError('WEBHOOK_CHANNEL_UNKNOWN', { field: 'connector' })
    if (request.rawBody.length > inbound.maxBytes) throw new FluxoError('EVENT_TOO_LARGE')
    const channel = await findChannel(name, channelId)
    const context = { egress, now: new Date(), files }
    await inbound.verify(request, channel, context)
    const inbox = await inbound.read(request, channel, context)
    return storeInbox(options, { channel, inbox, rawBody: request.rawBody })
  }
}

/** Everything that arrived together, and what was said beside it. */
export async function storeInbox(
  options: Pick<ChannelIntakeOptions, 'acceptor' | 'pool' | 'onRefused'>,
  { channel, inbox, rawBody }: { channel: OpenChannel; inbox: Inbox; rawBody: Buffer },
): Promise<ChannelReply> {
  const { acceptor, pool, onRefused } = options
  await storeSuppressions(pool, channel.tenantId, inbox.suppressions ?? [])
  const bytes = Math.ceil(rawBody.length / Math.max(1, inbox.arrivals.length))
  const fates = await Promise.all(
    inbox.arrivals.map(async (arrival) => {
      try {
        const { duplicate } = await acceptor.accept(channel.tenantId, arrival, bytes)
        return { duplicate, why: null }
      } catch (error) {
        // What came before is no error of the sender's: it must not come again for days.
        if (isFluxoError(error, 'CONTACT_UNKNOWN')) return { duplicate: true, why: null }
        const why = whyUnstorable(error)
        if (why === null) throw error
        return { duplicate: false, why }
      }
    }),
  )
  const why = fates.find((fate) => fate.why !== null)?.why
  if (why) {
    onRefused(why.code)
    await quarantine(pool, {
      ...why,
      tenantId: channel.tenantId,
      source: channel.id,
      body: rawBody,
    })
  }
  return {
    accepted: fates.filter((fate) => !fate.duplicate && fate.why === null).length,
    ignored: inbox.ignored.length + fates.filter((fate) => fate.why !== null).length,
    ...(inbox.reply && { reply: inbox.reply }),
  }
}

interface ChannelRow {
  id: string
  tenant_id: string
  kind: string
  provider: string
  address: string
  config: JsonObject
  ciphertext: Buffer
}

function createChannelLookup({
  pool,
  secretBox,
}: ChannelIntakeOptions): (kind: string, id: string) => Promise<OpenChannel> {
  const known = new LRUCache<string, OpenChannel>({ max: 10_000, ttl: TTL_MS })
  return async (kind, id) => {
    const key = `${kind} ${id}`
    const cached = known.get(key)
    if (cached) return cached
    // What can be no id is not asked for: PostgreSQL takes no NUL.
    const found = key.includes('\0') ? [] : await run<ChannelRow>(pool, FIND, [kind, id])
    const [row] = found
    if (!row || found.length > 1)
      throw new FluxoError('WEBHOOK_CHANNEL_UNKNOWN', { field: 'channel' })
    const { tenant_id: tenantId, ciphertext, ...rest } = row
    const channel = { ...rest, tenantId, secrets: secretBox.open(tenantId, ciphertext) }
    known.set(key, channel)
    return channel
  }
}

/** The address of a webhook names no tenant; an id that two of them have, which no id of our making is, is nobody's. */
const FIND = {
  name: 'find_channel_of_webhook',
  text: `select c.id, c.tenant_id, c.kind, c.provider, c.address, c.config_json - 'paused' as config, s.ciphertext
    from channels c join secrets s on s.tenant_id = c.tenant_id and s.id = c.secret_id
    where c.kind = $1 and c.id = $2`,
}
