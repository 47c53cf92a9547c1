// What each type of send has to look like: Meta's limits, one schema each.

import { z } from 'zod'

const filled = (max: number) => z.string().min(1).max(max)
const Header = z.looseObject({ type: z.literal('text'), text: filled(60) })
const Footer = z.looseObject({ text: filled(60) })
const body = (max: number) => z.looseObject({ text: filled(max) })
const frame = { header: Header.optional(), footer: Footer.optional() }
const areDistinct = (values: readonly string[]): boolean => new Set(values).size === values.length

const Buttons = z.looseObject({
  type: z.literal('button'),
  ...frame,
  body: body(1024),
  action: z.looseObject({
    buttons: z
      .array(
        z.looseObject({
          type: z.literal('reply'),
          reply: z.looseObject({ id: filled(256), title: filled(20) }),
        }),
      )
      .min(1)
      .max(3)
      .refine((buttons) => areDistinct(buttons.map(({ reply }) => reply.id)), 'ids must differ')
      .refine(
        (buttons) => areDistinct(buttons.map(({ reply }) => reply.title)),
        'titles must differ',
      ),
  }),
})

const Row = z.looseObject({
  id: filled(200),
  title: filled(24),
  description: z.string().max(72).optional(),
})
const List = z.looseObject({
  type: z.literal('list'),
  ...frame,
  body: body(4096),
  action: z.looseObject({
    button: filled(20),
    sections: z
      .array(
        z.looseObject({ title: z.string().max(24).optional(), rows: z.array(Row).min(1).max(10) }),
      )
      .min(1)
      .max(10)
      .refine(
        (sections) => sections.length === 1 || sections.every(({ title }) => title),
        'several sections need a title each',
      )
      .refine(
        (sections) => sections.flatMap(({ rows }) => rows).length <= 10,
        'at most 10 rows in all sections',
      )
      .refine(
        (sections) => areDistinct(sections.flatMap(({ rows }) => rows.map(({ id }) => id))),
        'ids must differ',
      ),
  }),
})

const UrlAction = z.looseObject({
  name: z.literal('cta_url'),
  parameters: z.looseObject({
    display_text: filled(20),
    url: z.url({ protocol: /^https?$/ }).max(2000),
  }),
})
const CtaUrl = z.looseObject({
  type: z.literal('cta_url'),
  ...frame,
  body: body(1024),
  action: UrlAction,
})
const LocationRequest = z.looseObject({
  type: z.literal('location_request_message'),
  body: body(1024),
  action: z.looseObject({ name: z.literal('send_location') }),
})

/** By link or by the id of an upload, never both. */
export const FileSchema = z
  .looseObject({
    link: z
      .url({ protocol: /^https?$/ })
      .max(2000)
      .optional(),
    id: filled(200).optional(),
  })
  .refine(({ link, id }) => (link === undefined) !== (id === undefined), 'either link or id')

const CardHeader = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('image'), image: FileSchema }),
  z.looseObject({ type: z.literal('video'), video: FileSchema }),
])
const Card = z.looseObject({
  card_index: z.int().min(0).max(9),
  header: CardHeader,
  body: body(160).optional(),
  action: z.union([
    UrlAction,
    z.looseObject({
      buttons: z
        .array(
          z.looseObject({
            type: z.literal('quick_reply'),
            quick_reply: z.looseObject({ id: filled(256), title: filled(20) }),
          }),
        )
        .min(1)
        .max(2),
    }),
  ]),
})
const Carousel = z.strictObject({
  type: z.literal('carousel'),
  body: body(1024),
  action: z.looseObject({
    cards: z
      .array(Card)
      .min(2)
      .max(10)
      .refine(
        (cards) => cards.every(({ card_index: at }, index) => at === index),
        'card_index counts from 0',
      )
      .refine(
        (cards) => new Set(cards.map(({ header }) => header.type)).size === 1,
        'all cards must have the same header type',
      )
      .refine(
        (cards) => new Set(cards.map(({ action }) => buttonsOf(action))).size === 1,
        'all cards must have the same buttons',
      ),
  }),
})

/** 0: a link. */
function buttonsOf(action: z.infer<typeof Card>['action']): number {
  return 'buttons' in action && Array.isArray(action.buttons) ? action.buttons.length : 0
}

export const InteractiveSchema = z.discriminatedUnion('type', [
  Buttons,
  List,
  CtaUrl,
  LocationRequest,
  Carousel,
])

const Name = z
  .looseObject({ formatted_name: filled(512) })
  .refine(
    (name) =>
      ['first_name', 'last_name', 'middle_name', 'suffix', 'prefix'].some((part) => name[part]),
    'needs one more part than formatted_name',
  )
export const ContactsSchema = z
  .array(
    z.looseObject({
      name: Name,
      phones: z.array(z.looseObject({ phone: filled(300) })).optional(),
      birthday: z.iso.date().optional(),
    }),
  )
  .min(1)
  .max(257)

export const MEDIA_SHAPES = {
  image: FileSchema,
  video: FileSchema,
  audio: FileSchema,
  document: FileSchema,
  sticker: FileSchema,
} as const
