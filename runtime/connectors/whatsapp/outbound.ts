// Sends WhatsApp messages through the Cloud API: one effect, one request, one outcome. Guarantees I5 and I6.

import type { JsonObject } from '#machines/contracts/json.ts'
import type { OutboundConnector, OutboundEffect, Outcome, PerformContext } from '../connector.ts'
import { filesIn, uploadFiles } from './media-upload.ts'
import { buildMessageBody } from './message-body.ts'
import { readSendAnswer, readSendFailure } from './outcome.ts'

export interface WhatsAppConnectorOptions {
  /** `https://graph.facebook.com`, or the sandbox's address. */
  graphUrl: string
  /** `v24.0`. */
  version: string
  /** How long an answer may take; default 15,000. */
  timeoutMs?: number
}

const DEFAULT_TIMEOUT_MS = 15_000
const MAX_ANSWER_BYTES = 64 * 1024

/**
 * Makes the connector for WhatsApp messages. The channel's `address` is the phone number id, its
 * secret `accessToken` the Bearer token.
 */
export function createWhatsAppConnector(options: WhatsAppConnectorOptions): OutboundConnector {
  return {
    kinds: [
      'whatsapp.send_text',
      'whatsapp.send_template',
      'whatsapp.send_buttons',
      'whatsapp.send_list',
      'whatsapp.send_media',
      'whatsapp.send_cta_url',
      'whatsapp.request_location',
      'whatsapp.send_carousel',
      'whatsapp.send_reaction',
      'whatsapp.send_contacts',
      'whatsapp.mark_read',
    ],
    channel: 'whatsapp',
    perform: (effect, context) => send(effect, context, options),
  }
}

async function send(
  effect: OutboundEffect,
  context: PerformContext,
  options: WhatsAppConnectorOptions,
): Promise<Outcome> {
  // First without the files: what Meta would refuse is not worth an upload.
  const message = buildMessageBody(effect)
  if (!message.ok) return { type: 'failed', error: message.error }
  const { accessToken } = effect.channel.secrets
  if (!accessToken) {
    const error = { code: 'WHATSAPP_TOKEN_MISSING', message: 'The channel has no access token' }
    return { type: 'failed', error }
  }
  const to = { accessToken, base: baseOf(effect, options), timeoutMs: options.timeoutMs }
  const outcome =
    filesIn(effect.command).length === 0
      ? await post(message.body, context, to)
      : await sendWithFiles(effect, context, to)
  return effect.command.kind === 'whatsapp.mark_read' ? repeatable(outcome) : outcome
}

interface SendTo {
  accessToken: string
  base: string
  timeoutMs: number | undefined
}

async function sendWithFiles(
  effect: OutboundEffect,
  context: PerformContext,
  { base, ...to }: SendTo,
): Promise<Outcome> {
  const limit = { ...to, timeoutMs: to.timeoutMs ?? DEFAULT_TIMEOUT_MS }
  const uploaded = await uploadFiles(effect, context, { ...limit, url: `${base}/media` })
  if (!uploaded.ok) return uploaded.outcome
  const message = buildMessageBody(effect, (mediaId) => uploaded.ids.get(mediaId) ?? mediaId)
  if (!message.ok) return { type: 'failed', error: message.error }
  const outcome = await post(message.body, context, { base, ...to })
  if (outcome.type !== 'failed' || uploaded.kept.length === 0) return outcome
  if (!MEDIA_GONE.has(outcome.error.code)) return outcome
  // Meta may have dropped a file before its time; the next attempt uploads it again.
  for (const mediaId of uploaded.kept) await context.media?.forgetUpload(effect.channel, mediaId)
  return { type: 'retry', error: outcome.error }
}

/** What Meta says of an id of a file that it does not have. */
const MEDIA_GONE: ReadonlySet<string> = new Set([
  'WHATSAPP_100',
  'WHATSAPP_131009',
  'WHATSAPP_131052',
  'WHATSAPP_131053',
])

function baseOf(
  { channel }: OutboundEffect,
  { graphUrl, version }: WhatsAppConnectorOptions,
): string {
  return `${graphUrl.replace(/\/+$/, '')}/${version}/${encodeURIComponent(channel.address)}`
}

async function post(
  body: JsonObject,
  { egress, signal }: PerformContext,
  { accessToken, base, timeoutMs = DEFAULT_TIMEOUT_MS }: SendTo,
): Promise<Outcome> {
  try {
    const response = await egress.request({
      url: `${base}/messages`,
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
      timeoutMs,
      maxBytes: MAX_ANSWER_BYTES,
    })
    return readSendAnswer(response, new Date())
  } catch (failure) {
    return readSendFailure(failure)
  }
}

/** A mark that is made twice is the same mark, and no status ever tells of it. */
function repeatable(outcome: Outcome): Outcome {
  return outcome.type === 'uncertain' ? { type: 'retry', error: outcome.error } : outcome
}
