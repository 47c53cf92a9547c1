// The tenant's files as attempts need them, and what providers call those that were uploaded: once per channel and file.

import type { Pool } from 'pg'
import type { MediaShelf } from '../connectors/connector.ts'
import { run } from '../db/pool.ts'
import { readFile } from '../media/read-media.ts'

/** Meta keeps an upload for 30 days; a day early is never late. */
const GOOD_DAYS = 29

export function createMediaShelf(pool: Pool): MediaShelf {
  return {
    read: (tenantId, mediaId) => readFile(pool, tenantId, mediaId),
    findUpload: async ({ tenantId, id }, mediaId) => {
      const rows = await run<{ provider_id: string }>(pool, FIND, [tenantId, id, mediaId])
      return rows[0]?.provider_id ?? null
    },
    keepUpload: async ({ tenantId, id }, mediaId, providerId) => {
      await run(pool, KEEP, [tenantId, id, mediaId, providerId, GOOD_DAYS])
    },
    forgetUpload: async ({ tenantId, id }, mediaId) => {
      await run(pool, FORGET, [tenantId, id, mediaId])
    },
  }
}

const FIND = {
  name: 'find_upload',
  text: `select provider_id from media_uploads
    where tenant_id = $1 and channel_id = $2 and media_id = $3 and expires_at > statement_timestamp()`,
}

const KEEP = {
  name: 'keep_upload',
  text: `insert into media_uploads (tenant_id, channel_id, media_id, provider_id, expires_at)
    values ($1, $2, $3, $4, statement_timestamp() + make_interval(days => $5))
    on conflict (tenant_id, channel_id, media_id)
    do update set provider_id = excluded.provider_id, expires_at = excluded.expires_at`,
}

const FORGET = {
  name: 'forget_upload',
  text: `delete from media_uploads where tenant_id = $1 and channel_id = $2 and media_id = $3`,
}
