// Media out of PostgreSQL, piece by piece, so that a large file is never whole in memory.

import type { Pool } from 'pg'
import { run } from '../db/pool.ts'
import { inTenantTransaction } from '../db/tenant-transaction.ts'

export interface StoredMedia {
  id: string
  /** What it really is. */
  mimeType: string
  filename: string | null
  /** In bytes. */
  size: number
  sha256: string
  /** The bytes in order. */
  chunks: AsyncIterable<Buffer>
}

/** The tenant's file; null when there is none, or it is not stored (any more). I9: another tenant's is none. */
export async function readMedia(
  pool: Pool,
  tenantId: string,
  mediaId: string,
): Promise<StoredMedia | null> {
  const [row] = await inTenantTransaction(pool, tenantId, (db) =>
    run<Omit<StoredMedia, 'chunks'>>(db, FIND, [tenantId, mediaId]),
  )
  return row ? { ...row, chunks: chunksOf(pool, { tenantId, mediaId, size: row.size }) } : null
}

/** The whole file at once, for those who send it on. */
export async function readFile(
  pool: Pool,
  tenantId: string,
  mediaId: string,
): Promise<{ bytes: Buffer; mime: string; filename: string | null } | null> {
  const media = await readMedia(pool, tenantId, mediaId)
  if (!media) return null
  const chunks: Buffer[] = []
  for await (const chunk of media.chunks) chunks.push(chunk)
  return { bytes: Buffer.concat(chunks), mime: media.mimeType, filename: media.filename }
}

async function* chunksOf(
  pool: Pool,
  { tenantId, mediaId, size }: { tenantId: string; mediaId: string; size: number },
): AsyncGenerator<Buffer> {
  let read = 0
  for (let n = 0; read < size; n++) {
    const [row] = await inTenantTransaction(pool, tenantId, (db) =>
      run<{ bytes: Buffer }>(db, CHUNK, [tenantId, mediaId, n]),
    )
    if (!row) throw new Error(`media ${mediaId} went away while it was read`)
    read += row.bytes.length
    yield row.bytes
  }
}

const FIND = {
  name: 'find_media',
  text: `select id, mime_type as "mimeType", filename, size, sha256 from media
    where tenant_id = $1 and id = $2 and status = 'stored'`,
}

const CHUNK = {
  name: 'read_media_chunk',
  text: 'select bytes from media_chunks where tenant_id = $1 and media_id = $2 and n = $3',
}
