// One contact's actor: the view of its state and journal, and what a person at the controls may do.

import type { Pool } from 'pg'
import type { ActorAction } from '#machines/contracts/actor-actions.ts'
import type { ActorView, Parked, RunView } from '#machines/contracts/api.ts'
import type { Envelope } from '#machines/contracts/envelope.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import { type ContactState, restoreContactState } from '#actors/snapshot.ts'
import { inTransaction } from '../../db/pool.ts'
import { inTenant, type Orm, type Records } from '../../db/orm.ts'
import type { Actor, PageQuery, Runtime } from '../../face.ts'
import { createId } from '../../ids.ts'
import { enqueueEnvelopes } from '../../mailbox/enqueue.ts'
import { shardOf } from '../../shard/shard-of.ts'
import { loadTenantFacts, type TenantFactsCache } from '../../shard/tenant-facts.ts'
import { writeAudit } from '../audit.ts'
import { contactIdsOf, getContact } from '../contacts/contacts.ts'
import { createStateReader, type StateReader } from '../debugger/state-at.ts'
import { auditIdOf, listJournal } from './journal-view.ts'
import { assertAllowed, assertPossible, type KnownAction, payloadOf } from './operator-actions.ts'
import { activeRunView, endedRuns, findEnded, type RunNames } from './run-view.ts'
import { findDeed, requireWayBack, type Undo, undoPayload } from './undo-act.ts'

/** Creates the commands of actors. */
export function createActors(orm: Orm, pool: Pool, facts: TenantFactsCache): Runtime['actors'] {
  const states = createStateReader(pool, facts)
  return {
    view: (actor, contactId, query) =>
      inTenant(
        orm,
        actor.tenantId,
        (records) => view(records, { actor, contactId, query, pool, facts }),
        {
          isConsistent: true,
        },
      ),
    act: async (actor, contactId, action) => {
      const request = { actor, contactId, action, pool, facts }
      const envelope =
        action.action === 'undo'
          ? await undo(orm, states, { actor, contactId, action })
          : await inTenant(orm, actor.tenantId, (records) => act(records, { ...request, action }))
      return store(pool, actor, { envelope, action })
    },
  }
}

interface Request {
  actor: Actor
  contactId: string
  pool: Pool
  facts: TenantFactsCache
}
type ViewRequest = Request & { query: PageQuery }
type Act = Exclude<ActorAction, Undo>
type KnownAct = Exclude<KnownAction, Undo>
type ActRequest = Request & { action: Act }

async function view(records: Records, request: ViewRequest): Promise<ActorView> {
  const { actor, query } = request
  const contact = await getContact(records, actor, request.contactId)
  const contactId = contact.id
  const contactIds = await contactIdsOf(records, actor, contactId)
  const state = await loadState(records, actor, contactId)
  return {
    contact,
    handover: state?.handover ?? 'bot',
    optOuts: state?.optOuts ?? {},
    kept: state?.deferred.length ?? 0,
    seq: state?.seq ?? 0,
    runs: await runsOf(records, state, { ...request, contactIds }),
    journal: await listJournal(records, { actor, contactIds, query }),
    mailbox: await mailboxOf(records, actor, contactId),
  }
}

async function mailboxOf(
  records: Records,
  { tenantId }: Actor,
  contactId: string,
): Promise<ActorView['mailbox']> {
  const [mailbox]: { waiting: string; parked: string | null }[] = await records.execute(
    'select count(*) as waiting, min(id) filter (where parked_at is not null) as parked from mailbox where tenant_id = ? and contact_id = ?',
    [tenantId, contactId],
  )
  const { waiting = '0', parked = null } = mailbox ?? {}
  if (parked === null) return { waiting: Number(waiting), parked: null }
  const [row]: { envelope: Partial<Envelope>; reason: string | null }[] = await records.execute(
    'select envelope, parked_reason as reason from mailbox where tenant_id = ? and id = ?',
    [tenantId, parked],
  )
  return { waiting: Number(waiting), parked: row ? parkedOf(row) : null }
}

/** Reasons of our own begin with their code. */
function parkedOf(row: { envelope: Partial<Envelope>; reason: string | null }): Parked {
  const { event_id: eventId = '', type: event = '' } = row.envelope
  const reason = row.reason ?? ''
  const code = /^([A-Z]+(?:_[A-Z]+)+): /.exec(reason)?.[1] ?? null
  return { eventId, event, code, reason }
}

async function loadState(
  records: Records,
  actor: Actor,
  contactId: string,
): Promise<ContactState | null> {
  const [row]: { state: unknown }[] = await records.execute(
    'select state from actor_snapshots where tenant_id = ? and contact_id = ?',
    [actor.tenantId, contactId],
  )
  return row ? restoreContactState(row.state) : null
}

