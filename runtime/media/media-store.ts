// The store of media behind the connectors' port: channels opened, files judged, kept or refused.

import type { Pool } from 'pg'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { OpenChannel } from '../connectors/connector.ts'
import type { IncomingMedia, MediaStore } from '../connectors/media-store.ts'
import { run } from '../db/pool.ts'
import { createId } from '../ids.ts'
import type { SecretBox } from '../db/secret-box.ts'
import { inTenantTransaction } from '../db/tenant-transaction.ts'
import { type MediaKey, mediaIdOf, noteAbsence, putMedia } from './put-media.ts'
import { judgeFile } from './real-type.ts'

export function createMediaStore(pool: Pool, secretBox: SecretBox): MediaStore {
  const keyOf = (tenantId: string, { messageId, filename }: IncomingMedia): MediaKey => {
    return { tenantId, id: mediaIdOf(messageId), messageId, filename }
  }
  const store: MediaStore = {
    openChannel: (tenantId, channelId) => openChannel(pool, secretBox, { tenantId, channelId }),
    keep: async (tenantId, file) => {
      const judged = await judgeFile(file)
      if (!judged.ok) return store.note(tenantId, file, { status: 'refused', ...judged })
      const { bytes } = file
      return putMedia(pool, keyOf(tenantId, file), { bytes, mimeType: judged.mimeType })
    },
    add: async (tenantId, file) => {
      const key = { tenantId, id: createId('media'), messageId: null, filename: file.filename }
      const judged = await judgeFile(file)
      if (judged.ok) return putMedia(pool, key, { bytes: file.bytes, mimeType: judged.mimeType })
      return noteAbsence(
        pool,
        { ...key, mimeType: file.mimeType },
        { status: 'refused', ...judged },
      )
    },
    note: (tenantId, file, why) =>
      noteAbsence(pool, { ...keyOf(tenantId, file), mimeType: file.mimeType }, why),
  }
  return store
}

interface ChannelRow {
  kind: string
  provider: string
  address: string
  config: JsonObject
  ciphertext: Buffer
}

async function openChannel(
  pool: Pool,
  secretBox: SecretBox,
  { tenantId, channelId: id }: { tenantId: string; channelId: string },
): Promise<OpenChannel | null> {
  const [row] = await inTenantTransaction(pool, tenantId, (db) =>
    run<ChannelRow>(db, FIND, [tenantId, id]),
  )
  if (!row) return null
  const { ciphertext, ...channel } = row
  return { id, tenantId, ...channel, secrets: secretBox.open(tenantId, ciphertext) }
}

const FIND = {
  name: 'find_channel_of_media',
  text: `select c.kind, c.provider, c.address, c.config_json as config, s.ciphertext
    from channels c join secrets s on s.tenant_id = c.tenant_id and s.id = c.secret_id
    where c.tenant_id = $1 and c.id = $2`,
}
