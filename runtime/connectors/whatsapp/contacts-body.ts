// Cards of people, in the fields of a vCard as Meta names them.

import type { MessageCommand } from '#machines/contracts/effect.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { ContactCard } from '#machines/contracts/whatsapp-command.ts'
import { WHATSAPP_LIMITS } from '#machines/contracts/whatsapp-limits.ts'
import { type BodyResult, type Measured, misfit, refuse, shown } from './body-result.ts'

const LIMITS = WHATSAPP_LIMITS.contacts

export function contactsContent({
  contacts,
}: Extract<MessageCommand, { kind: 'whatsapp.send_contacts' }>): BodyResult {
  if (contacts.length === 0 || contacts.length > LIMITS.count) {
    const message = `contacts: ${contacts.length}, between 1 and ${LIMITS.count} are allowed`
    return refuse('WHATSAPP_COUNT', message)
  }
  const error = misfit(contacts.flatMap((card, index) => cardFields(card, `contacts[${index}]`)))
  if (error) return { ok: false, error }
  const odd = contacts.findIndex(({ birthday }) => shown(birthday) !== null && !isDay(birthday))
  if (odd >= 0) {
    return refuse('WHATSAPP_FIELD_INVALID', `contacts[${odd}].birthday: not a date as 1990-12-31`)
  }
  return { ok: true, body: { type: 'contacts', contacts: contacts.map(cardContent) } }
}

function isDay(text: string | null): boolean {
  return text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))
}

function cardFields(card: ContactCard, path: string): Measured[] {
  const optional = ['firstName', 'lastName', 'company', 'department', 'title'] as const
  return [
    { field: `${path}.name`, text: card.name, max: LIMITS.name },
    ...optional.map((name) => ({
      field: `${path}.${name}`,
      text: card[name],
      max: LIMITS.field,
      isOptional: true,
    })),
    ...card.phones.map(({ phone }, at) => measured(`${path}.phones[${at}].phone`, phone)),
    ...card.emails.map(({ email }, at) => measured(`${path}.emails[${at}].email`, email)),
    ...card.urls.map(({ url }, at) => ({
      field: `${path}.urls[${at}].url`,
      text: url,
      max: WHATSAPP_LIMITS.link,
    })),
  ]
}

function measured(field: string, text: string): Measured {
  return { field, text, max: LIMITS.field }
}

/** Meta wants the whole name and at least one part of it. */
function cardContent(card: ContactCard): JsonObject {
  const { name, firstName, lastName, phones, emails, urls, addresses } = card
  const org = given({ company: card.company, department: card.department, title: card.title })
  const parts = given({ first_name: firstName, last_name: lastName })
  const lists = {
    phones: phones.map(({ phone, type, waId }) =>
      given({ phone, type, wa_id: waId === null ? null : waId.replace(/\D/g, '') }),
    ),
    emails: emails.map(({ email, type }) => given({ email, type })),
    urls: urls.map(({ url, type }) => given({ url, type })),
    addresses: addresses.map((address) => given({ ...address })),
  }
  return {
    name: {
      formatted_name: name.toWellFormed(),
      ...(Object.keys(parts).length > 0 ? parts : { first_name: name.toWellFormed() }),
    },
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
    ...(Object.keys(org).length > 0 && { org }),
    ...given({ birthday: card.birthday }),
  }
}

/** What has words. */
function given(fields: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      const text = shown(value)
      return text === null ? [] : [[name, text]]
    }),
  )
}
