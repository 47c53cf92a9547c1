// What WhatsApp alone can be asked to send: files, cards, reactions, contacts, marks; and what fills a template.

import type { JsonObject } from './json.ts'

/** A file that WhatsApp fetches by its link, or one of the tenant's own by its id. One of the two is set. */
export interface WhatsAppFile {
  link: string | null
  mediaId?: string
}

/** What stands above a template's body, where the template has such a place. */
export type TemplateHeader =
  | { type: 'text'; text: string }
  | ({ type: 'image' | 'video' } & WhatsAppFile)
  | ({ type: 'document'; filename: string | null } & WhatsAppFile)
  | { type: 'location'; latitude: number; longitude: number; name: string; address: string }

/** What a template's button is filled with; `index` counts its buttons from 0. */
export type TemplateButtonValue =
  /** Comes back when it is tapped. */
  | { index: number; type: 'quick_reply'; payload: string }
  /** The end of its address. */
  | { index: number; type: 'url'; suffix: string }
  | { index: number; type: 'copy_code'; code: string }

export interface CarouselCard {
  media: 'image' | 'video'
  file: WhatsAppFile
  body: string | null
  /** Either one link or replies, the same on every card. */
  url: { text: string; url: string } | null
  replies: { id: string; title: string }[]
}

/** Somebody's card, as an address book keeps it. */
export interface ContactCard {
  name: string
  firstName: string | null
  lastName: string | null
  phones: { phone: string; type: string | null; waId: string | null }[]
  emails: { email: string; type: string | null }[]
  urls: { url: string; type: string | null }[]
  addresses: {
    street: string | null
    city: string | null
    state: string | null
    zip: string | null
    country: string | null
    type: string | null
  }[]
  company: string | null
  department: string | null
  title: string | null
  /** `YYYY-MM-DD` */
  birthday: string | null
}

export type WhatsAppOnlyCommand =
  | {
      kind: 'whatsapp.send_cta_url'
      header: string | null
      body: string
      footer: string | null
      /** The words on the button. */
      button: string
      url: string
    }
  /** A text with a button by which the person says where they are. */
  | { kind: 'whatsapp.request_location'; body: string }
  | { kind: 'whatsapp.send_carousel'; body: string; cards: CarouselCard[] }
  /** An empty emoji takes the reaction back; null as message: the last one of the contact. */
  | { kind: 'whatsapp.send_reaction'; emoji: string; messageId: string | null }
  | { kind: 'whatsapp.send_contacts'; contacts: ContactCard[] }
  /** The two blue ticks, and for a moment that somebody writes. Nothing that a person could read. */
  | { kind: 'whatsapp.mark_read'; messageId: string | null; typing: boolean }

/** Their content as it is kept (the seed's `content_json`); null for what leaves nothing to read, and for all others. */
export function whatsAppContentOf(command: WhatsAppOnlyCommand): JsonObject | null {
  switch (command.kind) {
    case 'whatsapp.send_cta_url': {
      const { header, body: text, footer, button, url } = command
      return { type: 'cta_url', text, header, footer, button, url }
    }
    case 'whatsapp.request_location':
      return { type: 'location_request', text: command.body }
    case 'whatsapp.send_carousel':
      return { type: 'carousel', text: command.body, cards: command.cards.map(plainCard) }
    case 'whatsapp.send_reaction': {
      const { emoji, messageId } = command
      return { type: 'reaction', text: emoji, emoji, message_id: messageId }
    }
    case 'whatsapp.send_contacts': {
      const names = command.contacts.map(({ name }) => name)
      return {
        type: 'contacts',
        text: names.join(', '),
        contacts: command.contacts.map(plainContact),
      }
    }
    default:
      return null
  }
}

function plainCard({ media, file, body, url, replies }: CarouselCard): JsonObject {
  return { media, file: { ...file }, body, url: url && { ...url }, replies }
}

function plainContact(card: ContactCard): JsonObject {
  return { ...card }
}
