// The inbound half of e-mail: one address for all that providers tell a channel, told apart by what it is. What proves
// nothing is refused.

import { FluxoError } from '#machines/contracts/errors.ts'
import type {
  Inbox,
  InboundConnector,
  InboundContext,
  InboundRequest,
  OpenChannel,
} from '../connector.ts'
import { parseAnswer } from '../json-body.ts'
import { createLoopGuard, type LoopGuard } from './inbound-automatic.ts'
import { isForm } from './inbound-form.ts'
import { readMail, type ReceivedMail } from './inbound-mail.ts'
import { readSendgridEvents, readSendgridForm, verifySendgrid } from './inbound-sendgrid.ts'
import { readSesNotice } from './inbound-ses.ts'
import { createSnsVerifier, readSnsMessage, type SnsVerifier } from './inbound-sns.ts'

/** The largest that SendGrid posts. */
const MAX_BYTES = 30 * 1024 * 1024

export interface EmailInboundOptions {
  /** Where providers are reached instead of at their own addresses. */
  providerUrls: Readonly<Record<string, string>>
}

export interface EmailInbound extends InboundConnector {
  /** Reads a mail that came from server to server. */
  readReceived(
    received: ReceivedMail,
    channel: OpenChannel,
    context: InboundContext,
  ): Promise<Inbox>
}

interface Tools {
  sns: SnsVerifier
  guard: LoopGuard
}

/** Creates the inbound half; it opens nothing. */
export function createEmailInbound({ providerUrls }: EmailInboundOptions): EmailInbound {
  const tools = { sns: createSnsVerifier(providerUrls['sns']), guard: createLoopGuard() }
  return {
    maxBytes: MAX_BYTES,
    verify: (request, channel, context) => prove(request, channel, { ...context, ...tools }),
    read: (request, channel, context) => readBody(request, channel, { ...context, ...tools }),
    readReceived: (received, channel, context) =>
      letter(received, channel, { ...context, ...tools }),
  }
}

type Kind = 'form' | 'events' | 'sns'

function kindOf({ method, rawBody }: InboundRequest): Kind {
  const first = rawBody.subarray(0, 200).toString('latin1').trimStart()[0]
  if (method === 'POST' && first === '[') return 'events'
  if (method === 'POST' && first === '{') return 'sns'
  if (method === 'POST' && isForm(rawBody)) return 'form'
  throw new FluxoError('WEBHOOK_SIGNATURE_MISSING')
}

async function prove(
  request: InboundRequest,
  channel: OpenChannel,
  { egress, now, sns }: InboundContext & Tools,
): Promise<void> {
  const kind = kindOf(request)
  if (kind !== 'sns') verifySendgrid(request, channel, { now, isKeyEnough: kind === 'form' })
  else await sns.verify(readSnsMessage(jsonOf(request.rawBody)), channel, egress)
}

async function readBody(
  request: InboundRequest,
  channel: OpenChannel,
  context: InboundContext & Tools,
): Promise<Inbox> {
  const { now } = context
  switch (kindOf(request)) {
    case 'form':
      return letter(await readSendgridForm(request.rawBody), channel, context)
    case 'events':
      return readSendgridEvents(jsonOf(request.rawBody), channel, now)
    case 'sns':
      return readTopic(request, channel, context)
  }
}

async function readTopic(
  request: InboundRequest,
  channel: OpenChannel,
  context: InboundContext & Tools,
): Promise<Inbox> {
  const { egress, now, sns } = context
  const message = readSnsMessage(jsonOf(request.rawBody))
  const { Type: type, MessageId: id, Message: text } = message
  if (type !== 'Notification') {
    if (type === 'SubscriptionConfirmation') await sns.confirm(message, egress)
    return { arrivals: [], ignored: [{ field: 'Type', reason: type }] }
  }
  const notice = await readSesNotice(jsonOf(text), { id, channel, now })
  return notice.type === 'feedback' ? notice.inbox : letter(notice.received, channel, context)
}

function letter(
  received: ReceivedMail,
  channel: OpenChannel,
  { now, files, guard }: InboundContext & Tools,
): Promise<Inbox> {
  return readMail(received, { channel, now, files: files ?? null, guard })
}

/** What cannot be stored is replaced; what is no JSON at all proves nothing. */
function jsonOf(body: Buffer | string): unknown {
  try {
    return parseAnswer(Buffer.from(body), MAX_BYTES)
  } catch {
    return null
  }
}
