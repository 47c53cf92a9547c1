// One contact's actor: the view of its state and journal, and what a person at the controls may do.

import type { Pool } from 'pg'
import type { ActorAction, ActorView, RunView } from '#machines/contracts/api.ts'
import type { Envelope } from '#machines/contracts/envelope.ts'
import type { OperatorActedPayload } from '#machines/contracts/event.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import { type ContactState, restoreContactState } from '#actors/snapshot.ts'
import { inTransaction } from '../../db/pool.ts'
import { inTenant, type Orm, type Records } from '../../db/orm.ts'
import type { Actor, PageQuery, Runtime } from '../../face.ts'
import { createId } from '../../ids.ts'
import { enqueueEnvelopes } from '../../mailbox/enqueue.ts'
import { shardOf } from '../../shard/shard-of.ts'
import { loadTenantFacts, type TenantFactsCache } from '../../shard/tenant-facts.ts'
import { type AuditEntry, writeAudit } from '../audit.ts'
import { contactIdsOf, getContact } from '../contacts/contacts.ts'
import { listJournal } from './journal-view.ts'
import { assertAllowed, assertPossible, payloadOf } from './operator-actions.ts'
import { activeRunView, endedRuns, type RunNames } from './run-view.ts'

/** Creates the commands of actors. */
export function createActors(orm: Orm, pool: Pool, facts: TenantFactsCache): Runtime['actors'] {
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
      const envelope = await inTenant(orm, actor.tenantId, (records) => act(records, request))
      return store(pool, actor, envelope)
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
type ActRequest = Request & { action: ActorAction }

async function view(records: Records, request: ViewRequest): Promise<ActorView> {
  const { actor, query } = request
  const contact = await getContact(records, actor, request.contactId)
  const contactId = contact.id
  const contactIds = await contactIdsOf(records, actor, contactId)
  const state = await loadState(records, actor, contactId)
  const [mailbox]: { waiting: string; parked: string | null }[] = await records.execute(
    'select count(*) as waiting, max(parked_reason) filter (where parked_at is not null) as parked from mailbox where tenant_id = ? and contact_id = ?',
    [actor.tenantId, contactId],
  )
  return {
    contact,
    handover: state?.handover ?? 'bot',
    optOuts: state?.optOuts ?? {},
    kept: state?.deferred.length ?? 0,
    seq: state?.seq ?? 0,
    runs: await runsOf(records, state, { ...request, contactIds }),
    journal: await listJournal(records, { actor, contactIds, query }),
    mailbox: { waiting: Number(mailbox?.waiting ?? 0), parked: mailbox?.parked ?? null },
  }
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

async function namesOf(
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
  assertPossible(state, action, library)
  return operatorEnvelope(actor, contactId, payloadOf(actor, action))
}

async function store(pool: Pool, actor: Actor, envelope: Envelope): Promise<{ eventId: string }> {
  const { event_id: eventId, contact_id: contactId, payload } = envelope
  const shard = shardOf(actor.tenantId, contactId)
  await inTransaction(pool, async (db) => {
    const id = eventId.replace(/^evt_/, 'aud_')
    await writeAudit(db, actor, { id, subject: contactId, ...auditOf(payload) })
    await enqueueEnvelopes(db, [{ envelope, shard }])
  })
  return { eventId }
}

function auditOf(payload: JsonObject): Pick<AuditEntry, 'action' | 'reason' | 'details'> {
  const { userId: _userId, ...said } = payload
  const { action, reason, ...details } = said as JsonObject & { action: string; reason: string }
  return { action, reason, details }
}

function operatorEnvelope(
  actor: Actor,
  contactId: string,
  payload: OperatorActedPayload,
): Envelope {
  const eventId = createId('event')
  return {
    event_id: eventId,
    tenant_id: actor.tenantId,
    contact_id: contactId,
    type: 'operator.acted',
    source: 'operator',
    occurred_at: new Date().toISOString(),
    correlation_id: eventId,
    payload: payload as unknown as JsonObject,
  }
}
