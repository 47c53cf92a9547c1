// A webhook of WhatsApp: whose it is, whether Meta signed it, what of it can be stored. Once it is verified nothing of it
// is refused any more: what cannot be stored is put aside, or Meta would send it for seven days (I1).

import type { Pool } from 'pg'
import { FluxoError, isFluxoError } from '#machines/contracts/errors.ts'
import {
  isAboutAccount,
  listPhoneNumberIds,
  parseWhatsAppWebhook,
  readWhatsAppWebhook,
  type WhatsAppArrival,
  type WhatsAppChange,
} from '../../connectors/whatsapp/inbound.ts'
import { verifyWhatsAppSignature } from '../../connectors/whatsapp/verify.ts'
import type { WebhookRequest } from '../../face.ts'
import type { Acceptor } from '../../mailbox/accept.ts'
import { quarantine, whyUnstorable } from '../../mailbox/quarantine.ts'
import { noteAccountChanges } from './whatsapp-account.ts'
import type { WhatsAppChannel, WhatsAppChannels } from './whatsapp-channels.ts'

export interface WhatsAppIntakeOptions {
  pool: Pool
  acceptor: Acceptor
  channels: WhatsAppChannels
  /** Counts what was put aside or left out, by code. */
  onRefused: (code: string) => void
}

/** A field of a webhook that we make nothing of. */
const IGNORED = 'WEBHOOK_FIELD_IGNORED'

interface Taken {
  accepted: number
  ignored: number
}

/** Why something cannot be stored. */
type Why = NonNullable<ReturnType<typeof whyUnstorable>>

/** What became of one arrival. */
interface Fate {
  channel: WhatsAppChannel
  duplicate: boolean
  /** Null when it is stored. */
  why: Why | null
}

/** A verified webhook and those whom it is for. */
interface Verified {
  channels: WhatsAppChannel[]
  changes: WhatsAppChange[]
  rawBody: Buffer
}

/** Creates the taker of WhatsApp's webhooks. */
export function createWhatsAppIntake(options: WhatsAppIntakeOptions) {
  const { channels } = options
  return async ({ rawBody, headers }: WebhookRequest): Promise<Taken> => {
    const signature = headers['x-hub-signature-256']
    let changes: WhatsAppChange[]
    try {
      changes = parseWhatsAppWebhook(rawBody)
    } catch (error) {
      return putAside(options, { rawBody, signature, error })
    }
    if (isAboutAccount(changes)) return takeAccount(options, { changes, rawBody, signature })
    // The number says whose secret must have signed; nothing else of the body is believed before that.
    const found = await channels.find(listPhoneNumberIds(changes))
    if (found.length === 0) {
      const error = new FluxoError('WEBHOOK_CHANNEL_UNKNOWN')
      return putAside(options, { rawBody, signature, error })
    }
    for (const { appSecrets } of found) verifyWhatsAppSignature(rawBody, signature, appSecrets)
    return store(options, { channels: found, changes, rawBody })
  }
}

/** No number says whose it is: it is for those whose secret signed it, and of them for the account that it names. */
async function takeAccount(
  options: WhatsAppIntakeOptions,
  given: { changes: WhatsAppChange[]; rawBody: Buffer; signature: unknown },
): Promise<Taken> {
  const signers = await options.channels.findSigners(given.rawBody, given.signature)
  if (signers.length === 0) throw new FluxoError('WEBHOOK_SIGNATURE_INVALID')
  return noteAccount(options, signers, given.changes)
}

async function noteAccount(
  { pool, onRefused }: WhatsAppIntakeOptions,
  signers: WhatsAppChannel[],
  changes: WhatsAppChange[],
): Promise<Taken> {
  const { noted, ignored } = await noteAccountChanges(pool, { signers, changes, now: new Date() })
  for (const _ of ignored) onRefused(IGNORED)
  return { accepted: noted, ignored: ignored.length }
}

async function store(options: WhatsAppIntakeOptions, verified: Verified): Promise<Taken> {
  const { channels, changes, rawBody } = verified
  const byNumber = new Map(channels.map((channel) => [channel.phoneNumberId, channel]))
  const byId = new Map(channels.map((channel) => [channel.id, channel]))
  const { arrivals, ignored } = readWhatsAppWebhook(changes, {
    resolveChannel: (phoneNumberId) => byNumber.get(phoneNumberId)?.id ?? null,
    now: new Date(),
  })
  const bytes = Math.ceil(rawBody.length / Math.max(1, arrivals.length))
  const account = await noteAccount(options, channels, changes)
  for (const _ of ignored) options.onRefused(IGNORED)
  const fates = await Promise.all(
    arrivals.map((arrival) =>
      accept(options.acceptor, byId.get(channelIdOf(arrival)) as WhatsAppChannel, {
        arrival,
        bytes,
      }),
    ),
  )
  const refused = fates.filter(({ why }) => why !== null)
  for (const channel of refused.length === 0 ? [] : channels) {
    const why = refused.find((fate) => fate.channel === channel)?.why
    if (why) await keep(options, channel, { why, body: bodyFor(channel, verified) })
  }
  return {
    accepted:
      account.accepted + fates.filter(({ duplicate, why }) => !duplicate && why === null).length,
    ignored: account.ignored + ignored.length + refused.length,
  }
}

/** An event says by which channel it came as its source. */
function channelIdOf(arrival: WhatsAppArrival): string {
  return arrival.type === 'event' ? arrival.sourceId : arrival.channelId
}

async function accept(
  acceptor: Acceptor,
  channel: WhatsAppChannel,
  { arrival, bytes }: { arrival: WhatsAppArrival; bytes: number },
): Promise<Fate> {
  try {
    const { duplicate } = await acceptor.accept(channel.tenantId, arrival, bytes)
    return { channel, duplicate, why: null }
  } catch (error) {
    const why = whyUnstorable(error)
    if (why === null) throw error
    const reason = `${arrival.dedupeKey}: ${why.reason}`
    return { channel, duplicate: false, why: { ...why, reason } }
  }
}

async function keep(
  { pool, onRefused }: WhatsAppIntakeOptions,
  { tenantId, id }: WhatsAppChannel,
  { why, body }: { why: Why; body: Buffer },
): Promise<void> {
  onRefused(why.code)
  await quarantine(pool, { ...why, tenantId, source: id, body })
}

/** A body that names no number of ours is put aside for the tenant whose secret signed it, and else refused. */
async function putAside(
  options: WhatsAppIntakeOptions,
  { rawBody, signature, error }: { rawBody: Buffer; signature: unknown; error: unknown },
): Promise<Taken> {
  const signer = await options.channels.findSigner(rawBody, signature)
  if (signer === null || !isFluxoError(error)) throw error
  const why = { code: error.code, reason: error.message }
  await keep(options, signer, { why, body: rawBody })
  return { accepted: 0, ignored: 1 }
}

/** The untouched bytes, or this tenant's changes alone where others have their own in the same body (I9). */
function bodyFor({ tenantId }: WhatsAppChannel, { channels, changes, rawBody }: Verified): Buffer {
  const own = channels.filter((channel) => channel.tenantId === tenantId)
  if (own.length === channels.length) return rawBody
  const numbers = new Set(own.map(({ phoneNumberId }) => phoneNumberId))
  const ofOwn = changes.filter(({ value }) => numbers.has(value?.metadata.phone_number_id ?? ''))
  return Buffer.from(JSON.stringify(ofOwn))
}
