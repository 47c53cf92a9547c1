// Media by link: Meta fetches it, so the link must be one that it can open.

import type { MessageCommand } from '#machines/contracts/effect.ts'
import { WHATSAPP_LIMITS } from '#machines/contracts/whatsapp-limits.ts'
import { type BodyResult, misfit, refuse, shown } from './body-result.ts'

export function mediaContent(
  command: Extract<MessageCommand, { kind: 'whatsapp.send_media' }>,
): BodyResult {
  const { media, link } = command
  const error = misfit([
    { field: 'link', text: link, max: WHATSAPP_LIMITS.link },
    { field: 'caption', text: command.caption, max: WHATSAPP_LIMITS.caption, isOptional: true },
    { field: 'filename', text: command.filename, max: WHATSAPP_LIMITS.filename, isOptional: true },
  ])
  if (error) return { ok: false, error }
  if (!isHttps(link)) return refuse('WHATSAPP_LINK_INVALID', 'link: not an https:// address')
  const caption = shown(command.caption)
  const filename = shown(command.filename)
  return {
    ok: true,
    body: {
      type: media,
      [media]: { link, ...(caption && { caption }), ...(filename && { filename }) },
    },
  }
}

function isHttps(link: string): boolean {
  return URL.canParse(link) && new URL(link).protocol === 'https:'
}
