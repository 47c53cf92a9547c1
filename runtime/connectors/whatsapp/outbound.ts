// Sends WhatsApp messages through the Cloud API: one effect, one request, one outcome. Guarantees I5 and I6.

import type { OutboundConnector, OutboundEffect, Outcome, PerformContext } from '../connector.ts'
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
    ],
    perform: (effect, context) => send(effect, context, options),
  }
}

async function send(
  effect: OutboundEffect,
  { egress, signal }: PerformContext,
  { graphUrl, version, timeoutMs = DEFAULT_TIMEOUT_MS }: WhatsAppConnectorOptions,
): Promise<Outcome> {
  const { channel } = effect
  const message = buildMessageBody(effect)
  if (!message.ok) return { type: 'failed', error: message.error }
  const { accessToken } = channel.secrets
  if (!accessToken) {
    const error = { code: 'WHATSAPP_TOKEN_MISSING', message: 'The channel has no access token' }
    return { type: 'failed', error }
  }
  try {
    const response = await egress.request({
      url: `${graphUrl.replace(/\/+$/, '')}/${version}/${encodeURIComponent(channel.address)}/messages`,
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(message.body),
      signal,
      timeoutMs,
      maxBytes: MAX_ANSWER_BYTES,
    })
    return readSendAnswer(response, new Date())
  } catch (failure) {
    return readSendFailure(failure)
  }
}
