// Envelopes and Steps: accepted once, applied once and in order, by the owner of the shard, with their journal entry.

import {
  type AcceptedEnvelope,
  type Books,
  contactKey,
  type Fields,
  type NamedChange,
  type Fail,
} from './books.ts'

export interface StepCheck {
  books: Books
  changes: readonly NamedChange[]
  processName: string
  /** The committed owner of a shard. */
  ownerOf: (shard: number) => string | null
  commit: number
  fail: Fail
}

/** The journal's entry, as far as it is looked at. */
export interface Entry {
  seq: number
  envelope: {
    event_id: string
    tenant_id: string
    contact_id: string
    type: string
    payload: Record<string, unknown>
  }
  effects: { id: string; command: { kind: string } }[]
  runs: unknown[]
  note: string | null
}

export function checkSteps(check: StepCheck): void {
  for (const { table, before, after } of check.changes)
    if (table === 'mailbox' && after && !before) accept(check, after)
  const entries = check.changes.flatMap(({ table, after }) =>
    table === 'journal' && after
      ? [{ fields: after, entry: JSON.parse(String(after('entry'))) as Entry }]
      : [],
  )
  for (const { fields, entry } of entries) apply(check, fields, entry)
  checkRemoved(check, new Set(entries.map(({ entry }) => entry.envelope.event_id)))
  if (entries.length > 0) checkOwner(check)
  checkSnapshots(check)
}

function accept({ books, commit, fail }: StepCheck, row: Fields): void {
  const body = String(row('envelope'))
  const envelope = JSON.parse(body) as Entry['envelope']
  const { tenant_id: tenantId, contact_id: contactId, event_id: eventId, type } = envelope
  if (tenantId !== row('tenant_id') || contactId !== row('contact_id'))
    fail(`I9 the envelope ${eventId} lies in a mailbox that is not its contact's`)
  if (books.envelopes.has(eventId)) fail(`I2 the event ${eventId} entered a mailbox twice`)
  const accepted: AcceptedEnvelope = {
    id: Number(row('id')),
    tenantId,
    contactId,
    eventId,
    type,
    commit,
    body,
    isApplied: false,
    isParked: false,
  }
  books.envelopes.set(eventId, accepted)
  const key = contactKey(row)
  const waiting = books.waiting.get(key) ?? new Map<number, AcceptedEnvelope>()
  waiting.set(accepted.id, accepted)
  books.waiting.set(key, waiting)
}

function apply({ books, fail }: StepCheck, row: Fields, entry: Entry): void {
  const key = contactKey(row)
  const journal = books.journals.get(key) ?? []
  const { event_id: eventId } = entry.envelope
  const accepted = books.envelopes.get(eventId)
  if (!accepted) return fail(`I2 ${eventId} was applied and never accepted`)
  if (accepted.isApplied) fail(`I2 ${eventId} (${accepted.type}) was applied twice`)
  if (`${accepted.tenantId} ${accepted.contactId}` !== key)
    fail(`I9 ${eventId} was applied to another contact`)
  if (Number(row('seq')) !== journal.length + 1 || entry.seq !== journal.length + 1)
    fail(`I2 the journal of ${key} has entry ${entry.seq} after ${journal.length}`)
  if (JSON.stringify(entry.envelope) !== JSON.stringify(JSON.parse(accepted.body)))
    fail(`I2 ${eventId} was applied as something else than was accepted`)
  accepted.isApplied = true
  journal.push(entry)
  books.journals.set(key, journal)
  checkOrder(books.waiting.get(key), accepted, fail)
  books.waiting.get(key)?.delete(accepted.id)
  return undefined
}

/** Whoever saw this one saw those that were there before it too. */
function checkOrder(
  waiting: Map<number, AcceptedEnvelope> | undefined,
  applied: AcceptedEnvelope,
  fail: Fail,
): void {
  for (const other of waiting?.values() ?? [])
    if (other.id < applied.id && other.commit <= applied.commit)
      fail(`I3 ${applied.eventId} was applied before ${other.eventId}, which came first`)
}

function checkRemoved({ changes, fail }: StepCheck, applied: ReadonlySet<string>): void {
  for (const { table, before, after } of changes) {
    if (table !== 'mailbox' || !before || after) continue
    const { event_id: eventId } = JSON.parse(String(before('envelope'))) as Entry['envelope']
    if (!applied.has(eventId)) fail(`I2 ${eventId} left the mailbox and was not applied`)
  }
}

function checkOwner({ books, changes, processName, ownerOf, fail }: StepCheck): void {
  for (const { table, after } of changes) {
    if (table !== 'actor_snapshots' || !after) continue
    const shard = Number(after('shard'))
    const owner = ownerOf(shard)
    if (owner === null || !books.workers.get(processName)?.has(owner))
      fail(`I8 ${processName} wrote in shard ${shard}, which is ${owner ?? 'nobody'}'s`)
  }
}

function checkSnapshots({ books, changes, fail }: StepCheck): void {
  for (const { table, after } of changes) {
    if (table !== 'actor_snapshots' || !after) continue
    const entries = books.journals.get(contactKey(after))?.length ?? 0
    if (Number(after('seq')) !== entries)
      fail(
        `I2 the snapshot of ${contactKey(after)} is at ${String(after('seq'))}, its journal at ${entries}`,
      )
  }
}
