// The form of the beginning: what a person wrote, and the plan that follows from it. Pure.

import type { ContactFacts } from '#machines/contracts/contact.ts'
import { isJsonObject, type JsonObject } from '#machines/contracts/json.ts'
import { instantIn, localIn } from './local-time.ts'
import type { Plan } from './plan.ts'
import { consentsFrom, consentsInWords, PROFILES, wordsIn } from './profiles.ts'
import { jsonOf, type StartForm, startOf } from './trigger-form.ts'

export interface StartDraft {
  /** Name of a profile; empty: somebody else. */
  profile: string
  name: string
  phone: string
  email: string
  tags: string
  consents: string
  /** JSON */
  facts: string
  zone: string
  /** `2026-03-10T09:00` in the zone; empty: the simulator's own. */
  at: string
  manual: boolean
  /** Fields of the event by name. */
  values: Record<string, string>
  /** JSON */
  more: string
}

const NOBODY: ContactFacts = { name: null, phone: null, email: null, tags: [], fields: {} }

/** What stands in the form for a plan. */
export function draftOf(plan: Plan, form: StartForm, no: string): StartDraft {
  const person = { ...NOBODY, ...plan.contact }
  const payload = plan.start?.payload ?? {}
  const told = form.fields.map(({ name, value }) => {
    const said = name === 'source' ? plan.start?.source : valueIn(payload, name)
    return [name, wordsOf(said) ?? value] as const
  })
  return {
    ...personDraft(person, no),
    profile: PROFILES.find(({ facts }) => isSamePerson(facts, person))?.name ?? '',
    zone: plan.zone,
    at: plan.at === null ? '' : localIn(plan.at, plan.zone),
    manual: !plan.automatic,
    values: Object.fromEntries(told),
    more: moreIn(payload, form),
  }
}

/** The fields of a person. */
export function personDraft(person: ContactFacts, no: string) {
  const { name, phone, email, tags, consents, fields } = person
  return {
    name: name ?? '',
    phone: phone ?? '',
    email: email ?? '',
    tags: tags.join(', '),
    consents: consentsInWords(consents, no),
    facts: Object.keys(fields).length === 0 ? '' : JSON.stringify(fields),
  }
}

/** The plan that begins as the form says; null while some of its JSON is none. */
export function planFrom(draft: StartDraft, form: StartForm, before: Plan): Plan | null {
  const more = objectIn(draft.more)
  const fields = objectIn(draft.facts)
  if (!more || !fields) return null
  const consents = consentsFrom(draft.consents)
  const person: ContactFacts = {
    name: draft.name.trim() || null,
    phone: draft.phone.replaceAll(/[^\d+]/g, '') || null,
    email: draft.email.trim() || null,
    tags: wordsIn(draft.tags),
    fields,
    ...(Object.keys(consents).length > 0 && { consents }),
  }
  return {
    ...before,
    start: startOf(form, { values: draft.values, more, person }),
    contact: person,
    zone: draft.zone,
    at: draft.at === '' ? null : instantIn(draft.at, draft.zone),
    automatic: !draft.manual,
  }
}

/** A JSON object; an empty text is an empty one; null: it is none. */
export function objectIn(text: string): JsonObject | null {
  if (text.trim() === '') return {}
  const value = jsonOf(text)
  return isJsonObject(value) ? value : null
}

/** Data of the event that no field of the form shows. */
function moreIn(payload: JsonObject, { fields }: StartForm): string {
  const shown = new Set([...fields.map(({ name }) => name), ...MADE])
  const rest = Object.entries(payload).filter(([name]) => !shown.has(name))
  return rest.length === 0 ? '' : JSON.stringify(Object.fromEntries(rest))
}

/** What the person and the message bring by themselves. */
const MADE = ['name', 'phone_e164', 'email', 'channel', 'channelId', 'kind', 'content', 'text']

function valueIn(payload: JsonObject, name: string): unknown {
  if (name !== 'subject') return payload[name]
  const { content } = payload
  return isJsonObject(content) ? content['subject'] : undefined
}

function wordsOf(value: unknown): string | null {
  if (value === undefined || value === null) return null
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function isSamePerson(left: ContactFacts, right: ContactFacts): boolean {
  return JSON.stringify(personDraft(left, '')) === JSON.stringify(personDraft(right, ''))
}
