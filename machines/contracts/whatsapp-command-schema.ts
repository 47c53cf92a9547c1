// WhatsApp's own commands as they may be written by hand, within Meta's limits.

import { z } from 'zod'
import { PURPOSE_PATTERN } from './contact.ts'
import { charactersOf, WHATSAPP_LIMITS } from './whatsapp-limits.ts'

const { carousel, contacts, cta, locationRequest, template } = WHATSAPP_LIMITS

function upTo(max: number): z.ZodType<string> {
  return z
    .string()
    .min(1)
    .refine((text) => charactersOf(text) <= max, { message: `at most ${max} characters` })
}

const purpose = z.string().regex(PURPOSE_PATTERN).exactOptional()
const wamid = z.string().min(1).max(512)
const link = z.url({ protocol: /^https$/ }).max(WHATSAPP_LIMITS.link)
const field = upTo(contacts.field).nullable()

/** By link or by the tenant's own file; `hasOneFile` says that it is one of the two. */
export const fileFields = {
  link: link.nullable(),
  mediaId: z.string().min(1).max(200).exactOptional(),
}

export function hasOneFile(file: { link: string | null; mediaId?: string }): boolean {
  return (file.link === null) !== (file.mediaId === undefined)
}

const oneFile = { path: ['link'], message: 'either a link or a file' }
const reply = z.strictObject({ id: upTo(carousel.id), title: upTo(carousel.button) })

/** What fills the places of a template beside those of its body. */
export const TEMPLATE_FILLING = {
  header: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('text'), text: upTo(template.header) }),
      z.strictObject({ type: z.literal('image'), ...fileFields }).refine(hasOneFile, oneFile),
      z.strictObject({ type: z.literal('video'), ...fileFields }).refine(hasOneFile, oneFile),
      z
        .strictObject({
          type: z.literal('document'),
          ...fileFields,
          filename: upTo(WHATSAPP_LIMITS.filename).nullable(),
        })
        .refine(hasOneFile, oneFile),
      z.strictObject({
        type: z.literal('location'),
        latitude: z.number().min(-90).max(90),
        longitude: z.number().min(-180).max(180),
        name: upTo(contacts.field),
        address: upTo(contacts.field),
      }),
    ])
    .exactOptional(),
  buttons: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({
          type: z.literal('quick_reply'),
          index: z.int().min(0).max(9),
          payload: upTo(template.payload),
        }),
        z.strictObject({
          type: z.literal('url'),
          index: z.int().min(0).max(9),
          suffix: upTo(WHATSAPP_LIMITS.link),
        }),
        z.strictObject({
          type: z.literal('copy_code'),
          index: z.int().min(0).max(9),
          code: upTo(template.code),
        }),
      ]),
    )
    .max(template.buttons)
    .exactOptional(),
}

const CardSchema = z.strictObject({
  media: z.enum(['image', 'video']),
  file: z.strictObject(fileFields).refine(hasOneFile, oneFile),
  body: upTo(carousel.cardBody).nullable(),
  url: z.strictObject({ text: upTo(carousel.button), url: link }).nullable(),
  replies: z.array(reply).max(carousel.replies),
})

const ContactSchema = z.strictObject({
  name: upTo(contacts.name),
  firstName: field,
  lastName: field,
  phones: z
    .array(z.strictObject({ phone: upTo(40), type: field, waId: field }))
    .max(contacts.count),
  emails: z.array(z.strictObject({ email: upTo(320), type: field })).max(contacts.count),
  urls: z.array(z.strictObject({ url: upTo(2000), type: field })).max(contacts.count),
  addresses: z
    .array(
      z.strictObject({
        street: field,
        city: field,
        state: field,
        zip: field,
        country: field,
        type: field,
      }),
    )
    .max(contacts.count),
  company: field,
  department: field,
  title: field,
  birthday: z.iso.date().nullable(),
})

/** One schema for each of WhatsApp's own kinds. */
export const WHATSAPP_ONLY = [
  z.strictObject({
    kind: z.literal('whatsapp.send_cta_url'),
    header: upTo(WHATSAPP_LIMITS.header).nullable(),
    body: upTo(cta.body),
    footer: upTo(WHATSAPP_LIMITS.footer).nullable(),
    button: upTo(cta.button),
    url: z.url({ protocol: /^https?$/ }).max(WHATSAPP_LIMITS.link),
    purpose,
  }),
  z.strictObject({
    kind: z.literal('whatsapp.request_location'),
    body: upTo(locationRequest.body),
    purpose,
  }),
  z.strictObject({
    kind: z.literal('whatsapp.send_carousel'),
    body: upTo(carousel.body),
    cards: z.array(CardSchema).min(carousel.least).max(carousel.most),
    purpose,
  }),
  z.strictObject({
    kind: z.literal('whatsapp.send_reaction'),
    emoji: z.string().max(40),
    messageId: wamid.nullable(),
    purpose,
  }),
  z.strictObject({
    kind: z.literal('whatsapp.send_contacts'),
    contacts: z.array(ContactSchema).min(1).max(contacts.count),
    purpose,
  }),
  z.strictObject({
    kind: z.literal('whatsapp.mark_read'),
    messageId: wamid.nullable(),
    typing: z.boolean(),
    purpose,
  }),
] as const
