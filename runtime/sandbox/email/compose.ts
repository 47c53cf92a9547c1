// Mails out of their parts, with nodemailer's composer: what SendGrid and SES make of a request, what a contact writes,
// what a mail server says of a mail that it could not deliver.

import MailComposer from 'nodemailer/lib/mail-composer'
import type { MailComposerOptions } from 'nodemailer/lib/mail-composer'

export interface MailFile {
  filename: string
  mime: string
  content: Buffer
  /** Inline images of the HTML. */
  cid?: string
}

export interface MailParts {
  from: string
  to: readonly string[]
  cc?: readonly string[]
  replyTo?: readonly string[]
  subject?: string
  text?: string
  html?: string
  files?: readonly MailFile[]
  headers?: Readonly<Record<string, string>>
  messageId?: string
  date?: Date
}

/** The whole mail, with CRLF. */
export async function composeMail(parts: MailParts): Promise<Buffer> {
  const { from, to, cc, replyTo, subject, text, html, files = [], headers = {} } = parts
  const options: MailComposerOptions = {
    from,
    to: [...to],
    ...(cc && { cc: [...cc] }),
    ...(replyTo && { replyTo: [...replyTo] }),
    ...(subject !== undefined && { subject }),
    ...(text !== undefined && { text }),
    ...(html !== undefined && { html }),
    ...(parts.messageId !== undefined && { messageId: parts.messageId }),
    ...(parts.date && { date: parts.date }),
    headers: { ...headers },
    attachments: files.map(({ filename, mime, content, cid }) => ({
      filename,
      contentType: mime,
      content,
      ...(cid !== undefined && { cid }),
    })),
    disableFileAccess: true,
    disableUrlAccess: true,
  }
  return new MailComposer(options).compile().build()
}

export interface BounceParts {
  /** The mail that was not delivered. */
  original: Buffer
  to: string
  recipient: string
  /** `5.1.1` */
  status: string
  diagnostic: string
}

/** A delivery status notification: RFC 3464. */
export function composeBounce(parts: BounceParts): Buffer {
  const { original, to, recipient, status, diagnostic } = parts
  const headers = original.toString('latin1').split('\r\n\r\n')[0] ?? ''
  const boundary = 'dsn-sandbox'
  const action = status.startsWith('4') ? 'delayed' : 'failed'
  return Buffer.from(
    [
      'From: Mail Delivery System <mailer-daemon@sandbox.example>',
      `To: ${to}`,
      'Subject: Undelivered Mail Returned to Sender',
      `Message-ID: <dsn.${Date.now()}.${Math.floor(performance.now() * 1000)}@sandbox.example>`,
      'Auto-Submitted: auto-replied',
      'MIME-Version: 1.0',
      `Content-Type: multipart/report; report-type=delivery-status; boundary="${boundary}"`,
      '',
      `--${boundary}`,
      'Content-Type: text/plain; charset=utf-8',
      '',
      `Your message to ${recipient} could not be delivered.`,
      '',
      `--${boundary}`,
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; sandbox.example',
      '',
      `Final-Recipient: rfc822; ${recipient}`,
      `Action: ${action}`,
      `Status: ${status}`,
      `Diagnostic-Code: ${diagnostic}`,
      '',
      `--${boundary}`,
      'Content-Type: text/rfc822-headers',
      '',
      headers,
      '',
      `--${boundary}--`,
      '',
    ].join('\r\n'),
    'latin1',
  )
}
