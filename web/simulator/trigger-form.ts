// What is asked of a person to start a run: the fields of the trigger's event, and the event out of them. Pure.

import { isJsonObject, type Json, type JsonObject } from '#machines/contracts/json.ts'
import type { ContactFacts } from '#machines/contracts/contact.ts'
import { triggerKindOf } from '#machines/nodes/registry.ts'
import { textOf } from './plain-text.ts'
import type { StartEvent } from './plan.ts'

export interface StartField {
  /** Key of the payload; `source` is the event's own. */
  name: string
  /** Key of the texts under `start.fields`, when it has one. */
  isKnown: boolean
  type: 'text' | 'long' | 'number' | 'boolean' | 'json'
  value: string
  /** Values that the trigger asks for. */
  options: string[]
  /** The trigger takes no other: nobody is asked. */
  isFixed: boolean
}

export interface StartForm {
  /** Type of the event. */
  type: string
  fields: StartField[]
}

/** The form for a trigger, filled in so that its filter is passed. */
export function startFormOf(trigger: JsonObject): StartForm {
  const kind = triggerKindOf(textOf(trigger['type']))
  const type = eventTypeOf(trigger)
  const filter = isJsonObject(trigger['filter']) ? trigger['filter'] : {}
  const given = fieldsOf(kind?.type ?? type, trigger, filter)
  return { type, fields: given }
}

/** The event that starts the run: what the form says, with the contact's own facts where the event tells them. */
export function startOf(
  { type, fields }: StartForm,
  {
    values,
    more,
    person,
  }: { values: Record<string, string>; more: JsonObject; person: ContactFacts },
): StartEvent {
  const told = fields
    .filter(({ name }) => name !== 'source' && name !== 'channel' && name !== 'subject')
    .map((field) => [field.name, valueOf(field, values[field.name] ?? field.value)] as const)
    .filter(([, value]) => value !== null)
  const source = values['source'] ?? fields.find(({ name }) => name === 'source')?.value ?? ''
  return {
    type,
    payload: {
      ...aboutPerson(type, person),
      ...Object.fromEntries(told),
      ...messageOf(fields, values),
      ...more,
    },
    ...(source !== '' && { source }),
  }
}

/** Type of the envelopes that start a run by this trigger. */
export function eventTypeOf(trigger: JsonObject): string {
  const kind = triggerKindOf(textOf(trigger['type']))
  if (!kind) return 'run.requested'
  try {
    return kind.eventTypeOf?.(trigger as never) ?? kind.eventType
  } catch {
    return kind.eventType
  }
}

const text = (name: string, value = '', options: string[] = []): StartField => ({
  name,
  isKnown: true,
  type: 'text',
  value,
  options,
  isFixed: false,
})

const fixed = (name: string, value: string): StartField => ({ ...text(name, value), isFixed: true })

function fieldsOf(kind: string, trigger: JsonObject, filter: JsonObject): StartField[] {
  const wanted = (name: string) => textsIn(filter[name])
  const first = (name: string, other: string) => wanted(name)[0] ?? other
  switch (kind) {
    case 'lead.captured':
      return [text('source', first('source', 'site'), wanted('source')), text('message', '')]
    case 'message.received':
    case 'message.received.whatsapp': {
      const isAny = kind === 'message.received' && trigger['channel'] === undefined
      const channel = textOf(trigger['channel']) || 'whatsapp'
      const words = text('text', first('contains', 'Olá'), wanted('contains'))
      return [words, { ...text('channel', channel), isFixed: !isAny }]
    }
    case 'message.received.email':
      return [
        text('subject', first('subject', 'Olá'), wanted('subject')),
        { ...text('text', first('contains', 'Olá'), wanted('contains')), type: 'long' },
        fixed('channel', 'email'),
      ]
    case 'purchase.approved': {
      const least = filter['minimum']
      const total = typeof least === 'number' ? Math.max(least, 100) : 199.9
      return [
        text('product', first('product', 'curso'), wanted('product')),
        { ...text('total', String(total)), type: 'number' },
      ]
    }
    case 'form.submitted':
      return [text('form', first('form', 'contato'), wanted('form'))]
    case 'tag.added':
      return [text('tag', first('tag', 'cliente'), wanted('tag'))]
    case 'segment.entered':
      return [text('segment', first('segment', 'ativos'), wanted('segment'))]
    case 'schedule':
      return [fixed('cron', textOf(trigger['cron']))]
    case 'manual':
      return inputsOf(trigger['input'])
    default:
      return []
  }
}

const EXAMPLES: Record<string, { type: StartField['type']; value: string }> = {
  text: { type: 'text', value: 'exemplo' },
  number: { type: 'number', value: '1' },
  boolean: { type: 'boolean', value: 'true' },
  list: { type: 'json', value: '["a", "b"]' },
  object: { type: 'json', value: '{}' },
}

function inputsOf(input: Json | undefined): StartField[] {
  if (!isJsonObject(input)) return []
  return Object.entries(input).map(([name, type]) => {
    const example = EXAMPLES[textOf(type)] ?? { type: 'text' as const, value: '' }
    return { ...text(name), ...example, isKnown: false }
  })
}

/** A message in the form in which its channel's connector hands it on. */
function messageOf(fields: readonly StartField[], values: Record<string, string>): JsonObject {
  const told = (name: string) =>
    values[name] ?? fields.find((one) => one.name === name)?.value ?? ''
  const channel = told('channel')
  if (channel === '') return {}
  const words = told('text')
  const isLetter = channel === 'email'
  const content = isLetter
    ? { type: 'email', subject: told('subject'), text: words }
    : { type: 'text', text: words }
  const kind = isLetter ? 'email' : 'text'
  return { channel, channelId: 'chn_simulation', kind, text: words, content }
}

/** Leads, forms and purchases say who the person is; messages and tags do not. */
function aboutPerson(type: string, { name, phone, email }: ContactFacts): JsonObject {
  if (!/^(lead|form|purchase)\./.test(type)) return {}
  return {
    ...(name !== null && { name }),
    ...(phone !== null && { phone_e164: phone }),
    ...(email !== null && { email }),
  }
}

function valueOf({ type }: StartField, value: string): Json {
  if (value.trim() === '') return null
  switch (type) {
    case 'number': {
      const number = Number(value.replace(',', '.'))
      return Number.isFinite(number) ? number : value
    }
    case 'boolean':
      return value === 'true'
    case 'json':
      return jsonOf(value) ?? value
    default:
      return value
  }
}

/** Plain JSON out of a text; undefined when it is none. */
export function jsonOf(value: string): Json | undefined {
  try {
    return JSON.parse(value) as Json
  } catch {
    return undefined
  }
}

function textsIn(value: Json | undefined): string[] {
  return [value ?? []].flat().filter((item) => typeof item === 'string')
}
