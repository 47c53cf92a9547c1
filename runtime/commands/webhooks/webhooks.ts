// Stations 1 to 3 for every public webhook: find the source or channel, verify (fails closed), parse, store.

import type { Pool } from 'pg'
import type { WebhookReply } from '#machines/contracts/api.ts'
import { type ErrorCode, isFluxoError } from '#machines/contracts/errors.ts'
import type { Arrival } from '../../connectors/arrival.ts'
import type { Connector } from '../../connectors/connector.ts'
import { readEvent } from '../../connectors/intake/event.ts'
import { readLead } from '../../connectors/intake/lead.ts'
import type { IntakeRequest, IntakeSource } from '../../connectors/intake/source.ts'
import { answerWhatsAppChallenge } from '../../connectors/whatsapp/verify.ts'
import type { SecretBox } from '../../db/secret-box.ts'
import type { Egress } from '../../egress/egress.ts'
import type { Runtime, WebhookRequest } from '../../face.ts'
import type { PayloadKeeper } from '../../leads/payload-keeper.ts'
import type { Acceptor } from '../../mailbox/accept.ts'
import type { Acceptance } from '../../mailbox/incoming.ts'
import { quarantine, whyUnstorable } from '../../mailbox/quarantine.ts'
import { createChannelIntake } from './channel-intake.ts'
import { createEventTypes } from './event-types.ts'
import { createIntakeSources } from './intake-sources.ts'
import { createWhatsAppChannels } from './whatsapp-channels.ts'
import { createWhatsAppIntake } from './whatsapp-intake.ts'

export interface WebhooksOptions {
  pool: Pool
  acceptor: Acceptor
  secretBox: SecretBox
  egress: Egress
  connectors: readonly Connector[]
  /** Keeps what sources sent last. */
  payloads?: PayloadKeeper
  /** Counts what was refused or put aside, by code. */
  onRefused: (code: string) => void
}

/** Creates the webhook commands. */
export function createWebhooks(options: WebhooksOptions): Runtime['webhooks'] {
  const { pool, acceptor, secretBox, payloads, onRefused } = options
  const sources = createIntakeSources(pool, secretBox)
  const eventTypes = createEventTypes(pool)
  const channels = createWhatsAppChannels(pool, secretBox)
  const takeChannel = createChannelIntake(options)
  const takeWhatsApp = createWhatsAppIntake({ pool, acceptor, channels, onRefused })

  async function take(
    request: WebhookRequest & { tenant: string; source: string },
    read: (request: IntakeRequest, source: IntakeSource, now: Date) => Arrival,
  ): Promise<WebhookReply> {
    const source = await sources.find(request.tenant, request.source)
    const heard = { tenantId: source.tenantId, sourceId: source.id, body: request.rawBody }
    try {
      const arrival = read(request, source, new Date())
      if (arrival.type === 'event') await eventTypes.require(source.tenantId, arrival.eventType)
      const reply = await store(request, source, arrival)
      const outcome = reply.accepted ? 'accepted' : reply.duplicate ? 'duplicate' : 'refused'
      payloads?.note({ ...heard, outcome, eventId: reply.eventId ?? null })
      return reply
    } catch (error) {
      if (isOfProven(error)) payloads?.note({ ...heard, outcome: 'refused', error })
      throw error
    }
  }

  async function store(
    { rawBody }: WebhookRequest,
    source: IntakeSource,
    arrival: Arrival,
  ): Promise<WebhookReply> {
    const { id, tenantId } = source
    try {
      return replyOf(await acceptor.accept(tenantId, arrival, rawBody.length))
    } catch (error) {
      // What is too large is told: the tool can send less.
      const why = isFluxoError(error) ? null : whyUnstorable(error)
      if (why === null) throw error
      onRefused(why.code)
      await quarantine(pool, { ...why, tenantId, source: id, body: rawBody })
      return { accepted: false, duplicate: false }
    }
  }

  const counted = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      if (isFluxoError(error)) onRefused(error.code)
      throw error
    }
  }
  const answerChallenge = async (query: Record<string, string | undefined>): Promise<string> =>
    answerWhatsAppChallenge(query, await channels.findVerifyToken(query['hub.verify_token']))

  return {
    leads: (request) => counted(take(request, readLead)),
    events: (request) => counted(take(request, readEvent)),
    whatsappChallenge: (query) => counted(answerChallenge(query)),
    whatsapp: (request) => counted(takeWhatsApp(request)),
    channel: (request) => counted(takeChannel(request)),
  }
}

/** What is said only of bodies whose signature was good: a stranger's are not kept. */
const OF_PROVEN: ReadonlySet<string> = new Set<ErrorCode>([
  'WEBHOOK_BODY_INVALID',
  'WEBHOOK_BODY_TOO_DEEP',
  'WEBHOOK_EVENT_ID_MISSING',
  'CONTACT_ADDRESS_INVALID',
  'CONTACT_UNKNOWN',
  'EVENT_TYPE_UNKNOWN',
  'EVENT_TOO_LARGE',
])
const isOfProven = (error: unknown): boolean => isFluxoError(error) && OF_PROVEN.has(error.code)

function replyOf({ duplicate, eventId, contactId }: Acceptance): WebhookReply {
  return {
    accepted: !duplicate,
    duplicate,
    ...(eventId === null ? {} : { eventId }),
    ...(contactId === null ? {} : { contactId }),
  }
}
