// Fetches the media of a message that came: where it lies, its bytes, into the store. Nothing here can send twice what
// must be sent once, so whatever breaks is simply tried again.

import type { FetchMediaCommand } from '#machines/contracts/effect.ts'
import { isFluxoError } from '#machines/contracts/errors.ts'
import type { EffectError } from '#machines/contracts/event.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { EgressResponse } from '../../egress/egress.ts'
import type {
  DirectConnector,
  DirectEffect,
  OpenChannel,
  Outcome,
  PerformContext,
} from '../connector.ts'
import { parseProviderBody } from '../json-body.ts'
import type { IncomingMedia, MediaNote, MediaStore } from '../media-store.ts'
import { readRetryAfter } from '../retry-after.ts'
import { createByteRoom } from './byte-room.ts'
import { describeWhatsAppError, toEffectError } from './error-codes.ts'
import { ErrorReplySchema, MediaReplySchema } from './payload.ts'

export interface MediaFetcherOptions {
  /** `https://graph.facebook.com`, or the sandbox's address. */
  graphUrl: string
  /** `v24.0`. */
  version: string
  store: MediaStore
  /** Most bytes of a file, by kind of media. */
  maxBytesOf: (media: string) => number
}

const TIMEOUT_MS = 25_000
const MAX_ANSWER_BYTES = 64 * 1024
/** What all files together may take of this process's memory while they are fetched. */
const ROOM_BYTES = 192 * 1024 * 1024
/** Where Meta keeps media; the token goes nowhere else. */
const META_HOST = /(^|\.)(facebook\.com|fbsbx\.com|fbcdn\.net|whatsapp\.net)$/
const REDIRECTS = 2

/** Makes the connector that fetches media; each effect ends when the file is stored, or with why it never will be. */
export function createMediaFetcher(options: MediaFetcherOptions): DirectConnector {
  const room = createByteRoom(ROOM_BYTES)
  return {
    kinds: ['whatsapp.fetch_media'],
    needsChannel: false,
    perform: async (effect, context) => {
      const { command } = effect
      if (command.kind !== 'whatsapp.fetch_media') throw new Error(`${command.kind} is not fetched`)
      const channel = await options.store.openChannel(effect.tenantId, command.channelId)
      const token = channel?.secrets['accessToken']
      if (!channel || !token)
        return failed('WHATSAPP_TOKEN_MISSING', 'The channel has no access token')
      const fetch: Fetch = { effect, command, channel, token, context, options }
      const leave = await room.enter(options.maxBytesOf(command.media), context.signal)
      if (!leave) return retry({ code: 'MEDIA_BUSY', message: 'Too much is being fetched' })
      try {
        return await perform(fetch)
      } finally {
        leave()
      }
    },
  }
}

interface Fetch {
  effect: DirectEffect
  command: FetchMediaCommand
  channel: OpenChannel
  token: string
  context: PerformContext
  options: MediaFetcherOptions
}

async function perform(fetch: Fetch): Promise<Outcome> {
  const { command, effect, options } = fetch
  const found = await find(fetch)
  if (!('bytes' in found)) return end(fetch, found)
  const { bytes, mimeType } = found
  const file = { ...fileOf(command), ...(mimeType !== null && { mimeType }), bytes }
  return acceptedAs(await options.store.keep(effect.tenantId, file))
}

interface Found {
  bytes: Buffer
  mimeType: string | null
}
/** Why there are no bytes: for good, or until another try. */
type Missing = { error: EffectError; retryAfterMs?: number } & (
  | { end: 'expired' | 'refused' }
  | { end: 'failed' | 'retry' }
)

/** The address of the webhook first, if there is one: it saves a question, and is good for minutes only. */
async function find(fetch: Fetch): Promise<Found | Missing> {
  const { url } = fetch.command
  if (url !== null && isTrusted(fetch, url)) {
    const direct = await download(fetch, url)
    if ('bytes' in direct || direct.end === 'refused') return { mimeType: null, ...direct }
  }
  const place = await locate(fetch)
  if ('end' in place) return place
  if (!isTrusted(fetch, place.url)) {
    return missing(
      'refused',
      'MEDIA_ADDRESS_FOREIGN',
      'The file does not lie where Meta keeps files',
    )
  }
  const file = await download(fetch, place.url)
  return 'bytes' in file ? { ...file, mimeType: place.mimeType } : file
}

