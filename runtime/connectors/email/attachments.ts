// Files that go along with a letter: fetched past the egress guard or taken from the tenant's shelf, and measured.

import { EMAIL_LIMITS, type EmailAttachment } from '#machines/contracts/email-command.ts'
import { isFluxoError } from '#machines/contracts/errors.ts'
import type { OutboundEffect, Outcome, PerformContext } from '../connector.ts'
import { outcomeOfFailure, outcomeOfStatus } from '../http-outcome.ts'
import type { LetterAttachment } from './letter.ts'

type Refusal = Exclude<Outcome, { type: 'accepted' | 'uncertain' }>
export type Fetched = { ok: true; files: LetterAttachment[] } | { ok: false; outcome: Refusal }

const FETCH_MS = 15_000
const OTHER = 'application/octet-stream'
const MIME = /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/

/** Gets them one after the other; the field of the first that cannot be had is named. */
export async function fetchAttachments(
  wanted: readonly EmailAttachment[],
  effect: Pick<OutboundEffect, 'tenantId'>,
  context: PerformContext,
): Promise<Fetched> {
  if (wanted.length > EMAIL_LIMITS.attachments)
    return refuse('attachments', `at most ${EMAIL_LIMITS.attachments}`)
  const files: LetterAttachment[] = []
  let room = EMAIL_LIMITS.attachmentBytes
  for (const [index, attachment] of wanted.entries()) {
    const field = `attachments[${index}]`
    const got = await fetchOne(attachment, { field, room, tenantId: effect.tenantId }, context)
    if ('outcome' in got) return { ok: false, outcome: got.outcome }
    room -= got.content.length
    if (room < 0) return tooLarge(field)
    files.push(got)
  }
  return { ok: true, files }
}

interface Wanted {
  field: string
  /** Bytes that are left. */
  room: number
  tenantId: string
}

async function fetchOne(
  { link, mediaId, name, cid }: EmailAttachment,
  wanted: Wanted,
  context: PerformContext,
): Promise<LetterAttachment | { outcome: Refusal }> {
  const inline = cid === undefined ? {} : { cid }
  if (mediaId !== null) {
    const file = await context.media?.read(wanted.tenantId, mediaId)
    if (!file) return refuse(`${wanted.field}.mediaId`, 'there is no such file (any more)')
    const { bytes: content, mime, filename } = file
    return { name: nameOf(name ?? filename ?? mediaId), mime: mimeOf(mime), content, ...inline }
  }
  if (link === null) return refuse(`${wanted.field}.link`, 'either a link or a file')
  const got = await fetchLink(link, wanted, context)
  if ('outcome' in got) return got
  return { name: nameOf(name ?? lastPart(link)), ...got, ...inline }
}

async function fetchLink(
  link: string,
  { field, room }: Wanted,
  { egress, signal }: PerformContext,
): Promise<{ mime: string; content: Buffer } | { outcome: Refusal }> {
  try {
    const response = await egress.request({
      url: link,
      signal,
      timeoutMs: FETCH_MS,
      maxBytes: room,
      maxRedirects: 3,
    })
    const { status, headers, body } = response
    if (status >= 200 && status < 300)
      return { mime: mimeOf(headers['content-type']), content: body }
    // Asking for a file changes nothing: what is not sure yet is asked for again.
    const outcome = outcomeOfStatus(response, new Date())
    if (outcome.type === 'failed') return refuse(`${field}.link`, `it answered ${status}`)
    return { outcome: named({ ...outcome, type: 'retry' }, field) }
  } catch (failure) {
    if (isFluxoError(failure, 'EGRESS_TOO_LARGE')) return tooLarge(field)
    const outcome = outcomeOfFailure(failure)
    if (outcome.type === 'failed') return refuse(`${field}.link`, outcome.error.message)
    return { outcome: named({ type: 'retry', error: outcome.error }, field) }
  }
}

/** The account of the channel has no part in it: its breaker must not count this. */
function named(outcome: Extract<Refusal, { type: 'retry' }>, field: string): Refusal {
  const { message } = outcome.error
  const error = { code: 'EMAIL_ATTACHMENT_UNREACHABLE', message: `${field}.link: ${message}` }
  return { ...outcome, error }
}

function refuse(field: string, words: string): { ok: false; outcome: Refusal } {
  const error = { code: 'EMAIL_ATTACHMENT_INVALID', message: `${field}: ${words}` }
  return { ok: false, outcome: { type: 'failed', error } }
}

function tooLarge(field: string): { ok: false; outcome: Refusal } {
  const megabytes = EMAIL_LIMITS.attachmentBytes / 1024 / 1024
  return refuse(field, `all attachments together hold at most ${megabytes} MB`)
}

function mimeOf(given: string | string[] | undefined): string {
  const mime = typeof given === 'string' ? (given.split(';')[0] ?? '').trim().toLowerCase() : ''
  return MIME.test(mime) ? mime : OTHER
}

/** No path, no line break: a name and nothing else. */
function nameOf(given: string): string {
  const plain = given.replaceAll(/[\p{Cc}/\\]/gu, ' ').trim()
  return plain.slice(0, EMAIL_LIMITS.filename) || 'arquivo'
}

function lastPart(link: string): string {
  if (!URL.canParse(link)) return ''
  const part = new URL(link).pathname.split('/').at(-1) ?? ''
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