async function runsOf(
  records: Records,
  state: ContactState | null,
  { actor, contactIds, pool, facts }: ViewRequest & { contactIds: string[] },
): Promise<RunView[]> {
  const active = state?.runs ?? []
  const ended = await endedRuns(records, actor, contactIds)
  const versionIds = active.map((run) => run.versionId)
  const { library } = await loadTenantFacts(pool, facts, actor.tenantId, versionIds)
  const names = await namesOf(records, actor, versionIds)
  const views = active.map((run) =>
    activeRunView(run, library.version(run.versionId)?.compiled, names.get(run.versionId)),
  )
  return [...views, ...ended]
}

/** What people call the versions. */
export async function namesOf(
  records: Records,
  actor: Actor,
  versionIds: string[],
): Promise<Map<string, RunNames>> {
  if (versionIds.length === 0) return new Map()
  const rows: (RunNames & { id: string })[] = await records.execute(
    `select v.id, w.name as "workflowName", v.number as "versionNumber" from workflow_versions v
     join workflows w on w.tenant_id = v.tenant_id and w.id = v.workflow_id
     where v.tenant_id = ? and v.id in (${versionIds.map(() => '?').join(', ')})`,
    [actor.tenantId, ...versionIds],
  )
  return new Map(rows.map((row) => [row.id, row]))
}

/** The action is checked against what is known now and applied in order like any other envelope. */
async function act(
  records: Records,
  { actor, contactId: asked, action, pool, facts }: ActRequest,
): Promise<Envelope> {
  assertAllowed(actor, action)
  const { id: contactId } = await getContact(records, actor, asked)
  const state = await loadState(records, actor, contactId)
  const versionIds = (state?.runs ?? []).map((run) => run.versionId)
  const { library } = await loadTenantFacts(pool, facts, actor.tenantId, versionIds)
  const known = await withEnded(records, { actor, contactId, state, action })
  assertPossible(state, known, library)
  return envelopeOf(actor, contactId, saidBy(actor, known))
}

/** A run that is over is in no snapshot: what it began with comes along. */
async function withEnded(
  records: Records,
  {
    actor,
    contactId,
    state,
    action,
  }: { actor: Actor; contactId: string; state: ContactState | null; action: Act },
): Promise<KnownAct> {
  if (action.action !== 'restart') return action
  const { runId } = action
  if (state?.runs.some(({ id }) => id === runId)) return action
  const contactIds = await contactIdsOf(records, actor, contactId)
  const ended = await findEnded(records, actor, { runId, contactIds })
  return ended ? { ...action, ended } : action
}

function saidBy(actor: Actor, action: KnownAct): Pick<Envelope, 'type' | 'payload'> {
  if (action.action === 'send_event') return { type: action.event, payload: action.payload }
  const payload = payloadOf(actor, action) as unknown as JsonObject
  return { type: 'operator.acted', payload }
}

/** The state of then is read beside the transaction that looks it up. */
async function undo(
  orm: Orm,
  states: StateReader,
  { actor, contactId: asked, action }: { actor: Actor; contactId: string; action: Undo },
): Promise<Envelope> {
  assertAllowed(actor, action)
  const { place, now } = await inTenant(orm, actor.tenantId, async (records) => {
    const { id: contactId } = await getContact(records, actor, asked)
    const place = await findDeed(records, actor, { contactId, eventId: action.eventId })
    return { place, now: await loadState(records, actor, contactId) }
  })
  const payload = undoPayload(actor, action, await requireWayBack(states, place, now))
  return envelopeOf(actor, place.contactId, { type: 'operator.acted', payload })
}

interface Order {
  envelope: Envelope
  action: ActorAction
}

async function store(
  pool: Pool,
  actor: Actor,
  { envelope, action: given }: Order,
): Promise<{ eventId: string }> {
  const { event_id: eventId, contact_id: contactId } = envelope
  const shard = shardOf(actor.tenantId, contactId)
  const { action, reason, ...details } = given
  await inTransaction(pool, async (db) => {
    const id = auditIdOf(eventId)
    const entry = { id, subject: contactId, action, reason, details: details as JsonObject }
    await writeAudit(db, actor, entry)
    await enqueueEnvelopes(db, [{ envelope, shard }])
  })
  return { eventId }
}

function envelopeOf(
  actor: Actor,
  contactId: string,
  said: Pick<Envelope, 'type' | 'payload'>,
): Envelope {
  const eventId = createId('event')
  return {
    event_id: eventId,
    tenant_id: actor.tenantId,
    contact_id: contactId,
    ...said,
    source: 'operator',
    occurred_at: new Date().toISOString(),
    correlation_id: eventId,
  }
}
