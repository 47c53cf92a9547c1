// Files that came with messages. What a stranger sent is never a page of ours: only pictures, sound and films of known
// types open in the browser, everything else is saved.

import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { ErrorReplySchema } from '#machines/contracts/api.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { idParams } from '../plugins/validation.ts'

const INLINE: ReadonlySet<string> = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'audio/aac',
  'audio/amr',
  'audio/mp4',
  'audio/mpeg',
  'audio/ogg',
  'video/mp4',
  'video/3gpp',
])

export function addMediaRoutes(app: App, { runtime: { media } }: Deps): void {
  app.get(
    '/api/media/:id',
    {
      schema: {
        tags: ['contacts'],
        summary: 'Read a file that came with a message',
        params: idParams('media'),
        response: { '4xx': ErrorReplySchema, '5xx': ErrorReplySchema },
      },
    },
    async ({ actor, params: { id } }, reply) => {
      const file = await media.read(actor, id)
      const way = INLINE.has(file.mimeType) ? 'inline' : 'attachment'
      // Bytes have no schema.
      return (
        (reply as FastifyReply)
          .header('content-type', file.mimeType)
          .header('content-length', file.size)
          .header('content-disposition', `${way}${filenameOf(file.filename)}`)
          .header('x-content-type-options', 'nosniff')
          .header('content-security-policy', "default-src 'none'; sandbox")
          // The bytes under an id never change.
          .header('cache-control', 'private, max-age=86400, immutable')
          .send(Readable.from(file.chunks))
      )
    },
  )
}

/** RFC 6266: plain words for old programs, the name as it is for all others; nothing of it ends the header. */
function filenameOf(name: string | null): string {
  if (name === null || name.trim() === '') return ''
  const plain = name.replaceAll(/[^\w .()-]/g, '_')
  const whole = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16)}`,
  )
  return `; filename="${plain}"; filename*=UTF-8''${whole}`
}
