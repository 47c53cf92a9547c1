// Media into PostgreSQL, in pieces; and what became of it beside its message, in the same transaction.

import { createHash } from 'node:crypto'
import type { Pool, PoolClient } from 'pg'
import { toStorable } from '../db/storable.ts'
import { inTenantTransaction } from '../db/tenant-transaction.ts'
import { run } from '../db/pool.ts'
import type { MediaAbsence, MediaNote } from '../connectors/media-store.ts'

const CHUNK_BYTES = 1024 * 1024

/** A file by its own id: a message may have several. */
export interface MediaKey {
  tenantId: string
  /** `med_…` */
  id: string
  /** Null: of no message. */
  messageId: string | null
  filename: string | null
}

/** The id of a message's only file. */
export function mediaIdOf(messageId: string): string {
  return `med_${messageId.replace(/^msg_/, '')}`
}

/**
 * Keeps a file whose type was judged; one that is stored already stays as it is.
 * @param file.mimeType what it really is
 * @throws {FluxoError} DATABASE_UNAVAILABLE
 */
export async function putMedia(
  pool: Pool,
  key: MediaKey,
  file: { mimeType: string; bytes: Buffer },
): Promise<MediaNote> {
  const { bytes, mimeType } = file
  const filename = nameOf(key.filename)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return inTenantTransaction(pool, key.tenantId, async (db) => {
    const values = [key.tenantId, key.id, key.messageId, mimeType, filename, bytes.length, sha256]
    const fresh = await run(db, STORE, values)
    const chunks = fresh.length === 0 ? 0 : Math.ceil(bytes.length / CHUNK_BYTES)
    for (let n = 0; n < chunks; n++) {
      const piece = bytes.subarray(n * CHUNK_BYTES, (n + 1) * CHUNK_BYTES)
      await run(db, CHUNK, [key.tenantId, key.id, n, piece])
    }
    return noteOf(db, key)
  })
}

/** Says why a file is not there; one that is stored stays as it is. */
export async function noteAbsence(
  pool: Pool,
  key: MediaKey & { mimeType: string | null },
  { status, code, reason }: MediaAbsence,
): Promise<MediaNote> {
  return inTenantTransaction(pool, key.tenantId, async (db) => {
    await run(db, ABSENT, [
      key.tenantId,
      key.id,
      key.messageId,
      status,
      key.mimeType,
      nameOf(key.filename),
      code,
      toStorable(reason),
    ])
    return noteOf(db, key)
  })
}

function nameOf(filename: string | null): string | null {
  return filename === null ? null : toStorable(filename).slice(0, 240)
}

/** What the row says now goes beside the message, whoever reads it. */
async function noteOf(db: PoolClient, { tenantId, id }: MediaKey): Promise<MediaNote> {
  const [row] = await run<{ note: MediaNote }>(db, NOTE, [tenantId, id])
  if (!row) throw new Error(`media ${id} was not written`)
  return row.note
}

const STORE = {
  name: 'store_media',
  text: `insert into media as m (tenant_id, id, message_id, status, mime_type, filename, size, sha256, stored_at)
    values ($1, $2, $3, 'stored', $4, $5, $6, $7, now())
    on conflict (tenant_id, id) do update set status = 'stored', mime_type = excluded.mime_type,
      filename = excluded.filename, size = excluded.size, sha256 = excluded.sha256, code = null, reason = null,
      stored_at = now()
    where m.status <> 'stored'
    returning 1`,
}

const CHUNK = {
  name: 'store_media_chunk',
  text: 'insert into media_chunks (tenant_id, media_id, n, bytes) values ($1, $2, $3, $4)',
}

const ABSENT = {
  name: 'note_media_absent',
  text: `insert into media as m (tenant_id, id, message_id, status, mime_type, filename, code, reason)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (tenant_id, id) do update set status = excluded.status, code = excluded.code,
      reason = excluded.reason
    where m.status <> 'stored'`,
}

const NOTE = {
  name: 'note_media',
  text: `with found as (
      select tenant_id, message_id, json_build_object('id', id, 'status', status, 'mimeType', mime_type,
        'filename', filename, 'size', size, 'code', code) as note
      from media where tenant_id = $1 and id = $2),
    noted as (
      update messages m set content_json = m.content_json || jsonb_build_object('media', found.note), updated_at = now()
      from found where m.tenant_id = found.tenant_id and m.id = found.message_id)
    select note from found`,
}
