// What nodes that send files share: the file is fetched by its link, or it is one of the tenant's own.

import type { WhatsAppFile } from '../contracts/whatsapp-command.ts'
import { WHATSAPP_LIMITS } from '../contracts/whatsapp-limits.ts'
import type { Scope } from '../expression/scope.ts'
import { isTemplate } from '../expression/template.ts'
import { compileOptional, limitedText } from './send-fields.ts'

export const FILE_FIELDS = {
  /** `https://…`, with placeholders if need be. */
  link: limitedText(WHATSAPP_LIMITS.link)
    .refine(isLink, { message: 'must begin with https://' })
    .optional(),
  /** Id of a file of the tenant's. */
  mediaId: limitedText(200).optional(),
}

type Source = { link?: string | undefined; mediaId?: string | undefined }

export const ONE_FILE = { message: 'either link or mediaId', path: ['link'] }

export function hasOneFile({ link, mediaId }: Source): boolean {
  return (link === undefined) !== (mediaId === undefined)
}

export function compileFile(source: Source): (scope: Scope) => WhatsAppFile {
  const link = compileOptional(source.link)
  const mediaId = compileOptional(source.mediaId)
  return (scope) => {
    const id = mediaId(scope)
    return id === null ? { link: link(scope) } : { link: null, mediaId: id }
  }
}

/** A link that is a placeholder from its first character on shows only when it is rendered. */
function isLink(link: string): boolean {
  return link.startsWith('https://') || (isTemplate(link) && link.startsWith('{'))
}
