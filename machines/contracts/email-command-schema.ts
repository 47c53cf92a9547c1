// E-mail's own commands as they may be written by hand, within the limits of letters.

import { z } from 'zod'
import { PURPOSE_PATTERN } from './contact.ts'
import { EMAIL_LIMITS } from './email-command.ts'

const MAX_VALUE = 8192
const name = z.string().min(1).max(512)
const purpose = z.string().regex(PURPOSE_PATTERN).exactOptional()
const subject = z.string().min(1).max(EMAIL_LIMITS.subject)

const AttachmentSchema = z
  .strictObject({
    link: z
      .url({ protocol: /^https$/ })
      .max(EMAIL_LIMITS.link)
      .nullable(),
    mediaId: z.string().min(1).max(200).nullable(),
    name: z.string().min(1).max(EMAIL_LIMITS.filename).nullable(),
    cid: z.string().min(1).max(EMAIL_LIMITS.cid).exactOptional(),
  })
  .refine(({ link, mediaId }) => (link === null) !== (mediaId === null), {
    path: ['link'],
    message: 'either a link or a file',
  })

const extras = {
  replyTo: z.email().max(EMAIL_LIMITS.address).exactOptional(),
  attachments: z.array(AttachmentSchema).max(EMAIL_LIMITS.attachments).exactOptional(),
  purpose,
}

export const EMAIL_COMMANDS = [
  z.strictObject({
    kind: z.literal('email.send_template'),
    template: name,
    language: z.string().min(2).max(20).nullable(),
    vars: z.record(z.string().max(100), z.string().max(MAX_VALUE)),
    subject: subject.exactOptional(),
    ...extras,
  }),
  z.strictObject({
    kind: z.literal('email.send_text'),
    subject,
    text: z.string().min(1).max(EMAIL_LIMITS.text),
    ...extras,
  }),
] as const
