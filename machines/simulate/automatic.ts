// What answers an effect that the script says nothing about: success, in the shape that production gives it.

import type { ContactFacts, ContactPatch } from '../contracts/contact.ts'
import { isJsonObject, type Json, type JsonObject } from '../contracts/json.ts'
import type { Command } from '../contracts/effect.ts'
import type { Simulation } from '../contracts/simulation.ts'
import { refusalOf, type Standing } from '../run/send-policy.ts'

export type EffectOutcome = { output: Json } | { error: { code: string; message: string } }

/** The outcome by rule: accepted, except what the send policy or WhatsApp would refuse. */
export function automaticOutcome(
  world: Omit<Standing, 'consents'> & { windowOpen: boolean; contact: ContactFacts; now: string },
  effect: Simulation['effects'][number],
): EffectOutcome {
  const { kind, command, id } = effect
  const { optOuts, lastInboundAt, contact, now } = world
  const standing = { optOuts, lastInboundAt, consents: contact.consents }
  const error = refusalOf(command as unknown as Command, standing, now)
  if (error) return { error }
  if (kind.startsWith('whatsapp.')) {
    if (!world.windowOpen && kind !== 'whatsapp.send_template') {
      const message = 'More than 24 hours have passed since the contact last wrote'
      return { error: { code: 'WHATSAPP_131047', message } }
    }
    return { output: { message_id: `wamid.${id}`, status: 'accepted' } }
  }
  if (changesContact(command)) return { output: { ...changedContact(world.contact, command) } }
  return { output: outputOf(kind, command) }
}

/** The contact's facts after a command on them: nothing is erased, tags are kept apart from case. */
export function changedContact(contact: ContactFacts, command: JsonObject): ContactFacts {
  const { kind, patch, tags } = command
  if (kind === 'contact.upsert' && isJsonObject(patch))
    return patched(contact, patch as ContactPatch)
  const named = Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : []
  if (kind === 'tag.add') return patched(contact, { tags: named })
  if (kind !== 'tag.remove') return contact
  return { ...contact, tags: contact.tags.filter((tag) => !named.includes(tag)) }
}

const CONTACT_KINDS: ReadonlySet<unknown> = new Set(['contact.upsert', 'tag.add', 'tag.remove'])

function changesContact({ kind }: JsonObject): boolean {
  return CONTACT_KINDS.has(kind)
}

function patched(contact: ContactFacts, patch: ContactPatch): ContactFacts {
  return {
    name: patch.name ?? contact.name,
    phone: patch.phone ?? contact.phone,
    email: patch.email?.trim().toLowerCase() ?? contact.email,
    tags: [...new Set([...contact.tags, ...(patch.tags ?? [])])].toSorted(),
    fields: { ...contact.fields, ...patch.fields },
    ...((contact.consents ?? patch.consents) && {
      consents: { ...contact.consents, ...patch.consents },
    }),
  }
}

function outputOf(kind: string, command: JsonObject): Json {
  if (kind === 'ai.classify') {
    const { intents } = command
    const intent = Array.isArray(intents) ? (intents[0] ?? null) : null
    return { intent, confidence: 1, entities: {} }
  }
  if (kind === 'ai.reply') return { reply_text: '…', intent: null, confidence: 1 }
  if (kind === 'webhook.call') return { status: 200, body: {} }
  return kind.startsWith('email.') || kind.startsWith('message.') ? { status: 'accepted' } : {}
}
