// `POST /<version>/<phone number id>/media`: takes a file, checked as Meta does, and gives it an id. And the way by which
// apps upload examples for templates.

import { randomInt, randomUUID } from 'node:crypto'
import { WHATSAPP_FILES } from '#machines/contracts/whatsapp-limits.ts'
import type { Reply, Route, SandboxRequest } from '../http.ts'
import type { SandboxContext } from './context.ts'
import { graphErrorReply } from './graph-error.ts'

const MAX_BYTES = 101 * 1024 * 1024

export function uploadRoutes(context: SandboxContext): Route[] {
  return [
    {
      method: 'POST',
      path: /^\/v\d{1,3}\.\d{1,2}\/(?<phoneNumberId>[^/]+)\/media$/,
      isRaw: true,
      maxBytes: MAX_BYTES,
      handle: (request) => upload(request, context),
    },
    {
      method: 'POST',
      path: /^\/v\d{1,3}\.\d{1,2}\/(?<app>[^/]+)\/uploads$/,
      handle: () => ({ status: 200, body: { id: `upload:${randomUUID()}` } }),
    },
    {
      method: 'POST',
      path: /^\/v\d{1,3}\.\d{1,2}\/upload(:|%3A)(?<session>[\w-]+)$/i,
      isRaw: true,
      maxBytes: MAX_BYTES,
      handle: ({ rawBody }) => ({
        status: 200,
        body: { h: `4::${Buffer.from(String(rawBody.length)).toString('base64')}:${randomUUID()}` },
      }),
    },
  ]
}

async function upload(
  { params, headers, rawBody }: SandboxRequest,
  { store, script, now }: SandboxContext,
): Promise<Reply> {
  const number = store.state.numbers.get(params['phoneNumberId'] ?? '')
  if (!number) return graphErrorReply({ code: 100, details: 'No such number is registered' })
  if (headers.authorization !== `Bearer ${number.accessToken}`) {
    return graphErrorReply({ code: 190, details: 'Invalid OAuth access token' })
  }
  const scripted = script.take('whatsapp', { to: number.phoneNumberId, kind: 'upload' })
  if (scripted?.reset) return { status: 0, body: null, reset: true }
  if (scripted?.status !== undefined || scripted?.error !== undefined) {
    const { status, error = 131000 } = scripted
    return graphErrorReply({ code: error, details: 'As scripted', ...(status && { status }) })
  }
  const file = await fileIn(rawBody, headers['content-type'] ?? '')
  if (!file) return graphErrorReply({ code: 131008, details: "Parameter 'file' is required." })
  const bytes = Buffer.from(await file.arrayBuffer())
  const refused = refusalOf(file.type, bytes.length)
  if (refused) return graphErrorReply({ code: 131053, details: refused })
  const media = {
    id: String(randomInt(1e14, 2.8e14)),
    phoneNumberId: number.phoneNumberId,
    mimeType: file.type,
    filename: file.name,
    base64: bytes.toString('base64'),
    at: now(),
  }
  store.append([{ type: 'media', media }])
  return { status: 200, body: { id: media.id } }
}

async function fileIn(body: Buffer, type: string): Promise<File | null> {
  const headers = { 'content-type': type }
  const form = await new Response(new Uint8Array(body), { headers }).formData().catch(() => null)
  const file = form?.get('messaging_product') === 'whatsapp' ? form.get('file') : null
  return file instanceof File ? file : null
}

function refusalOf(mime: string, size: number): string | null {
  const plain = mime.split(';', 1)[0] ?? ''
  const kind = Object.values(WHATSAPP_FILES).find(({ mimes }) => mimes?.includes(plain))
  const most = (kind ?? WHATSAPP_FILES.document).maxBytes
  return size <= most ? null : `File size ${size} exceeds ${most}`
}
