// One transaction's work of accepting a group of arrivals, step by step, each step one statement over arrays.
// I2: a dedupe key is unique for as long as it is kept (DEDUPE_DAYS). Nonces and keys live here and not in Redis, so
// that losing Redis reopens nothing.

import type { Envelope } from '#machines/contracts/envelope.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { Arrival } from '../connectors/arrival.ts'
import type { Queryable } from '../db/pool.ts'
import { createId } from '../ids.ts'
import { claimKeys } from './claim-keys.ts'
import { findThreads, type ThreadFound, withThread } from './find-threads.ts'
import type { Acceptance, Incoming, TenantArrival } from './incoming.ts'
import { linkIdentities } from './link-identities.ts'
import { findByPhone, type KnownContacts, resolveContacts } from './resolve-contacts.ts'
import { renumber } from './renumber.ts'
import { setRepeatsAside } from './repeated-leads.ts'
import { judgeConflicts } from './shown-together.ts'
import { storeConsents } from './store-consents.ts'
import { sentTogether } from '../shard/sent-together.ts'
import { applyStatuses, findMessages } from './store-statuses.ts'
import { storeTouches } from './store-touches.ts'
import { writeLeadFacts } from './write-lead-facts.ts'
import { noteLastChannel, openConversations, storeLeads, storeRecords } from './store-records.ts'

type Outcome = Acceptance | FluxoError

/** Stores a group; the result has one outcome per arrival, in order. */
export async function storeArrivals(db: Queryable, items: TenantArrival[]): Promise<Outcome[]> {
  const outcomes = Array.from<Outcome | undefined>({ length: items.length })
  const report = (index: number, outcome: Outcome): void => {
    outcomes[index] = outcome
  }
  const drafts = items.map((item, index) => ({ ...item, index, eventId: createId('event') }))
  const welcome = await refuseUnknown(db, drafts, report)
  // Both are sent at once; a repetition is rare enough to be looked up in vain.
  const claiming = claimKeys(db, welcome, report)
  const finding = findByPhone(db, welcome)
  await sentTogether([claiming, finding])
  const fresh = await claiming
  const threads = await findThreads(db, fresh)
  const contacts = await contactsOf(db, fresh, withThreads(await finding, threads))
  const incoming: Incoming[] = []
  for (const { index, tenantId, arrival, eventId } of fresh) {
    const contact = contacts.get(index)
    // A status of a message that is not ours is acknowledged, or the provider would send it for days.
    if (!contact && arrival.type === 'status')
      report(index, { duplicate: false, eventId: null, contactId: null })
    else if (!contact)
      throw new FluxoError('INTERNAL', { message: 'An arrival came without an address' })
    else {
      const thread = threads.get(index)
      const known = { tenantId, eventId, messageId: createId('message'), contact }
      incoming.push({
        ...known,
        arrival: thread ? withThread(arrival, thread, contact.id) : arrival,
      })
      report(index, { duplicate: false, eventId, contactId: contact.id })
    }
  }
  const linked = await linkIdentities(db, incoming)
  const { fresh: told, repeats } = await setRepeatsAside(db, linked.incoming)
  for (const { item, firstEventId } of repeats) {
    const at = outcomes.findIndex((outcome) => isOf(outcome, item.eventId))
    report(at, {
      duplicate: true,
      repeated: true,
      eventId: firstEventId,
      contactId: item.contact.id,
    })
  }
  await storeAll(
    db,
    told,
    repeats.map(({ item }) => item),
  )
  if (linked.conflicts.length > 0) await judgeConflicts(db, linked.conflicts)
  return outcomes.map((outcome) => outcome ?? new FluxoError('INTERNAL'))
}

/** Who writes from an address that nobody has, but answers a message of ours. */
function withThreads(
  known: KnownContacts,
  threads: ReadonlyMap<number, ThreadFound>,
): KnownContacts {
  if (threads.size === 0) return known
  const answering = [...threads].flatMap(([index, { contact }]) =>
    contact ? [[index, contact] as const] : [],
  )
  return new Map([...answering, ...known])
}

