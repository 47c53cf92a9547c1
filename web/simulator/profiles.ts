// People who can be the contact of a run: what is known of them makes a difference to the workflow. Pure.

import { type ContactFacts, PURPOSE_PATTERN } from '#machines/contracts/contact.ts'

export type ProfileName = 'ana' | 'unknown' | 'customer' | 'refuses' | 'letters' | 'abroad'

export interface Profile {
  name: ProfileName
  facts: ContactFacts
  /** IANA zone; null: the company's. */
  zone: string | null
}

const ANA: ContactFacts = {
  name: 'Ana Souza',
  phone: '+5531999990000',
  email: 'ana@example.com',
  tags: [],
  fields: {},
}

export const PROFILES: readonly Profile[] = [
  { name: 'ana', facts: ANA, zone: null },
  { name: 'unknown', facts: { ...ANA, name: null, email: null }, zone: null },
  {
    name: 'customer',
    facts: {
      ...ANA,
      name: 'Bruno Lima',
      phone: '+5511988887777',
      email: 'bruno@example.com',
      tags: ['cliente'],
      consents: { marketing: true },
    },
    zone: null,
  },
  {
    name: 'refuses',
    facts: { ...ANA, name: 'Carla Dias', consents: { marketing: false } },
    zone: null,
  },
  {
    name: 'letters',
    facts: { ...ANA, name: 'Davi Rocha', phone: null, email: 'davi@example.com' },
    zone: null,
  },
  {
    name: 'abroad',
    facts: { ...ANA, name: 'Eva Martins', phone: '+351912345678', email: 'eva@example.com' },
    zone: 'Europe/Lisbon',
  },
]

/** Consents as lines of a form: `marketing`, `marketing: não`; those that are unknown are not there. */
export function consentsInWords(consents: ContactFacts['consents'], no: string): string {
  return Object.entries(consents ?? {})
    .map(([purpose, agreed]) => (agreed ? purpose : `${purpose}: ${no}`))
    .join(', ')
}

/** What was written of consents; words that are no purpose are left out. */
export function consentsFrom(words: string): Record<string, boolean> {
  const found = words.split(',').flatMap((part) => {
    const [purpose = '', answer = ''] = part.split(':').map((piece) => piece.trim().toLowerCase())
    if (!PURPOSE_PATTERN.test(purpose)) return []
    return [[purpose, !/^(n|no|não|nao|false)$/.test(answer)] as const]
  })
  return Object.fromEntries(found)
}

/** Words between commas, each once. */
export function wordsIn(text: string): string[] {
  return [...new Set(text.split(',').map((word) => word.trim()))].filter((word) => word !== '')
}
