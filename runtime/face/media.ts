// Media of messages, as the gateway may ask for it.

import type { StoredMedia } from '../media/read-media.ts'

export interface MediaFace {
  /** @throws {FluxoError} RESOURCE_NOT_FOUND for what is not the tenant's, and for what is not stored (any more) */
  read(actor: { tenantId: string }, mediaId: string): Promise<StoredMedia>
}
