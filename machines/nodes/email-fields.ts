// What the nodes that send letters share: where answers go, and what hangs on them.

import { z } from 'zod'
import { EMAIL_LIMITS, type EmailAttachment } from '../contracts/email-command.ts'
import type { Scope } from '../expression/scope.ts'
import { isTemplate } from '../expression/template.ts'
import type { ExpressionUse } from './node-kind.ts'
import { areDistinct, compileOptional, limitedText, textsIn } from './send-fields.ts'

const AttachmentSchema = z
  .strictObject({
    /** `https://…`, with placeholders if need be. */
    link: limitedText(EMAIL_LIMITS.link)
      .refine((link) => isTemplate(link) || link.startsWith('https://'), {
        message: 'must begin with https://',
      })
      .optional(),
    /** A file of the tenant's, e.g. `$.payload.content.attachments[0].mediaId`. */
    media: limitedText(200).optional(),
    name: limitedText(EMAIL_LIMITS.filename).optional(),
    /** The HTML shows it by `src="cid:…"`. */
    cid: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,60}$/)
      .optional(),
  })
  .refine(({ link, media }) => (link === undefined) !== (media === undefined), {
    message: 'either a link or a file of your own',
    path: ['link'],
  })

const AttachmentsSchema = z
  .array(AttachmentSchema)
  .min(1)
  .max(EMAIL_LIMITS.attachments)
  .refine((items) => areDistinct(items.flatMap(({ cid }) => cid ?? [])), {
    message: 'each cid once',
  })

/** Fields of a node that sends a letter, beside its words. */
export const EMAIL_FIELDS = {
  replyTo: limitedText(EMAIL_LIMITS.address).optional(),
  attachments: AttachmentsSchema.optional(),
}

interface Extras {
  replyTo?: string | undefined
  attachments?: z.infer<typeof AttachmentsSchema> | undefined
}

interface Rendered {
  replyTo?: string
  attachments?: EmailAttachment[]
}

/** Compiles them; what the node leaves out the command leaves out. */
export function compileExtras({ replyTo, attachments }: Extras): (scope: Scope) => Rendered {
  const address = compileOptional(replyTo)
  const files = attachments?.map(({ link, media, name, cid }) => {
    const texts = [link, media, name].map(compileOptional)
    return (scope: Scope): EmailAttachment => {
      const [at = null, mediaId = null, called = null] = texts.map((text) => text(scope))
      return { link: at, mediaId, name: called, ...(cid !== undefined && { cid }) }
    }
  })
  return (scope) => {
    const to = address(scope)
    return {
      // A contact without the field leaves it to the channel.
      ...(to && { replyTo: to }),
      ...(files && { attachments: files.map((file) => file(scope)) }),
    }
  }
}

export function extrasExpressions({ replyTo, attachments = [] }: Extras): ExpressionUse[] {
  const files = attachments.flatMap(({ link, media, name }, index) => {
    const at = `.attachments[${index}]`
    return textsIn({ [`${at}.link`]: link, [`${at}.media`]: media, [`${at}.name`]: name })
  })
  return [...textsIn({ '.replyTo': replyTo }), ...files]
}
