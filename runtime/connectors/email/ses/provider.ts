// Letters over Amazon SES: version 2 of its HTTP interface, the letter as raw MIME so that every header is ours.

import { z } from 'zod'
import type { EgressResponse } from '../../../egress/egress.ts'
import type { ChannelCheck, OpenChannel, Outcome, PerformContext } from '../../connector.ts'
import { outcomeOfFailure, outcomeOfStatus } from '../../http-outcome.ts'
import { parseProviderBody } from '../../json-body.ts'
import type { Letter } from '../letter.ts'
import { composeMime } from '../mime.ts'
import type { EmailProvider } from '../provider.ts'
import { textIn } from '../settings.ts'
import { signAws } from './sigv4.ts'

export interface SesOptions {
  /** A stand-in's address; default SES of the channel's region. */
  baseUrl?: string | undefined
  timeoutMs?: number
}

const TIMEOUT_MS = 20_000
const MAX_ANSWER_BYTES = 64 * 1024
const MAX_WORDS = 500
const REGION = /^[a-z]{2}(-[a-z]+)+-\d{1,2}$/

const SentSchema = z.object({ MessageId: z.string().min(1).max(300) })
const ErrorSchema = z
  .object({ message: z.string(), Message: z.string(), __type: z.string() })
  .partial()

const TOO_FAST = 'HTTP_429'
const CREDENTIALS = 'PROVIDER_CREDENTIALS'
/** What AWS says to whom it does not know. */
const STRANGERS = new Set([
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'InvalidClientTokenId',
  'MissingAuthenticationTokenException',
])

/** Named by SES, and over in a while. */
const PASSING = new Set([
  'LimitExceededException',
  'TooManyRequestsException',
  'ThrottlingException',
])

export function createSes(options: SesOptions): EmailProvider {
  return {
    send: async (letter, channel, context) => {
      const account = accountOf(channel)
      if (typeof account === 'string') return incomplete(account)
      const body = JSON.stringify(bodyOf(letter, channel, await composeMime(letter)))
      try {
        const request = { path: '/v2/email/outbound-emails', method: 'POST', body }
        return readSend(await ask(request, account, { options, context }), letter, new Date())
      } catch (failure) {
        return outcomeOfFailure(failure)
      }
    },
    check: (channel, context) => check(channel, context, options),
    close: async () => {},
  }
}

function bodyOf(letter: Letter, channel: OpenChannel, mime: Buffer) {
  const configurationSet = textIn(channel, 'configurationSet')
  return {
    FromEmailAddress: letter.from.address,
    Destination: { ToAddresses: [letter.to] },
    Content: { Raw: { Data: mime.toString('base64') } },
    EmailTags: [
      { Name: 'effect_id', Value: letter.effectId },
      { Name: 'channel_id', Value: letter.channelId },
    ],
    ...(configurationSet !== null && { ConfigurationSetName: configurationSet }),
  }
}

interface Account {
  region: string
  accessKeyId: string
  secretAccessKey: string
}

/** @returns a sentence with the field where something is missing */
function accountOf(channel: OpenChannel): Account | string {
  const { accessKeyId, secretAccessKey } = channel.secrets
  const region = textIn(channel, 'region')
  if (region === null || !REGION.test(region)) return 'config.region: the channel has no region'
  if (!accessKeyId) return 'secrets.accessKeyId: the channel has no access key'
  if (!secretAccessKey) return 'secrets.secretAccessKey: the channel has no secret key'
  return { region, accessKeyId, secretAccessKey }
}

function ask(
  { path, method, body = '' }: { path: string; method: string; body?: string },
  { region, ...keys }: Account,
  { options, context }: { options: SesOptions; context: PerformContext },
): Promise<EgressResponse> {
  const base = options.baseUrl ?? `https://email.${region}.amazonaws.com`
  const url = `${base.replace(/\/+$/, '')}${path}`
  const headers = { 'content-type': 'application/json' }
  const scope = { region, service: 'ses', now: new Date() }
  return context.egress.request({
    url,
    method,
    headers: signAws({ method, url, headers, body }, keys, scope),
    ...(method !== 'GET' && { body }),
    signal: context.signal,
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    maxBytes: MAX_ANSWER_BYTES,
  })
}

function readSend(response: EgressResponse, letter: Letter, now: Date): Outcome {
  const { status } = response
  const sent = SentSchema.safeParse(parsed(response.body))
  if (status < 300 && sent.success) {
    const providerMessageId = sent.data.MessageId
    const output = { message_id: letter.messageId, provider_id: providerMessageId }
    return { type: 'accepted', providerMessageId, output }
  }
  const { name, error } = refusalOf(response)
  if (status < 500 && PASSING.has(name))
    return { type: 'retry', error: { ...error, code: TOO_FAST } }
  return outcomeOfStatus(response, now, error)
}

function refusalOf({ status, headers, body }: EgressResponse) {
  const said = ErrorSchema.safeParse(parsed(body))
  const { message, Message, __type = '' } = said.success ? said.data : {}
  const header = headers['x-amzn-errortype']
  const given = typeof header === 'string' && header !== '' ? header : __type
  // `aws.smithy#Name:http://…`
  const name = given.split(':')[0]?.split('#').at(-1) ?? ''
  const isNamed = /^[A-Za-z]{3,80}$/.test(name) && status < 500 && status !== 429
  const named = STRANGERS.has(name) ? CREDENTIALS : `SES_${snake(name.replace(/Exception$/, ''))}`
  const code = isNamed ? named : `HTTP_${status}`
  const words = message ?? Message ?? `SES answered ${status}`
  return { name, error: { code, message: words.slice(0, MAX_WORDS) } }
}

/** `MessageRejected`: `MESSAGE_REJECTED` */
function snake(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()
}

function parsed(body: Buffer): unknown {
  try {
    return parseProviderBody(body, body.length)
  } catch {
    return null
  }
}

async function check(
  channel: OpenChannel,
  context: PerformContext,
  options: SesOptions,
): Promise<ChannelCheck> {
  const account = accountOf(channel)
  if (typeof account === 'string') {
    const error = { code: 'EMAIL_CHANNEL_INCOMPLETE', message: account }
    return { ok: false, error, field: account.slice(0, account.indexOf(':')) }
  }
  try {
    const request = { path: '/v2/email/account', method: 'GET' }
    const response = await ask(request, account, { options, context })
    if (response.status === 200) return { ok: true, displayAddress: channel.address }
    const { error } = refusalOf(response)
    const isRefused = response.status === 403 || error.code === CREDENTIALS
    return { ok: false, error, ...(isRefused && { field: 'secrets.secretAccessKey' }) }
  } catch (failure) {
    return { ok: false, error: outcomeOfFailure(failure).error }
  }
}

function incomplete(message: string): Outcome {
  return { type: 'failed', error: { code: 'EMAIL_CHANNEL_INCOMPLETE', message } }
}
