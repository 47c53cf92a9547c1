// Node `whatsapp.send_carousel`: sends cards to leaf through, each with a picture or video and a link or replies.

import { z } from 'zod'
import type { CarouselCard } from '../contracts/whatsapp-command.ts'
import { WHATSAPP_LIMITS } from '../contracts/whatsapp-limits.ts'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import type { Scope } from '../expression/scope.ts'
import { compileTemplate } from '../expression/template.ts'
import { compileFile, FILE_FIELDS, hasOneFile, ONE_FILE } from './file-fields.ts'
import { defineNodeKind, errorPort, nextPort } from './node-kind.ts'
import {
  areDistinct,
  compileOptional,
  limitedText,
  PURPOSE_FORM,
  purposeOf,
  PurposeSchema,
  textsIn,
} from './send-fields.ts'

const LIMITS = WHATSAPP_LIMITS.carousel

const CardSchema = z
  .strictObject({
    ...FILE_FIELDS,
    body: limitedText(LIMITS.cardBody).optional(),
    url: z
      .strictObject({ text: limitedText(LIMITS.button), url: limitedText(WHATSAPP_LIMITS.link) })
      .optional(),
    replies: z
      .array(
        z.strictObject({
          /** Comes back with the answer. */
          id: z.string().trim().min(1).max(LIMITS.id),
          title: limitedText(LIMITS.button),
        }),
      )
      .min(1)
      .max(LIMITS.replies)
      .optional(),
  })
  .refine(hasOneFile, ONE_FILE)
  .refine(({ url, replies }) => (url === undefined) !== (replies === undefined), {
    message: 'either url or replies',
    path: ['url'],
  })
type Card = z.infer<typeof CardSchema>

const Schema = NodeBaseSchema.extend({
  type: z.literal('whatsapp.send_carousel'),
  body: limitedText(LIMITS.body),
  /** What every card shows above its text. */
  media: z.enum(['image', 'video']),
  cards: z
    .array(CardSchema)
    .min(LIMITS.least)
    .max(LIMITS.most)
    .refine((cards) => areAlike(cards), { message: 'cards must have the same buttons' })
    .refine((cards) => areDistinct(repliesOf(cards).map(({ id }) => id)), {
      message: 'ids must differ',
    }),
  purpose: PurposeSchema.optional(),
}).strict()
type Node = z.infer<typeof Schema>

export const whatsappSendCarousel = defineNodeKind<Node>({
  type: 'whatsapp.send_carousel',
  description: {
    'pt-BR': 'Envia um carrossel de cartões pelo WhatsApp',
    en: 'Sends a carousel of cards over WhatsApp',
  },
  icon: 'gallery-horizontal-end',
  schema: Schema,
  form: [
    { field: 'body', control: 'template', label: { 'pt-BR': 'Texto', en: 'Text' } },
    { field: 'media', control: 'choice', label: { 'pt-BR': 'Tipo', en: 'Type' } },
    { field: 'cards', control: 'list', label: { 'pt-BR': 'Cartões', en: 'Cards' } },
    PURPOSE_FORM,
  ],
  needs: (node) => ({ channel: 'whatsapp', ...purposeOf(node) }),
  ports: (node) => [nextPort(node), ...errorPort(node)],
  lower: () => ({ shape: 'effect' }),
  behave: (node) => {
    const body = compileTemplate(node.body)
    const cards = node.cards.map((card) => compileCard(card, node.media))
    return {
      command: (scope) => ({
        kind: 'whatsapp.send_carousel',
        body: body.render(scope),
        cards: cards.map((card) => card(scope)),
        ...purposeOf(node),
      }),
    }
  },
  expressions: ({ body, cards }) =>
    textsIn({ '.body': body, ...Object.assign({}, ...cards.map(textsOfCard)) }),
  summarize: ({ body, cards }) => `${body} [${cards.length}]`,
})

function compileCard(card: Card, media: Node['media']): (scope: Scope) => CarouselCard {
  const file = compileFile(card)
  const body = compileOptional(card.body)
  const url = card.url && {
    text: compileTemplate(card.url.text),
    url: compileTemplate(card.url.url),
  }
  const replies = (card.replies ?? []).map(({ id, title }) => ({
    id,
    title: compileTemplate(title),
  }))
  return (scope) => ({
    media,
    file: file(scope),
    body: body(scope),
    url: url ? { text: url.text.render(scope), url: url.url.render(scope) } : null,
    replies: replies.map(({ id, title }) => ({ id, title: title.render(scope) })),
  })
}

function textsOfCard(card: Card, index: number): Record<string, string | undefined> {
  const path = `.cards[${index}]`
  const titles = (card.replies ?? []).map(({ title }, at) => [
    `${path}.replies[${at}].title`,
    title,
  ])
  return {
    [`${path}.link`]: card.link,
    [`${path}.mediaId`]: card.mediaId,
    [`${path}.body`]: card.body,
    [`${path}.url.text`]: card.url?.text,
    [`${path}.url.url`]: card.url?.url,
    ...(Object.fromEntries(titles) as Record<string, string>),
  }
}

/** Meta takes no mix: all link, or all reply with as many buttons. */
function areAlike(cards: Card[]): boolean {
  return new Set(cards.map(({ replies }) => replies?.length ?? 0)).size <= 1
}

function repliesOf(cards: Card[]): { id: string }[] {
  return cards.flatMap(({ replies }) => replies ?? [])
}
