// Cards to leaf through: two to ten, all with a picture or all with a video, all with a link or all with as many replies.

import type { MessageCommand } from '#machines/contracts/effect.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { CarouselCard } from '#machines/contracts/whatsapp-command.ts'
import { WHATSAPP_LIMITS } from '#machines/contracts/whatsapp-limits.ts'
import { type BodyResult, type Measured, misfit, refuse, shown } from './body-result.ts'
import { fileContent, type IdOf, isWebAddress } from './media-body.ts'

type Carousel = Extract<MessageCommand, { kind: 'whatsapp.send_carousel' }>

const LIMITS = WHATSAPP_LIMITS.carousel

export function carouselContent({ body, cards }: Carousel, idOf: IdOf): BodyResult {
  const unlike = mixture(cards)
  if (unlike) return unlike
  const error = misfit([
    { field: 'body', text: body, max: LIMITS.body },
    ...cards.flatMap((card, index) => cardFields(card, `cards[${index}]`)),
  ])
  if (error) return { ok: false, error }
  const written: JsonObject[] = []
  for (const [index, card] of cards.entries()) {
    const content = cardContent(card, index, idOf)
    if (!content.ok) return content
    written.push(content.body)
  }
  const interactive = {
    type: 'carousel',
    body: { text: body.toWellFormed() },
    action: { cards: written },
  }
  return { ok: true, body: { type: 'interactive', interactive } }
}

function mixture(cards: readonly CarouselCard[]): Extract<BodyResult, { ok: false }> | null {
  const { least, most } = LIMITS
  if (cards.length < least || cards.length > most) {
    const message = `cards: ${cards.length} cards, between ${least} and ${most} are allowed`
    return refuse('WHATSAPP_COUNT', message)
  }
  const [first] = cards
  for (const [index, { media, url, replies }] of cards.entries()) {
    const path = `cards[${index}]`
    if (media !== first?.media) {
      return refuse('WHATSAPP_CARDS_MIXED', `${path}.media: all cards must have the same`)
    }
    if ((url === null) === (replies.length === 0) || replies.length > LIMITS.replies) {
      return refuse('WHATSAPP_CARDS_MIXED', `${path}: one link, or one or two replies`)
    }
    if (replies.length !== first.replies.length) {
      return refuse('WHATSAPP_CARDS_MIXED', `${path}.replies: all cards must have as many`)
    }
  }
  return repetition(cards)
}

function repetition(cards: readonly CarouselCard[]): Extract<BodyResult, { ok: false }> | null {
  const seen = new Set<string>()
  for (const [index, { replies }] of cards.entries()) {
    for (const [at, { id }] of replies.entries()) {
      const field = `cards[${index}].replies[${at}].id`
      if (seen.has(id)) return refuse('WHATSAPP_FIELD_REPEATED', `${field}: stands there twice`)
      seen.add(id)
    }
  }
  return null
}

function cardFields({ body, url, replies }: CarouselCard, path: string): Measured[] {
  return [
    { field: `${path}.body`, text: body, max: LIMITS.cardBody, isOptional: true },
    ...(url === null
      ? []
      : [
          { field: `${path}.url.text`, text: url.text, max: LIMITS.button },
          { field: `${path}.url.url`, text: url.url, max: WHATSAPP_LIMITS.link },
        ]),
    ...replies.flatMap(({ id, title }, at) => [
      { field: `${path}.replies[${at}].id`, text: id, max: LIMITS.id },
      { field: `${path}.replies[${at}].title`, text: title, max: LIMITS.button },
    ]),
  ]
}

function cardContent(card: CarouselCard, index: number, idOf: IdOf): BodyResult {
  const { media, url, replies } = card
  const path = `cards[${index}]`
  const file = fileContent(card.file, `${path}.`, idOf)
  if (!file.ok) return file
  if (url !== null && !isWebAddress(url.url, ['https:', 'http:'])) {
    return refuse('WHATSAPP_LINK_INVALID', `${path}.url.url: not an https:// address`)
  }
  const text = shown(card.body)
  return {
    ok: true,
    body: {
      card_index: index,
      type: url === null ? 'button' : 'cta_url',
      header: { type: media, [media]: file.body },
      ...(text && { body: { text } }),
      action:
        url === null
          ? { buttons: replies.map(quickReply) }
          : {
              name: 'cta_url',
              parameters: { display_text: url.text.toWellFormed(), url: url.url },
            },
    },
  }
}

function quickReply({ id, title }: { id: string; title: string }): JsonObject {
  return { type: 'quick_reply', quick_reply: { id, title: title.toWellFormed() } }
}
