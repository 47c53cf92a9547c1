// What is posted to the Cloud API for one effect, checked against Meta's limits before it leaves.

import type { Command } from '#machines/contracts/effect.ts'
import { charactersOf, WHATSAPP_LIMITS } from '#machines/contracts/whatsapp-limits.ts'
import type { OutboundEffect } from '../connector.ts'
import { type BodyResult, refuse } from './body-result.ts'
import { carouselContent } from './carousel-body.ts'
import { contactsContent } from './contacts-body.ts'
import {
  buttonsContent,
  ctaUrlContent,
  listContent,
  locationRequestContent,
} from './interactive-body.ts'
import { type IdOf, itself, mediaContent } from './media-body.ts'
import { templateContent } from './template-body.ts'

/**
 * Writes the body of `POST /<version>/<phone number id>/messages`. The effect id travels in
 * `biz_opaque_callback_data` and comes back with every status: guarantee I6.
 * @param idOf Meta's ids of the tenant's files, once they are uploaded
 * @returns the body, or the error that names the field which Meta would refuse.
 */
export function buildMessageBody(effect: OutboundEffect, idOf: IdOf = itself): BodyResult {
  const { command, lastMessageId: last = null } = effect
  if (command.kind === 'whatsapp.mark_read') return markContent(command, last)
  const person = personOf(effect.to)
  if (person === null) return refuse('WHATSAPP_TO_INVALID', 'to: not a number in E.164')
  if (effect.id.length > WHATSAPP_LIMITS.callbackData) {
    return refuse(
      'WHATSAPP_EFFECT_ID_TOO_LONG',
      'biz_opaque_callback_data: longer than 512 characters',
    )
  }
  const content = contentOf(effect, idOf, last)
  if (!content.ok) return content
  const body = {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    ...person,
    ...content.body,
    biz_opaque_callback_data: effect.id,
  }
  return { ok: true, body }
}

/** A number, or the id that Meta gives our business for somebody who shows none (US.1349…). */
function personOf(to: string): { to: string } | { recipient: string } | null {
  const digits = to.replace(/^\+/, '')
  if (/^[1-9]\d{6,14}$/.test(digits)) return { to: digits }
  return /^[A-Z]{2}\.[A-Za-z0-9.]{3,150}$/.test(to) ? { recipient: to } : null
}

function contentOf(
  { command, template }: OutboundEffect,
  idOf: IdOf,
  last: string | null,
): BodyResult {
  switch (command.kind) {
    case 'whatsapp.send_text':
      return textContent(command, last)
    case 'message.send_text':
      return textContent(
        { kind: 'whatsapp.send_text', text: command.text, previewUrl: false },
        last,
      )
    case 'whatsapp.send_template':
      return templateContent(command, template, idOf)
    case 'whatsapp.send_buttons':
      return buttonsContent(command)
    case 'whatsapp.send_list':
      return listContent(command)
    case 'whatsapp.send_media':
      return mediaContent(command, idOf)
    case 'whatsapp.send_cta_url':
      return ctaUrlContent(command)
    case 'whatsapp.request_location':
      return locationRequestContent(command)
    case 'whatsapp.send_carousel':
      return carouselContent(command, idOf)
    case 'whatsapp.send_contacts':
      return contactsContent(command)
    case 'whatsapp.send_reaction':
      return reactionContent(command, last)
    default:
      return refuse('WHATSAPP_KIND_UNSUPPORTED', `${command.kind} is not a message`)
  }
}

type Text = Extract<Command, { kind: 'whatsapp.send_text' }>

function textContent({ text: words, previewUrl, replyTo }: Text, last: string | null): BodyResult {
  const length = charactersOf(words)
  if (words.trim() === '') return refuse('WHATSAPP_TEXT_EMPTY', 'text: empty')
  if (length > WHATSAPP_LIMITS.text) {
    const message = `text: ${length} characters, at most ${WHATSAPP_LIMITS.text} are allowed`
    return refuse('WHATSAPP_TEXT_TOO_LONG', message)
  }
  const text = { body: words.toWellFormed(), preview_url: previewUrl }
  // An answer to nothing is a message like any other.
  const answered = replyTo === 'last' ? last : replyTo?.trim()
  return {
    ok: true,
    body: { type: 'text', text, ...(answered && { context: { message_id: answered } }) },
  }
}

function reactionContent(
  { emoji, messageId }: Extract<Command, { kind: 'whatsapp.send_reaction' }>,
  last: string | null,
): BodyResult {
  const meant = messageId?.trim() || last
  if (!meant) return nothingMeant()
  const given = emoji.trim()
  if ([...SEGMENTER.segment(given)].length > 1 || /[\p{L}\p{P}]/u.test(given)) {
    return refuse('WHATSAPP_FIELD_INVALID', 'emoji: one emoji, or nothing to take it back')
  }
  return {
    ok: true,
    body: { type: 'reaction', reaction: { message_id: meant, emoji: given.toWellFormed() } },
  }
}

/** People see an emoji of several code points as one. */
const SEGMENTER = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** The mark that a message was read; it goes to nobody, the message says whose it is. */
function markContent(
  { messageId, typing }: Extract<Command, { kind: 'whatsapp.mark_read' }>,
  last: string | null,
): BodyResult {
  const meant = messageId?.trim() || last
  if (!meant) return nothingMeant()
  const body = {
    messaging_product: 'whatsapp',
    status: 'read',
    message_id: meant,
    ...(typing && { typing_indicator: { type: 'text' } }),
  }
  return { ok: true, body }
}

function nothingMeant(): BodyResult {
  const message = 'messageId: the contact has written nothing that could be meant'
  return refuse('WHATSAPP_MESSAGE_UNKNOWN', message)
}
