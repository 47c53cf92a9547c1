// What would become of dead letters if they were sent or applied again now. The same look decides in a dry run and,
// with the letters locked, in the replay itself.

import type { Command } from '#machines/contracts/effect.ts'
import { messageChannelOf } from '#machines/contracts/effect.ts'
import { refusalOf, type Standing } from '#machines/run/send-policy.ts'
import { PLATFORM } from '#actors/stop-words.ts'
import { type Queryable, run } from '../../db/pool.ts'
import type { LetterBody } from './delivery-letters.ts'

export type Fate =
  | { type: 'sent'; hasMovedOn: boolean; isUncertain: boolean }
  | { type: 'refused'; code: string }
  | { type: 'contactGone' }
  | { type: 'movedOn' }

export interface JudgedLetter {
  id: string
  kind: 'effect' | 'envelope'
  contactId: string
  body: LetterBody
  fate: Fate
}

interface JudgedRow {
  id: string
  kind: 'effect' | 'envelope'
  contact_id: string
  body: LetterBody
  node_id: string | null
  is_resolved: boolean
  is_uncertain: boolean
  has_contact: boolean
  consents: Standing['consents'] | null
  opt_outs: Standing['optOuts'] | null
  last_inbound_at: Standing['lastInboundAt'] | null
  handover: string | null
  has_moved_on: boolean
  is_delivered: boolean
  is_parked: boolean
  now: Date
}

export interface JudgeOptions {
  tenantId: string
  ids: readonly string[]
  includeMovedOn: boolean
  /** The letters stay as they are until the transaction ends. */
  isLocking: boolean
}

/** In the order in which they were asked for first; ids that the tenant has no letter of are left out. */
export async function judgeLetters(db: Queryable, options: JudgeOptions): Promise<JudgedLetter[]> {
  const { tenantId, ids, isLocking, includeMovedOn } = options
  const rows = await run<JudgedRow>(db, isLocking ? JUDGE_LOCKED : JUDGE, [tenantId, ids])
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    contactId: row.contact_id,
    body: row.body,
    fate: fateOf(row, includeMovedOn),
  }))
}

function fateOf(row: JudgedRow, includeMovedOn: boolean): Fate {
  if (row.is_resolved) return { type: 'refused', code: 'LETTER_RESOLVED' }
  if (!row.has_contact) return { type: 'contactGone' }
  const { body } = row
  if (!('command' in body)) {
    return row.is_parked
      ? { type: 'sent', hasMovedOn: false, isUncertain: false }
      : { type: 'refused', code: 'LETTER_GONE' }
  }
  const code = refusedCode(row, body.command)
  if (code !== null) return { type: 'refused', code }
  if (row.has_moved_on && !includeMovedOn) return { type: 'movedOn' }
  return { type: 'sent', hasMovedOn: row.has_moved_on, isUncertain: row.is_uncertain }
}

/** I6: what the provider told of meanwhile as taken never leaves again. */
function refusedCode(row: JudgedRow, command: Command): string | null {
  if (row.is_delivered) return 'LETTER_DELIVERED'
  // Their answers are all that they are for, and the run has gone on without one.
  if (command.kind.startsWith('ai.') || command.kind === 'transform.json') return 'LETTER_UNWANTED'
  if (row.node_id === PLATFORM) return null
  if (row.handover === 'agent' && messageChannelOf(command) !== null) return 'LETTER_AGENT'
  const standing = {
    consents: row.consents ?? {},
    optOuts: row.opt_outs ?? {},
    lastInboundAt: row.last_inbound_at ?? {},
  }
  return refusalOf(command, standing, row.now.toISOString())?.code ?? null
}

/** Read as text: what lies in a mailbox may hold a NUL, and PostgreSQL reads no field of such a document. */
function tellsTaken(json: string): string {
  return `strpos(${json}::text, to_json(msg.id)::text) > 0
            and ${json}::text ~ '"status" ?: ?"(accepted|sent|delivered|read)"'`
}

/**
 * A conversation has gone on when its run took another way, ended well or was stopped, or when the workflow began
 * again after the run had failed. A status that says "taken" may still lie in the mailbox.
 */
const TEXT = `select d.id, d.kind, d.contact_id, d.body, d.node_id, d.is_uncertain,
    d.resolved_at is not null or exists (
      select 1 from outbox o where o.tenant_id = d.tenant_id and o.id = d.id) as is_resolved,
    c.id is not null as has_contact, c.consents_json as consents, a.state->'optOuts' as opt_outs,
    a.state->'lastInboundAt' as last_inbound_at, a.state->'handover' as handover,
    case when r.id is null or d.node_id = any(p.states) then false
      when r.status <> 'failed' then true
      else exists (
        select 1 from workflow_runs later where later.tenant_id = r.tenant_id
          and later.contact_id = r.contact_id and later.workflow_id = r.workflow_id
          and later.started_at > r.started_at) end as has_moved_on,
    exists (
      select 1 from messages msg where msg.tenant_id = d.tenant_id and msg.effect_id = d.id and (
        exists (
          select 1 from journal j
          where j.tenant_id = d.tenant_id and j.contact_id = d.contact_id and j.at >= d.created_at
            and j.event_type = 'message.status' and ${tellsTaken('j.entry')})
        or exists (
          select 1 from mailbox m where m.tenant_id = d.tenant_id and m.contact_id = d.contact_id
            and m.envelope::text ~ '"type" ?: ?"message.status"' and ${tellsTaken('m.envelope')})))
      as is_delivered,
    d.kind = 'envelope' and exists (
      select 1 from mailbox m where m.tenant_id = d.tenant_id and m.contact_id = d.contact_id
        and m.parked_at is not null and strpos(m.envelope::text, to_json(d.id)::text) > 0) as is_parked,
    clock_timestamp() as now
  from dead_letters d
  left join contacts c on c.tenant_id = d.tenant_id and c.id = d.contact_id
  left join actor_snapshots a on a.tenant_id = d.tenant_id and a.contact_id = d.contact_id
  left join workflow_runs r on r.tenant_id = d.tenant_id and r.id = d.run_id
  left join run_places p on p.tenant_id = d.tenant_id and p.run_id = d.run_id
  where d.tenant_id = $1 and d.id = any($2::text[])
  order by d.created_at, d.id`

const JUDGE = { name: 'judge_letters', text: TEXT }
const JUDGE_LOCKED = { name: 'judge_letters_locked', text: `${TEXT} for update of d` }
