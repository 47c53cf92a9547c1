// What writing a letter needs from the tenant's records, asked for right before it leaves. A connector knows no database.

import type { Consents } from '#machines/contracts/contact.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { LetterLinks } from '../../letters/letter-links.ts'
import type { OutboundEffect } from '../connector.ts'

/** A template as the tenant keeps it. */
export interface StoredLetter {
  name: string
  /** `pt_BR` */
  language: string
  subject: string
  html: string
  text: string | null
  tracking: { opens: boolean; clicks: boolean }
}

/** The contact's last letter to us. */
export interface LetterThread {
  /** Without angle brackets. */
  messageId: string
  references: string[]
  subject: string
}

export interface LetterFacts {
  /** Why nothing may be sent to this address at all. */
  suppression: { reason: string; since: string } | null
  contact: JsonObject
  consents: Consents
  template: StoredLetter | null
  /** Sources by name, where the template renders any. */
  partials: Record<string, string>
  thread: LetterThread | null
  /** IANA zone and BCP 47 language of the tenant. */
  zone: string
  locale: string
}

export interface EmailDesk {
  /** @throws {FluxoError} DATABASE_UNAVAILABLE: nothing has left yet */
  find(effect: OutboundEffect): Promise<LetterFacts>
  links: LetterLinks
}