/** `GET /<version>/<media id>` */
async function locate(fetch: Fetch): Promise<{ url: string; mimeType: string | null } | Missing> {
  const { command, channel, options } = fetch
  const base = `${options.graphUrl.replace(/\/+$/, '')}/${options.version}`
  const query = `phone_number_id=${encodeURIComponent(channel.address)}`
  const url = `${base}/${encodeURIComponent(command.mediaId)}?${query}`
  const response = await request(fetch, { url, maxBytes: MAX_ANSWER_BYTES })
  if ('end' in response) return response
  if (response.status >= 300) return isUnknownObject(response) ? gone() : refusalOf(response)
  const reply = MediaReplySchema.safeParse(bodyOf(response))
  if (!reply.success)
    return missing('retry', 'MEDIA_ANSWER_INVALID', 'WhatsApp did not say where the file lies')
  const { file_size: size, mime_type: mimeType = null } = reply.data
  if (size !== undefined && size > options.maxBytesOf(command.media)) return tooLarge()
  return { url: reply.data.url, mimeType }
}

async function download(fetch: Fetch, url: string): Promise<{ bytes: Buffer } | Missing> {
  const response = await request(fetch, {
    url,
    maxBytes: fetch.options.maxBytesOf(fetch.command.media),
  })
  if ('end' in response) return response
  return response.status < 300 ? { bytes: response.body } : refusalOf(response)
}

async function request(
  { token, context }: Fetch,
  { url, maxBytes }: { url: string; maxBytes: number },
): Promise<EgressResponse | Missing> {
  try {
    return await context.egress.request({
      url,
      headers: { authorization: `Bearer ${token}` },
      signal: context.signal,
      timeoutMs: TIMEOUT_MS,
      maxBytes,
      maxRedirects: REDIRECTS,
    })
  } catch (failure) {
    if (isFluxoError(failure, 'EGRESS_TOO_LARGE')) return tooLarge()
    const code = isFluxoError(failure) ? failure.code : 'INTERNAL'
    const message = failure instanceof Error ? failure.message : String(failure)
    const isFinal = code === 'EGRESS_BLOCKED' || code === 'REQUEST_INVALID'
    return missing(isFinal ? 'failed' : 'retry', code, message)
  }
}

/** What is gone at Meta is gone; a token that is not taken is for a person to mend; all else passes. */
function refusalOf(response: EgressResponse): Missing {
  const { status } = response
  const parsed = ErrorReplySchema.safeParse(bodyOf(response))
  const error = parsed.success
    ? toEffectError(parsed.data.error)
    : { code: `HTTP_${status}`, message: `WhatsApp answered ${status} for the file` }
  if (status === 404 || status === 410) return gone()
  const isPassing = parsed.success ? describeWhatsAppError(parsed.data.error.code).retry : null
  if (status === 429 || status >= 500 || isPassing) {
    const retryAfterMs = readRetryAfter(response.headers['retry-after'], new Date())
    return { end: 'retry', error, ...(retryAfterMs !== null && { retryAfterMs }) }
  }
  return { end: 'failed', error }
}

/** Graph's word for an id that it does not know (any more). */
function isUnknownObject(response: EgressResponse): boolean {
  return ErrorReplySchema.safeParse(bodyOf(response)).data?.error.code === 100
}

function gone(): Missing {
  return missing('expired', 'MEDIA_GONE', 'WhatsApp does not keep the file any more')
}

async function end(fetch: Fetch, gone: Missing): Promise<Outcome> {
  const { effect, command, options } = fetch
  const { error } = gone
  const status = gone.end === 'expired' || gone.end === 'refused' ? gone.end : 'pending'
  const why = { status, code: error.code, reason: error.message } as const
  const note = await options.store.note(effect.tenantId, fileOf(command), why)
  if (gone.end === 'retry') return retry(error, gone.retryAfterMs)
  return gone.end === 'failed' ? { type: 'failed', error } : acceptedAs(note)
}

function isTrusted({ options }: Fetch, url: string): boolean {
  if (!URL.canParse(url)) return false
  const { hostname, host, protocol } = new URL(url)
  if (URL.canParse(options.graphUrl) && host === new URL(options.graphUrl).host) return true
  return protocol === 'https:' && META_HOST.test(hostname)
}

function fileOf({ messageId, media, mimeType, filename }: FetchMediaCommand): IncomingMedia {
  return { messageId, media, mimeType, filename }
}

/** A provider's answer is checked like what comes in. */
function bodyOf({ body }: EgressResponse): unknown {
  try {
    return parseProviderBody(body, MAX_ANSWER_BYTES)
  } catch {
    return null
  }
}

function acceptedAs(note: MediaNote): Outcome {
  const output: JsonObject = { ...note }
  return { type: 'accepted', providerMessageId: null, output }
}

function missing(end: Missing['end'], code: string, message: string): Missing {
  return { end, error: { code, message } }
}

function tooLarge(): Missing {
  return missing('refused', 'MEDIA_TOO_LARGE', 'The file is larger than a file of its kind may be')
}

function retry(error: EffectError, retryAfterMs?: number): Outcome {
  return { type: 'retry', error, ...(retryAfterMs !== undefined && { retryAfterMs }) }
}

function failed(code: string, message: string): Outcome {
  return { type: 'failed', error: { code, message } }
}
