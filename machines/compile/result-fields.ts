// Which fields the payloads of events and the results of nodes have, as far as it is known beforehand: what completion
// offers below `$.payload` and below a node's id. A type that ends with `?` is of a field that may be missing.

import { isJsonObject, type Json, type JsonObject } from '../contracts/json.ts'
import type { ResolvedNode } from './resolve.ts'
import type { Surroundings } from './surroundings.ts'

/** JSON types by field. */
export type Fields = Readonly<Record<string, string>>

const MESSAGE: Fields = {
  text: 'string',
  kind: 'string',
  channel: 'string',
  sentAt: 'string',
  messageId: 'string',
  content: 'object',
}
const STATUS: Fields = { channel: 'string', messageId: 'string', status: 'string' }
const ENGAGEMENT: Fields = { channel: 'string', messageId: 'string?', template: 'string?' }
const CONSENT: Fields = { purpose: 'string' }

const EVENTS: Readonly<Record<string, Fields>> = {
  'message.received': MESSAGE,
  'message.received.whatsapp': MESSAGE,
  'message.received.email': MESSAGE,
  'message.sent': STATUS,
  'message.delivered': STATUS,
  'message.read': STATUS,
  'message.failed': { ...STATUS, error: 'object?' },
  'message.opened': ENGAGEMENT,
  'link.clicked': { ...ENGAGEMENT, url: 'string' },
  'lead.captured': {
    name: 'string?',
    phone_e164: 'string?',
    email: 'string?',
    message: 'string?',
    source: 'string?',
    tags: 'array',
  },
  'form.submitted': { form: 'string', name: 'string?', phone_e164: 'string?', email: 'string?' },
  'purchase.approved': { product: 'string?', total: 'number?' },
  'tag.added': { tag: 'string' },
  'segment.entered': { segment: 'string' },
  'schedule.fired': { cron: 'string', at: 'string' },
  'consent.granted': CONSENT,
  'consent.revoked': CONSENT,
}

/** What an event of one of these types tells; where they differ, each field may be missing. */
export function eventFields(types: readonly string[]): Fields {
  const [first = {}, ...others] = types.map((type) => EVENTS[type] ?? {})
  if (others.length === 0) return first
  const all = [first, ...others]
  return Object.fromEntries(
    all.flatMap((fields) =>
      Object.entries(fields).map(([name, type]) => {
        const isCommon = all.every((each) => each[name] === type)
        return [name, isCommon || type.endsWith('?') ? type : `${type}?`]
      }),
    ),
  )
}

const SENT: Fields = { message_id: 'string?', status: 'string?' }
const CLASSIFIED: Fields = { intent: 'string', confidence: 'number', entities: 'object' }
const REPLY: Fields = { reply_text: 'string', needs_person: 'boolean?', confidence: 'number' }

/** What the result of an effect holds; the result of `transform.json` and of a call can be anything. */
export function resultFields(node: ResolvedNode, surroundings?: Surroundings): Fields {
  const body = node.node as unknown as JsonObject
  switch (node.type) {
    case 'ai.classify':
      return CLASSIFIED
    case 'ai.reply':
      return REPLY
    case 'ai.extract':
      return fieldsOfSchema(body['schema'])
    case 'ask':
      return { value: typeOfAnswer(body), text: 'string' }
    case 'subflow':
      return outputOf(body, surroundings)
    default:
      return /^(whatsapp\.(send|request)|message\.send|email\.send)/u.test(node.type) ? SENT : {}
  }
}

function fieldsOfSchema(schema: Json | undefined): Fields {
  if (!isJsonObject(schema)) return {}
  const { properties, required } = schema
  if (!isJsonObject(properties)) return {}
  const needed = new Set(Array.isArray(required) ? required : [])
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => {
      const type = isJsonObject(property) ? property['type'] : null
      const known = typeof type === 'string' ? type : ''
      return [name, needed.has(name) ? known : `${known}?`]
    }),
  )
}

/** The JSON type of what a question keeps. */
export function typeOfAnswer({ answer }: JsonObject): string {
  const type = isJsonObject(answer) ? answer['type'] : null
  return type === 'number' || type === 'integer' ? 'number' : 'string'
}

const JSON_TYPES = {
  text: 'string',
  number: 'number',
  boolean: 'boolean',
  list: 'array',
  object: 'object',
} as const

/** Names that workflows hand to each other, with their JSON types. */
export function fieldsOfTypes(types: Readonly<Record<string, string>>): Fields {
  return Object.fromEntries(
    Object.entries(types).map(([name, type]) => [
      name,
      JSON_TYPES[type as keyof typeof JSON_TYPES] ?? '',
    ]),
  )
}

function outputOf({ workflow }: JsonObject, surroundings: Surroundings | undefined): Fields {
  const called = surroundings?.workflows.find(({ id }) => id === workflow)
  return fieldsOfTypes(called?.output ?? {})
}
