// The media of a message that came: asked for by the platform, whatever runs make of the message. I4: the effect's id is
// a function of the envelope, and nothing waits for it.

import type { FetchMediaCommand } from '#machines/contracts/effect.ts'
import { isJsonObject, type Json } from '#machines/contracts/json.ts'
import type { Draft } from './draft.ts'
import { PLATFORM } from './stop-words.ts'

const MEDIA: ReadonlySet<string> = new Set(['image', 'video', 'audio', 'document', 'sticker'])

/** Asks for the media of the draft's message; does nothing for a message without. */
export function fetchMedia(draft: Draft): void {
  const command = commandOf(draft)
  if (!command) return
  const id = `eff_${draft.envelope.event_id.replace(/^evt_/, '')}_media`
  draft.effects.push({ id, runId: PLATFORM, nodeId: PLATFORM, visit: 0, command })
}

function commandOf({ envelope }: Draft): FetchMediaCommand | null {
  const { channel, channelId, messageId, kind, content } = envelope.payload
  if (channel !== 'whatsapp' || !isText(kind) || !MEDIA.has(kind)) return null
  if (!isText(channelId) || !isText(messageId) || !isJsonObject(content)) return null
  const { id: mediaId, url, mime_type: mimeType, filename } = content
  if (!isText(mediaId)) return null
  return {
    kind: 'whatsapp.fetch_media',
    channelId,
    messageId,
    mediaId,
    media: kind,
    url: textOrNull(url),
    mimeType: textOrNull(mimeType),
    filename: textOrNull(filename),
  }
}

function isText(value: Json | undefined): value is string {
  return typeof value === 'string' && value !== ''
}

function textOrNull(value: Json | undefined): string | null {
  return isText(value) ? value : null
}

/** True for the effect that fetches media, whoever's. */
export function isMediaFetch(effectId: unknown): boolean {
  return typeof effectId === 'string' && effectId.endsWith('_media')
}
