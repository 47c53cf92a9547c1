// Where a media file lies, and its bytes: both only for who has the number's token, as at Meta.

import { createHash, randomInt } from 'node:crypto'
import { z } from 'zod'
import type { Reply, Route, SandboxRequest } from '../http.ts'
import type { SandboxContext } from './context.ts'
import { graphErrorReply } from './graph-error.ts'
import { describeNumber } from './number-route.ts'
import type { SandboxMedia, SandboxNumber } from './record.ts'

/** A file as a script hands it over. */
export const FileSchema = z.strictObject({
  base64: z.base64(),
  /** What the sender's phone says that it is. */
  mimeType: z.string().min(1).max(200),
  filename: z.string().max(300).optional(),
  /** The webhook says at once where the file lies. */
  withUrl: z.boolean().default(false),
  /** The file is gone when it is asked for. */
  isGone: z.boolean().default(false),
})
export type GivenFile = z.infer<typeof FileSchema>

/** Keeps the file. @returns what a message's media object says of it */
export function takeFile(
  context: SandboxContext,
  number: SandboxNumber,
  { file, origin }: { file: GivenFile; origin: string },
) {
  const id = String(randomInt(1e14, 3.5e14))
  const { base64, mimeType, filename = null } = file
  const media = {
    id,
    phoneNumberId: number.phoneNumberId,
    mimeType,
    filename,
    base64,
    at: context.now(),
  }
  if (!file.isGone) context.store.append([{ type: 'media', media }])
  return {
    id,
    mime_type: mimeType,
    sha256: createHash('sha256').update(bytesOf(media)).digest('base64'),
    ...(filename !== null && { filename }),
    ...(file.withUrl && { url: addressOf(origin, id) }),
  }
}

/** Makes `GET /<version>/<id>`, of a media file or a number, and the address that a file's answer tells of. */
export function mediaRoutes(context: SandboxContext): Route[] {
  return [
    {
      method: 'GET',
      path: /^\/v\d{1,3}\.\d{1,2}\/(?<id>[\w-]{1,64})$/,
      handle: (request) => {
        const number = context.store.state.numbers.get(request.params['id'] ?? '')
        if (number) return describeNumber(number, request)
        return guarded(context, request, (media) => locate(media, originOf(request)))
      },
    },
    {
      method: 'GET',
      path: /^\/whatsapp\/media\/(?<id>[\w-]{1,64})$/,
      handle: (request) => guarded(context, request, download),
    },
  ]
}

/** How the one who asks reaches us. */
export function originOf({ headers }: SandboxRequest): string {
  return `http://${headers.host ?? 'localhost'}`
}

function guarded(
  context: SandboxContext,
  { params, headers }: SandboxRequest,
  answer: (media: SandboxMedia) => Reply,
): Reply {
  const { numbers, media } = context.store.state
  const scripted = context.script.take('whatsapp', { to: params['id'] ?? '', kind: 'media' })
  if (scripted?.status !== undefined || scripted?.error !== undefined) {
    const { status, error = 131000 } = scripted
    return graphErrorReply({ code: error, details: 'As scripted', ...(status && { status }) })
  }
  if (scripted?.reset) return { status: 0, body: null, reset: true }
  const owners = [...numbers.values()].filter(
    ({ accessToken }) => headers.authorization === `Bearer ${accessToken}`,
  )
  if (owners.length === 0)
    return graphErrorReply({ code: 190, details: 'Invalid OAuth access token' })
  const found = media.get(params['id'] ?? '')
  if (!found || !owners.some(({ phoneNumberId }) => phoneNumberId === found.phoneNumberId)) {
    const details = `Object with ID '${params['id'] ?? ''}' does not exist`
    return graphErrorReply({ code: 100, details })
  }
  return answer(found)
}

function locate(media: SandboxMedia, origin: string): Reply {
  const bytes = bytesOf(media)
  const body = {
    messaging_product: 'whatsapp',
    url: addressOf(origin, media.id),
    mime_type: media.mimeType,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    file_size: bytes.length,
    id: media.id,
  }
  return { status: 200, body }
}

function download(media: SandboxMedia): Reply {
  return { status: 200, body: bytesOf(media), headers: { 'content-type': media.mimeType } }
}

function addressOf(origin: string, id: string): string {
  return `${origin}/whatsapp/media/${id}`
}

function bytesOf({ base64 }: SandboxMedia): Buffer {
  return Buffer.from(base64, 'base64')
}
