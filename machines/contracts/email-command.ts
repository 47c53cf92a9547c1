// What e-mail can be asked to send, and how large a letter may be.

import type { JsonObject } from './json.ts'

export const EMAIL_LIMITS = {
  /** Characters; a header line holds 998, inboxes show some 70. */
  subject: 255,
  text: 50_000,
  /** Characters of one source of a template. */
  source: 100_000,
  /** Bytes of the finished HTML, beyond which Gmail hides the rest. */
  clipped: 102 * 1024,
  /** Bytes of the finished HTML at all. */
  html: 500 * 1024,
  attachments: 10,
  /** Bytes of all attachments together, before base64 makes them a third larger. */
  attachmentBytes: 15 * 1024 * 1024,
  filename: 200,
  address: 254,
  link: 2_048,
  cid: 60,
}

/** A file that goes along: by an address that we fetch it from, or one of the tenant's own by its id. One of them is set. */
export interface EmailAttachment {
  link: string | null
  mediaId: string | null
  /** Null: the name that it has there. */
  name: string | null
  /** Shown where the HTML has `src="cid:…"`; left out: it hangs on the letter. */
  cid?: string
}

interface EmailExtras {
  /** Left out: the channel's. */
  replyTo?: string
  attachments?: EmailAttachment[]
}

export type EmailOnlyCommand =
  | ({
      kind: 'email.send_template'
      template: string
      language: string | null
      vars: Record<string, string>
      /** Left out: the template's. */
      subject?: string
    } & EmailExtras)
  | ({ kind: 'email.send_text'; subject: string; text: string } & EmailExtras)

/** Content of a letter as it is kept. */
export function emailContentOf(command: EmailOnlyCommand): JsonObject {
  const attachments = command.attachments?.map(({ link, mediaId, name, cid }) => ({
    link,
    mediaId,
    name,
    ...(cid !== undefined && { cid }),
  }))
  const files = attachments && { attachments }
  const { subject } = command
  if (command.kind === 'email.send_text') {
    return { type: 'text', subject: command.subject, text: command.text, ...files }
  }
  const { template: name, language, vars } = command
  return {
    type: 'template',
    name,
    language,
    vars,
    ...(subject !== undefined && { subject }),
    ...files,
  }
}
