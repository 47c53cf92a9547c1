// The store of media behind the port of connectors whose files come within an arrival: kept before it is accepted, by
// an id that the same file always gets.

import { createHash } from 'node:crypto'
import type { Pool } from 'pg'
import type { FileKeeper } from '../connectors/file-keeper.ts'
import { putMedia } from './put-media.ts'
import { judgeFile } from './real-type.ts'

export function createFileKeeper(pool: Pool): FileKeeper {
  return {
    keep: async (tenantId, { key, filename, mimeType, bytes }) => {
      const judged = await judgeFile({ media: 'document', mimeType, bytes })
      if (!judged.ok) return { mediaId: null, mimeType: null, code: judged.code }
      const digest = createHash('sha256').update(`${tenantId} ${key}`).digest('hex')
      const id = `med_${digest.slice(0, 40)}`
      const note = await putMedia(
        pool,
        { tenantId, id, messageId: null, filename },
        { bytes, mimeType: judged.mimeType },
      )
      return { mediaId: note.id, mimeType: note.mimeType, code: null }
    },
  }
}
