// What comes with a mail: attachments and inline images kept as files, its HTML made harmless and kept as one, its text
// too where it is longer than a message is.

import type { Attachment, Email } from 'postal-mime'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { FileKeeper } from '../file-keeper.ts'
import { isOverloaded, sanitizeMailHtml } from './inbound-html.ts'

const MOST_FILES = 50
const MOST_HTML = 2 * 1024 * 1024
const LONG_TEXT = 16_000

interface Keeping {
  tenantId: string
  /** Of the mail: its files have keys of their own below it. */
  key: string
  /** Null where files cannot be kept: they are named all the same. */
  files: FileKeeper | null
  whole: string
}

/** Keeps what came with the mail. @returns the fields of the message's content that name it */
export async function keepFiles(mail: Email, keeping: Keeping): Promise<JsonObject> {
  const attachments = await keepAttachments(mail.attachments.slice(0, MOST_FILES), keeping)
  const byContentId = new Map(attachments.map(({ cid, mediaId }) => [cid, mediaId]))
  const html = (mail.html ?? '').slice(0, MOST_HTML)
  const safe = isOverloaded(html)
    ? ''
    : sanitizeMailHtml(html, (cid) => byContentId.get(cid) ?? null).trim()
  const isLong = keeping.whole.length > LONG_TEXT
  return {
    attachments: attachments.map((file) => ({ ...file })),
    attachmentsLeftOut: Math.max(0, mail.attachments.length - MOST_FILES),
    htmlMediaId: await keepText(safe, { ...keeping, name: 'html', mimeType: 'text/html' }),
    textMediaId: isLong
      ? await keepText(keeping.whole, { ...keeping, name: 'text', mimeType: 'text/plain' })
      : null,
  }
}

type NamedFile = {
  mediaId: string | null
  name: string
  mime: string | null
  size: number
  inline: boolean
  cid: string | null
  code: string | null
}

async function keepAttachments(
  list: readonly Attachment[],
  { tenantId, key, files }: Keeping,
): Promise<NamedFile[]> {
  const named: NamedFile[] = []
  // One after the other: a mail's files are as large as its sender likes.
  for (const [index, attachment] of list.entries()) {
    const bytes = bytesOf(attachment)
    const cid = attachment.contentId?.replace(/^<|>$/g, '').slice(0, 300) ?? null
    const name = (attachment.filename ?? `file-${index + 1}`).slice(0, 240)
    const mimeType = attachment.mimeType.slice(0, 120)
    const kept = await files?.keep(tenantId, {
      key: `${key} ${index}`,
      filename: name,
      mimeType,
      bytes,
    })
    named.push({
      mediaId: kept?.mediaId ?? null,
      name,
      mime: kept?.mimeType ?? mimeType,
      size: bytes.length,
      inline: attachment.disposition === 'inline' || attachment.related === true,
      cid,
      code: kept?.code ?? null,
    })
  }
  return named
}

async function keepText(
  text: string,
  { tenantId, key, files, name, mimeType }: Keeping & { name: string; mimeType: string },
): Promise<string | null> {
  if (text === '' || !files) return null
  const file = { key: `${key} ${name}`, filename: null, mimeType, bytes: Buffer.from(text) }
  return (await files.keep(tenantId, file)).mediaId
}

function bytesOf({ content }: Attachment): Buffer {
  if (typeof content === 'string') return Buffer.from(content)
  return content instanceof Uint8Array ? Buffer.from(content) : Buffer.from(new Uint8Array(content))
}
