// The contacts of one state whom an act is meant for, page by page, and for whom of them it would not be done and why.

import { type ContactState, restoreContactState } from '#actors/snapshot.ts'
import { messageChannelOf } from '#machines/contracts/effect.ts'
import type { StateActKind, StateFilter } from '#machines/contracts/state-acts.ts'
import { interruptAround } from '#machines/run/interrupts.ts'
import { refusalOf } from '#machines/run/send-policy.ts'
import { type Queryable, run } from '../db/pool.ts'
import type { TenantFacts } from '../shard/tenant-facts.ts'

export interface ChosenRun {
  runId: string
  contactId: string
  versionId: string
  /** Why it would not be done; null where it would. */
  code: string | null
}

interface Row {
  runId: string
  contactId: string
  versionId: string
  phone: string | null
  email: string | null
  tags: string[]
  snapshot: unknown
}

export interface Choice {
  tenantId: string
  workflowId: string
  filter: StateFilter
  act: StateActKind
  /** ISO 8601 instant: who came into the state later is not meant. */
  at: string
}

/** Loads the versions of runs. */
export type FactsOf = (versionIds: string[]) => Promise<TenantFacts>

/** Up to `limit` runs after the given one. */
export async function chooseRuns(
  db: Queryable,
  { tenantId, workflowId, filter, act, at }: Choice,
  { after, limit, factsOf }: { after: string; limit: number; factsOf: FactsOf },
): Promise<ChosenRun[]> {
  const { state, waiting = null, tag = null } = filter
  const rows = await run<Row>(db, RUNS, [
    tenantId,
    workflowId,
    state,
    waiting,
    tag,
    at,
    after,
    limit,
  ])
  const facts = await factsOf([...new Set(rows.map(({ versionId }) => versionId))])
  return rows.map((row) => ({
    runId: row.runId,
    contactId: row.contactId,
    versionId: row.versionId,
    code: whyNot(row, act, { facts, at }),
  }))
}

/** As the actor will judge it, as far as that is known now. */
function whyNot(
  row: Row,
  act: StateActKind,
  { facts, at }: { facts: TenantFacts; at: string },
): string | null {
  const state = row.snapshot === null ? null : restoreContactState(row.snapshot)
  if (!state?.runs.some(({ id }) => id === row.runId)) return 'run_ended'
  switch (act.kind) {
    case 'stop':
      return null
    case 'tag':
      return row.tags.includes(act.tag) ? 'tag_there' : null
    case 'move':
      return whyNotMoved(row, act.nodeId, { state, facts })
    case 'say':
      return whyNotSaid(row, act, { state, facts, at })
  }
}

function whyNotMoved(
  { versionId }: Row,
  nodeId: string,
  { state, facts }: { state: ContactState; facts: TenantFacts },
): string | null {
  if (state.handover === 'agent') return 'agent_has_conversation'
  const compiled = facts.library.version(versionId)?.compiled
  const isThere = compiled?.document.nodes.some(({ id }) => id === nodeId)
  return compiled && isThere && interruptAround(compiled, nodeId) === null ? null : 'no_such_node'
}

function whyNotSaid(
  { phone, email }: Row,
  { command }: Extract<StateActKind, { kind: 'say' }>,
  { state, facts, at }: { state: ContactState; facts: TenantFacts; at: string },
): string | null {
  if (state.handover === 'agent') return 'agent_has_conversation'
  const channel = messageChannelOf(command) ?? ''
  if ((facts.channelIds[channel] ?? []).length === 0) return 'CHANNEL_MISSING'
  if ((channel === 'email' ? email : phone) === null) return 'CONTACT_ADDRESS_MISSING'
  const { optOuts, lastInboundAt, contact } = state
  return (
    refusalOf(command, { optOuts, lastInboundAt, consents: contact.consents }, at)?.code ?? null
  )
}

const RUNS = {
  name: 'choose_state_runs',
  isPlannedAnew: true as const,
  text: `select p.run_id as "runId", r.contact_id as "contactId", r.version_id as "versionId",
      c.phone_e164 as phone, c.email, c.tags, s.state as snapshot
    from run_places p
    join workflow_runs r on r.tenant_id = p.tenant_id and r.id = p.run_id
    join contacts c on c.tenant_id = r.tenant_id and c.id = r.contact_id
    left join actor_snapshots s on s.tenant_id = r.tenant_id and s.contact_id = r.contact_id
    where p.tenant_id = $1 and p.workflow_id = $2
      and (p.state = $3 or (cardinality(p.states) > 1 and $3 = any(p.states)))
      and p.since <= $6::timestamptz - make_interval(secs => coalesce($4::float8, 0))
      and ($5::text is null or c.tags @> array[$5::text])
      and p.run_id > $7
    order by p.run_id limit $8`,
}
