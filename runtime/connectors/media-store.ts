// Where a connector keeps the media of messages that came: a port, so that connectors know no database.

import type { OpenChannel } from './connector.ts'

/** A file that came with a message. */
export interface IncomingMedia {
  /** The message that it belongs to. */
  messageId: string
  /** `image`, `video`, `audio`, `document`, `sticker`: decides what may be kept. */
  media: string
  /** What its sender says that it is. */
  mimeType: string | null
  filename: string | null
}

/** What became of it, as `content.media` of its message says it. */
export interface MediaNote {
  /** Our own id, under which it can be read once it is stored. */
  id: string
  /** `pending`: not there yet; `refused`: looked at and not kept; `expired`: kept no longer, here or at the provider. */
  status: 'pending' | 'stored' | 'refused' | 'expired'
  /** What it really is, once it is stored. */
  mimeType: string | null
  filename: string | null
  /** In bytes. */
  size: number | null
  /** Why it is not stored. */
  code: string | null
}

/** Why a file is not there. */
export interface MediaAbsence {
  status: 'pending' | 'refused' | 'expired'
  code: string
  reason: string
}

export interface MediaStore {
  /** The channel that it came by, with its secrets; null when the tenant has it no more. */
  openChannel(tenantId: string, channelId: string): Promise<OpenChannel | null>
  /** Looks what the bytes really are, and keeps or refuses them; the same file again changes nothing. */
  keep(tenantId: string, file: IncomingMedia & { bytes: Buffer }): Promise<MediaNote>
  /** The same for a file that belongs to no message yet; each time a new one. */
  add(
    tenantId: string,
    file: Omit<IncomingMedia, 'messageId'> & { bytes: Buffer },
  ): Promise<MediaNote>
  /** Says why it is not there; what is stored stays. */
  note(tenantId: string, file: IncomingMedia, why: MediaAbsence): Promise<MediaNote>
}
