// The event that starts a run when the script gives none, and the contact that it is about.

import { type ContactFacts, ConsentsSchema, EMPTY_CONTACT } from '../contracts/contact.ts'
import type { Envelope } from '../contracts/envelope.ts'
import { isJsonObject, type Json, type JsonObject } from '../contracts/json.ts'
import type { CompiledWorkflow } from '../compile/compile.ts'
import type { CompleteOptions } from './script.ts'

const PERSON = { name: 'Ana Souza', phone_e164: '+5531999990000', email: 'ana@example.com' }
const GREETING = 'Olá'

/** An envelope as the simulator makes it. */
export function envelopeOf(
  event: { type: string; payload: JsonObject; source?: string | undefined },
  at: string,
): Envelope {
  return {
    event_id: 'evt_simulation',
    tenant_id: 'tnt_simulation',
    contact_id: 'cnt_simulation',
    type: event.type,
    source: event.source ?? 'simulation',
    occurred_at: at,
    correlation_id: 'evt_simulation',
    payload: event.payload,
  }
}

/** An event that passes the trigger, as far as its filter can be guessed. */
export function sampleTrigger(compiled: CompiledWorkflow, at: string): Envelope {
  const type = compiled.triggerEvent
  const { type: name, ...config } = compiled.document.trigger
  const wanted = wantedIn(config)
  const words = Object.values(wanted).filter((value) => typeof value === 'string')
  const payload: JsonObject = {
    ...PERSON,
    ...(type === 'message.received' && { channel: channelIn(name) }),
    text: textOf(wanted),
    message: GREETING,
    ...wanted,
  }
  const candidates = ['simulation', ...words].map((source) =>
    envelopeOf({ type, payload, source }, at),
  )
  return (
    candidates.find((each) => compiled.isTriggeredBy(each)) ?? envelopeOf({ type, payload }, at)
  )
}

/** Facts of the contact: what the options say, else what the payload tells, else the sample person. */
export function contactOf(payload: JsonObject, contact: CompleteOptions['contact']): ContactFacts {
  const text = (...keys: string[]): string | null => {
    const found = keys.map((key) => payload[key]).find((value) => typeof value === 'string')
    return typeof found === 'string' ? found : null
  }
  const told: ContactFacts = {
    ...EMPTY_CONTACT,
    name: text('name') ?? PERSON.name,
    phone: text('phone_e164', 'phone') ?? PERSON.phone_e164,
    email: text('email') ?? PERSON.email,
  }
  const consents = ConsentsSchema.safeParse(payload['consents'])
  if (consents.success) told.consents = consents.data
  const given = Object.entries(contact ?? {}).filter(([, value]) => value !== undefined)
  return { ...told, ...Object.fromEntries(given) }
}

/** What the trigger's name says, where it says something: `message.received.email`. */
function channelIn(trigger: string): string {
  return /^message\.received\.(.+)$/.exec(trigger)?.[1] ?? 'whatsapp'
}

function textOf(wanted: JsonObject): string {
  const { contains } = wanted
  return typeof contains === 'string' ? contains : GREETING
}

/** The leaves of the trigger's own settings, the first of each list: what its filter asks for. */
function wantedIn(config: Record<string, unknown>): JsonObject {
  const wanted: JsonObject = {}
  for (const [key, value] of Object.entries(config)) {
    const first = Array.isArray(value) ? value[0] : value
    if (isJsonObject(first)) Object.assign(wanted, wantedIn(first))
    else if (first !== undefined) wanted[key] = first as Json
  }
  return wanted
}
