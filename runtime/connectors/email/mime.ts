// A letter in the words of nodemailer, and as the bytes of RFC 5322 for who wants them raw.

import type { SendMailOptions } from 'nodemailer'
import type { Letter } from './letter.ts'

/** The letter's fields; nothing in them may open a file or an address. */
export function mailOptionsOf(letter: Letter): SendMailOptions {
  const { from, replyTo, html, attachments } = letter
  return {
    from: { name: from.name ?? '', address: from.address },
    to: { name: '', address: letter.to },
    ...(replyTo !== null && { replyTo: { name: '', address: replyTo } }),
    subject: letter.subject,
    text: letter.text,
    ...(html !== null && { html }),
    messageId: `<${letter.messageId}>`,
    headers: Object.entries(letter.headers).map(([key, value]) => ({ key, value })),
    attachments: attachments.map(({ name, mime, content, cid }) => ({
      filename: name,
      contentType: mime,
      content,
      ...(cid !== undefined && { cid }),
    })),
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

/** The whole letter as it stands on the wire. */
export async function composeMime(letter: Letter): Promise<Buffer> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer')
  const node = new MailComposer({ ...mailOptionsOf(letter), newline: '\r\n' }).compile()
  return node.build()
}
