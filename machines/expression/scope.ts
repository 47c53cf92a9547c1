// What an expression can see: the run's context, the contact's facts and the moment, under one root `$`.

import type { ContactFacts } from '../contracts/contact.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import { readClocks } from './clock.ts'

export type Scope = Record<string, unknown>

/** The part of every scope that is the platform's own. */
export type ScopeRoot = Pick<ScopeParts, 'contact' | 'now' | 'zone'>

/** Names that belong to the platform at the root of a scope; a node may not be called so. */
export const SCOPE_NAMES: ReadonlySet<string> = new Set([
  'payload',
  'contact',
  'vars',
  'now',
  'zone',
])

export interface ScopeParts {
  /** Payload of the event that started the run. */
  payload: Json
  vars: JsonObject
  /** Results of earlier nodes by node id. */
  results: JsonObject
  contact: ContactFacts
  /** ISO 8601 instant of the Step. */
  now: string
  /** IANA zone of the tenant. */
  zone: string
  /** Where the event that started the run came from: `instagram`; left out: unknown. */
  source?: string | undefined
}

/**
 * Builds the root object of expressions: `$.payload`, `$.contact`, `$.vars`, `$.now`, `$.zone`, each
 * node's result under its id, and as shorthands variables and the contact's fields (`{{name}}`). Where nothing
 * of the workflow or the contact has that name: `$.source`, and `$.clock` with the time of day.
 */
export function createScope(parts: ScopeParts): Scope {
  const { contact } = parts
  const scope: Scope = {
    source: parts.source ?? null,
    ...contact.fields,
    name: contact.name,
    phone: contact.phone,
    phone_e164: contact.phone,
    email: contact.email,
    tags: contact.tags,
    ...parts.vars,
    ...parts.results,
    payload: parts.payload,
    contact,
    vars: parts.vars,
    now: parts.now,
    zone: parts.zone,
  }
  return Object.hasOwn(scope, 'clock') ? scope : Object.defineProperty(scope, 'clock', CLOCK)
}

/** Read only where a workflow asks for it. One for all scopes, or each of them would be given a shape of its own. */
const CLOCK: PropertyDescriptor = {
  get(this: ScopeRoot) {
    return readClocks(this.now, this.zone, this.contact)
  },
  enumerable: true,
  configurable: true,
}