const isOf = (outcome: Outcome | undefined, eventId: string): boolean =>
  outcome !== undefined && !(outcome instanceof FluxoError) && outcome.eventId === eventId

type Draft = TenantArrival & { index: number; eventId: string }

/** Before any key is claimed, so that the same event is welcome once the contact exists. */
async function refuseUnknown(
  db: Queryable,
  drafts: Draft[],
  report: (index: number, outcome: Outcome) => void,
): Promise<Draft[]> {
  const strict = drafts.filter(
    ({ arrival }) => arrival.type === 'event' && arrival.unknownContact === 'reject',
  )
  if (strict.length === 0) return drafts
  const known = await resolveContacts(db, strict)
  const refused = new Set(
    strict.filter((draft) => !known.has(draft.index)).map((draft) => draft.index),
  )
  for (const index of refused)
    report(index, new FluxoError('CONTACT_UNKNOWN', { field: 'contact' }))
  return drafts.filter((draft) => !refused.has(draft.index))
}

async function contactsOf(
  db: Queryable,
  drafts: Draft[],
  known: KnownContacts,
): Promise<KnownContacts> {
  const statuses = drafts.filter((draft) => draft.arrival.type === 'status')
  const others = drafts.filter((draft) => draft.arrival.type !== 'status')
  const found = await findMessages(db, statuses)
  const resolved = await resolveContacts(db, others, known)
  return found.size === 0 ? resolved : new Map([...found, ...resolved])
}

/** @param repeats leads that tell nobody again; what they agree to holds, and what brought them counts */
async function storeAll(db: Queryable, incoming: Incoming[], repeats: Incoming[]): Promise<void> {
  await storeTouches(db, [...repeats, ...incoming])
  const opened = await openConversations(db, incoming)
  const known = await storeConsents(db, [...repeats, ...opened])
  if (incoming.length === 0) return
  const leads = incoming.filter((item) => item.arrival.type === 'lead')
  const statuses = incoming.filter((item) => item.arrival.type === 'status')
  const told = await writeLeadFacts(db, known.slice(repeats.length))
  await sentTogether([
    storeRecords(
      db,
      told.map((item) => ({ incoming: item, envelope: envelopeOf(item) })),
    ),
    noteLastChannel(db, told),
    storeLeads(db, leads),
    renumber(db, incoming),
  ])
  await applyStatuses(db, statuses)
}

function envelopeOf({ tenantId, arrival, eventId, messageId, contact }: Incoming): Envelope {
  return {
    event_id: eventId,
    tenant_id: tenantId,
    contact_id: contact.id,
    type: typeOf(arrival),
    source: arrival.source,
    occurred_at: arrival.occurredAt,
    correlation_id: eventId,
    payload: payloadOf(arrival, {
      messageId: contact.messageId ?? messageId,
      rank: contact.statusRank,
    }),
    ...(contact.facts ? { contact: contact.facts } : {}),
  }
}

function typeOf(arrival: Arrival): string {
  switch (arrival.type) {
    case 'lead':
      return arrival.eventType ?? 'lead.captured'
    case 'message':
      return 'message.received'
    case 'echo':
      return 'message.echoed'
    case 'status':
      return 'message.status'
    case 'event':
      return arrival.eventType
  }
}

function payloadOf(
  arrival: Arrival,
  { messageId, rank }: { messageId: string; rank: number | undefined },
): Envelope['payload'] {
  switch (arrival.type) {
    case 'lead':
    case 'event':
      return arrival.payload
    case 'message':
    case 'echo': {
      const { channel, channelId, providerMessageId, kind, text, content, occurredAt } = arrival
      return {
        channel,
        channelId,
        messageId,
        providerMessageId,
        kind,
        text,
        content,
        sentAt: occurredAt,
      }
    }
    case 'status': {
      const { channel, effectId, providerMessageId, status, occurredAt } = arrival
      const error = arrival.error ? { ...arrival.error } : null
      return {
        channel,
        messageId,
        effectId,
        providerMessageId,
        status,
        error,
        occurredAt,
        ...(rank !== undefined && { previousRank: rank }),
        ...(arrival.pricing && { pricing: { ...arrival.pricing } }),
      }
    }
  }
}
