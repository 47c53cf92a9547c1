// Stations 1 to 3 for every public webhook: find the source or channel, verify (fails closed), parse, store.

import type { Pool } from 'pg'
import type { WebhookReply } from '#machines/contracts/api.ts'
import { FluxoError, isFluxoError } from '#machines/contracts/errors.ts'
import type { Arrival } from '../connectors/arrival.ts'
import { readEvent } from '../connectors/intake/event.ts'
import { readLead } from '../connectors/intake/lead.ts'
import type { IntakeRequest, IntakeSource } from '../connectors/intake/source.ts'
import { listPhoneNumberIds, readWhatsAppWebhook } from '../connectors/whatsapp/inbound.ts'
import { answerWhatsAppChallenge, verifyWhatsAppSignature } from '../connectors/whatsapp/verify.ts'
import type { SecretBox } from '../db/secret-box.ts'
import type { Runtime, WebhookRequest } from '../face.ts'
import type { Acceptor } from '../mailbox/accept.ts'
import type { Acceptance } from '../mailbox/incoming.ts'
import { createEventTypes } from './event-types.ts'
import { createIntakeSources } from './intake-sources.ts'
import { createWhatsAppChannels, type WhatsAppChannel } from './whatsapp-channels.ts'

export interface WebhooksOptions {
  pool: Pool
  acceptor: Acceptor
  secretBox: SecretBox
  /** Counts what was refused, by code. */
  onRefused: (code: string) => void
}

/** Creates the webhook commands. */
export function createWebhooks(options: WebhooksOptions): Runtime['webhooks'] {
  const { pool, acceptor, secretBox } = options
  const sources = createIntakeSources(pool, secretBox)
  const eventTypes = createEventTypes(pool)
  const channels = createWhatsAppChannels(pool, secretBox)

  async function take(
    request: WebhookRequest & { tenant: string; source: string },
    read: (request: IntakeRequest, source: IntakeSource, now: Date) => Arrival,
  ): Promise<WebhookReply> {
    const source = await sources.find(request.tenant, request.source)
    const arrival = read(request, source, new Date())
    if (arrival.type === 'event') await eventTypes.require(source.tenantId, arrival.eventType)
    return replyOf(await acceptor.accept(source.tenantId, arrival))
  }

  async function takeWhatsApp({ rawBody, headers }: WebhookRequest) {
    // The number says whose secret must have signed; nothing else of the body is believed before that.
    const found = await channels.find(listPhoneNumberIds(rawBody))
    if (found.length === 0) throw new FluxoError('WEBHOOK_CHANNEL_UNKNOWN')
    for (const channel of found) {
      verifyWhatsAppSignature(rawBody, headers['x-hub-signature-256'], channel.appSecrets)
    }
    const taken = await Promise.all(found.map((channel) => acceptFor(channel, rawBody)))
    return {
      accepted: taken.reduce((sum, part) => sum + part.accepted, 0),
      ignored: taken.reduce((sum, part) => sum + part.ignored, 0),
    }
  }

  async function acceptFor(channel: WhatsAppChannel, rawBody: Buffer) {
    const { arrivals, ignored } = readWhatsAppWebhook(rawBody, {
      resolveChannel: (phoneNumberId) =>
        phoneNumberId === channel.phoneNumberId ? channel.id : null,
      now: new Date(),
    })
    const accepted = await Promise.all(
      arrivals.map((arrival) => acceptor.accept(channel.tenantId, arrival)),
    )
    return {
      accepted: accepted.filter(({ duplicate }) => !duplicate).length,
      ignored: ignored.length,
    }
  }

  const counted = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      if (isFluxoError(error)) options.onRefused(error.code)
      throw error
    }
  }

  return {
    leads: (request) => counted(() => take(request, readLead)),
    events: (request) => counted(() => take(request, readEvent)),
    whatsappChallenge: (query) =>
      counted(async () =>
        answerWhatsAppChallenge(query, await channels.findVerifyToken(query['hub.verify_token'])),
      ),
    whatsapp: (request) => counted(() => takeWhatsApp(request)),
  }
}

function replyOf({ duplicate, eventId, contactId }: Acceptance): WebhookReply {
  return {
    accepted: !duplicate,
    duplicate,
    ...(eventId === null ? {} : { eventId }),
    ...(contactId === null ? {} : { contactId }),
  }
}
