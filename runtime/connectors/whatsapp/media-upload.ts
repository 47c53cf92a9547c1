// The tenant's own files on their way to Meta: once per number and file, and by its id for as long as Meta keeps it.

import type { Command } from '#machines/contracts/effect.ts'
import type { EffectError } from '#machines/contracts/event.ts'
import { WHATSAPP_FILES, type WhatsAppMedia } from '#machines/contracts/whatsapp-limits.ts'
import { type EgressResponse, wasNotSent } from '../../egress/egress.ts'
import type {
  MediaShelf,
  OutboundEffect,
  Outcome,
  PerformContext,
  TenantFile,
} from '../connector.ts'
import { parseProviderBody } from '../json-body.ts'
import { readSendAnswer, readSendFailure } from './outcome.ts'
import { UploadReplySchema } from './payload.ts'

/** A file that a command names. */
interface Wanted {
  mediaId: string
  type: WhatsAppMedia
  field: string
}

export interface UploadTo {
  /** `https://graph.facebook.com/v24.0/<phone number id>/media` */
  url: string
  accessToken: string
  timeoutMs: number
}

export type Uploaded =
  | {
      ok: true
      ids: ReadonlyMap<string, string>
      /** Those that had been uploaded before. */
      kept: readonly string[]
    }
  | { ok: false; outcome: Outcome }

/** Makes sure that Meta has every file that the command names. */
export async function uploadFiles(
  effect: OutboundEffect,
  context: PerformContext,
  to: UploadTo,
): Promise<Uploaded> {
  const ids = new Map<string, string>()
  const kept: string[] = []
  for (const wanted of filesIn(effect.command)) {
    if (ids.has(wanted.mediaId)) continue
    const { media } = context
    const known = await media?.findUpload(effect.channel, wanted.mediaId)
    if (known) kept.push(wanted.mediaId)
    const id = known ?? (await uploadOne(effect, wanted, { context, to, media }))
    if (typeof id !== 'string') return { ok: false, outcome: id }
    ids.set(wanted.mediaId, id)
  }
  return { ok: true, ids, kept }
}

/** Every file of the tenant's that a command names. */
export function filesIn(command: Command): Wanted[] {
  const wanted = (type: WhatsAppMedia, mediaId: string | undefined, field: string): Wanted[] =>
    mediaId === undefined ? [] : [{ type, mediaId, field }]
  switch (command.kind) {
    case 'whatsapp.send_media':
      return wanted(command.media, command.mediaId, 'mediaId')
    case 'whatsapp.send_carousel':
      return command.cards.flatMap(({ media, file }, index) =>
        wanted(media, file.mediaId, `cards[${index}].mediaId`),
      )
    case 'whatsapp.send_template': {
      const { header } = command
      if (!header || header.type === 'text' || header.type === 'location') return []
      return wanted(header.type, header.mediaId, 'header.mediaId')
    }
    default:
      return []
  }
}

async function uploadOne(
  { tenantId, channel }: OutboundEffect,
  wanted: Wanted,
  { context, to, media }: { context: PerformContext; to: UploadTo; media: MediaShelf | undefined },
): Promise<string | Outcome> {
  const file = await media?.read(tenantId, wanted.mediaId)
  if (!media || !file) return failed('WHATSAPP_MEDIA_MISSING', `${wanted.field}: no such file`)
  const unfit = misfitOf(file, wanted)
  if (unfit) return { type: 'failed', error: unfit }
  const answer = await post(file, context, to)
  if (answer.id === null) return answer.outcome
  await media.keepUpload(channel, wanted.mediaId, answer.id)
  return answer.id
}

/** What Meta would refuse; a document may be of any kind. */
function misfitOf({ bytes, mime }: TenantFile, { type, field }: Wanted): EffectError | null {
  const { mimes, maxBytes } = WHATSAPP_FILES[type]
  if (mimes && !mimes.includes(plainOf(mime))) {
    const message = `${field}: ${mime} is not taken as ${type}, only ${mimes.join(', ')}`
    return { code: 'WHATSAPP_MEDIA_TYPE', message }
  }
  if (bytes.length <= maxBytes) return null
  const message = `${field}: ${bytes.length} bytes, at most ${maxBytes} are allowed as ${type}`
  return { code: 'WHATSAPP_MEDIA_TOO_LARGE', message }
}

function plainOf(mime: string): string {
  return mime.split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

type Answer = { id: string } | { id: null; outcome: Outcome }

async function post(
  file: TenantFile,
  { egress, signal }: PerformContext,
  { url, accessToken, timeoutMs }: UploadTo,
): Promise<Answer> {
  const form = new FormData()
  form.set('messaging_product', 'whatsapp')
  form.set('type', file.mime)
  const blob = new Blob([new Uint8Array(file.bytes)], { type: file.mime })
  form.set('file', blob, file.filename ?? 'file')
  const encoded = new Response(form)
  const type = encoded.headers.get('content-type') ?? ''
  const body = Buffer.from(await encoded.arrayBuffer())
  try {
    const headers = { authorization: `Bearer ${accessToken}`, 'content-type': type }
    return readAnswer(
      await egress.request({ url, method: 'POST', headers, body, signal, timeoutMs }),
    )
  } catch (failure) {
    return { id: null, outcome: harmless(readSendFailure(failure), wasNotSent(failure)) }
  }
}

function readAnswer(response: EgressResponse): Answer {
  const reply = UploadReplySchema.safeParse(bodyOf(response.body))
  if (response.status < 300 && reply.success) return { id: reply.data.id }
  return { id: null, outcome: harmless(readSendAnswer(response, new Date()), true) }
}

/** Nobody sees an upload: one of which nothing is known is made again. */
function harmless(outcome: Outcome, isKnown: boolean): Outcome {
  if (outcome.type === 'uncertain' || (outcome.type === 'failed' && !isKnown)) {
    return { type: 'retry', error: outcome.error }
  }
  if (outcome.type !== 'accepted') return outcome
  const error = { code: 'WHATSAPP_MEDIA_ANSWER', message: 'Meta gave no id for the file' }
  return { type: 'retry', error }
}

function bodyOf(body: Buffer): unknown {
  try {
    return parseProviderBody(body, body.length)
  } catch {
    return null
  }
}

function failed(code: string, message: string): Outcome {
  return { type: 'failed', error: { code, message } }
}
