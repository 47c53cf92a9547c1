// Files of messages for those who read them.

import type { Pool } from 'pg'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { MediaFace } from '../../face/media.ts'
import { readMedia } from '../../media/read-media.ts'

export function createMedia(pool: Pool): MediaFace {
  return {
    read: async ({ tenantId }, mediaId) => {
      const media = await readMedia(pool, tenantId, mediaId)
      if (!media) throw new FluxoError('RESOURCE_NOT_FOUND')
      return media
    },
  }
}
