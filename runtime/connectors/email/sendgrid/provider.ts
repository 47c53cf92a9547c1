// Letters over SendGrid's HTTP interface.

import { z } from 'zod'
import type { EgressResponse } from '../../../egress/egress.ts'
import type { ChannelCheck, OpenChannel, Outcome, PerformContext } from '../../connector.ts'
import { outcomeOfFailure, outcomeOfStatus } from '../../http-outcome.ts'
import { parseProviderBody } from '../../json-body.ts'
import type { EmailProvider } from '../provider.ts'
import { sendGridBodyOf } from './body.ts'

export interface SendGridOptions {
  /** A stand-in's address; default SendGrid itself. */
  baseUrl?: string | undefined
  timeoutMs?: number
}

const URL_ = 'https://api.sendgrid.com'
const TIMEOUT_MS = 20_000
const MAX_ANSWER_BYTES = 64 * 1024
const MAX_WORDS = 500
const LONGEST_WAIT_MS = 60 * 60 * 1000

const ErrorsSchema = z.object({
  errors: z
    .array(z.object({ message: z.string(), field: z.string().nullish() }))
    .min(1)
    .max(100),
})

export function createSendGrid(options: SendGridOptions): EmailProvider {
  return {
    send: async (letter, channel, context) => {
      const key = channel.secrets['apiKey']
      if (!key) return missingKey()
      const body = JSON.stringify(sendGridBodyOf(letter))
      try {
        const request = { path: '/v3/mail/send', method: 'POST', body }
        return readSend(await ask(request, key, { options, context }), letter.messageId, new Date())
      } catch (failure) {
        return outcomeOfFailure(failure)
      }
    },
    check: (channel, context) => check(channel, context, options),
    close: async () => {},
  }
}

function ask(
  { path, ...request }: { path: string; method: string; body?: string },
  key: string,
  { options, context }: { options: SendGridOptions; context: PerformContext },
): Promise<EgressResponse> {
  const { baseUrl = URL_, timeoutMs = TIMEOUT_MS } = options
  return context.egress.request({
    url: `${baseUrl.replace(/\/+$/, '')}${path}`,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    signal: context.signal,
    timeoutMs,
    maxBytes: MAX_ANSWER_BYTES,
    ...request,
  })
}

function readSend(response: EgressResponse, messageId: string, now: Date): Outcome {
  const { status, headers } = response
  if (status >= 200 && status < 300) {
    const given = headers['x-message-id']
    const providerMessageId = typeof given === 'string' && given !== '' ? given : messageId
    const output = { message_id: messageId, provider_id: providerMessageId }
    return { type: 'accepted', providerMessageId, output }
  }
  const outcome = outcomeOfStatus(response, now, errorOf(response))
  if (status !== 429 || outcome.type !== 'retry' || outcome.retryAfterMs !== undefined)
    return outcome
  const retryAfterMs = untilReset(headers['x-ratelimit-reset'], now)
  return { ...outcome, ...(retryAfterMs !== null && { retryAfterMs }) }
}

/** SendGrid names the second, since 1970, at which it takes letters again. */
function untilReset(header: string | string[] | undefined, now: Date): number | null {
  if (typeof header !== 'string' || !/^\d{9,11}$/.test(header)) return null
  return Math.min(Math.max(Number(header) * 1000 - now.getTime(), 0), LONGEST_WAIT_MS)
}

function errorOf({ status, body }: EgressResponse): { code: string; message: string } {
  const said = ErrorsSchema.safeParse(parsed(body))
  const words = said.success
    ? said.data.errors
        .map(({ message, field }) => (field ? `${field}: ${message}` : message))
        .join('; ')
    : `SendGrid answered ${status}`
  const message = words.slice(0, MAX_WORDS)
  if (status === 401) return { code: 'PROVIDER_CREDENTIALS', message }
  const isOwn = status === 429 || status >= 500
  return { code: `${isOwn ? 'HTTP' : 'SENDGRID'}_${status}`, message }
}

function parsed(body: Buffer): unknown {
  try {
    return parseProviderBody(body, body.length)
  } catch {
    return null
  }
}

async function check(
  { secrets, address }: OpenChannel,
  context: PerformContext,
  options: SendGridOptions,
): Promise<ChannelCheck> {
  const field = 'secrets.apiKey'
  const key = secrets['apiKey']
  if (!key)
    return {
      ok: false,
      error: { code: 'EMAIL_CHANNEL_INCOMPLETE', message: `${field}: it is missing` },
      field,
    }
  try {
    const response = await ask({ path: '/v3/scopes', method: 'GET' }, key, { options, context })
    if (response.status === 200) return { ok: true, displayAddress: address }
    const isRefused = response.status === 401 || response.status === 403
    return { ok: false, error: errorOf(response), ...(isRefused && { field }) }
  } catch (failure) {
    return { ok: false, error: outcomeOfFailure(failure).error }
  }
}

function missingKey(): Outcome {
  const message = 'secrets.apiKey: the channel has no API key'
  return { type: 'failed', error: { code: 'EMAIL_CHANNEL_INCOMPLETE', message } }
}
