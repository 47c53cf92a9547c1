// Events that are offered to happen: those that are awaited now first, then the usual ones. Pure.

import type { JsonObject } from '#machines/contracts/json.ts'

const USUAL = ['purchase.approved', 'tag.added', 'link.clicked', 'form.submitted', 'lead.captured']

/** What the contact says is said on the phone, and giving back has a place of its own. */
const ELSEWHERE = /^(message\.received|handoff\.|effect\.|timer\.)/

export interface OfferedEvent {
  type: string
  isAwaited: boolean
}

export function offeredEvents(awaited: readonly string[]): OfferedEvent[] {
  const wanted = awaited.filter((type) => !ELSEWHERE.test(type)).toSorted()
  const others = USUAL.filter((type) => !wanted.includes(type))
  return [
    ...wanted.map((type) => ({ type, isAwaited: true })),
    ...others.map((type) => ({ type, isAwaited: false })),
  ]
}

const EXAMPLES: Readonly<Record<string, JsonObject>> = {
  'purchase.approved': { product: 'curso', total: 199.9 },
  'tag.added': { tag: 'cliente' },
  'link.clicked': { url: 'https://example.com' },
  'form.submitted': { form: 'contato' },
  'lead.captured': { name: 'Ana Souza' },
  'segment.entered': { segment: 'ativos' },
}

/** Data that such an event usually brings; what is already known of it goes first. */
export function examplePayload(type: string, known: JsonObject = {}): JsonObject {
  return { ...EXAMPLES[type], ...known }
}
