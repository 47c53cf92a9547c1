// Media by link, which Meta fetches, so that it must be one that it can open; or by the id of what was uploaded to it.

import type { MessageCommand } from '#machines/contracts/effect.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { WhatsAppFile } from '#machines/contracts/whatsapp-command.ts'
import { WHATSAPP_LIMITS } from '#machines/contracts/whatsapp-limits.ts'
import { type BodyResult, misfit, refuse, shown } from './body-result.ts'

/** Meta's id of one of the tenant's files. */
export type IdOf = (mediaId: string) => string

export function mediaContent(
  command: Extract<MessageCommand, { kind: 'whatsapp.send_media' }>,
  idOf: IdOf = itself,
): BodyResult {
  const { media } = command
  const file = fileContent(command, '', idOf)
  if (!file.ok) return file
  const error = misfit([
    { field: 'caption', text: command.caption, max: WHATSAPP_LIMITS.caption, isOptional: true },
    { field: 'filename', text: command.filename, max: WHATSAPP_LIMITS.filename, isOptional: true },
  ])
  if (error) return { ok: false, error }
  const caption = shown(command.caption)
  const filename = shown(command.filename)
  return {
    ok: true,
    body: {
      type: media,
      [media]: { ...file.body, ...(caption && { caption }), ...(filename && { filename }) },
    },
  }
}

/**
 * Where the file comes from, `{link}` or `{id}`.
 * @param path of the file in its command, with its dot: `cards[1].file.`
 */
export function fileContent(
  { link, mediaId }: WhatsAppFile,
  path: string,
  idOf: IdOf,
): { ok: true; body: JsonObject } | Extract<BodyResult, { ok: false }> {
  if (mediaId !== undefined) return { ok: true, body: { id: idOf(mediaId) } }
  const error = misfit([{ field: `${path}link`, text: link, max: WHATSAPP_LIMITS.link }])
  if (error) return { ok: false, error }
  return isWebAddress(link, ['https:'])
    ? { ok: true, body: { link } }
    : refuse('WHATSAPP_LINK_INVALID', `${path}link: not an https:// address`)
}

export function isWebAddress(link: string | null, protocols: readonly string[]): boolean {
  return link !== null && URL.canParse(link) && protocols.includes(new URL(link).protocol)
}

export function itself(mediaId: string): string {
  return mediaId
}
