// One run told again on another version beside how it was: the same events and results at the same times, nothing sent.

import type { JournalEntry } from '#actors/step.ts'
import { compile } from '#machines/compile/compile.ts'
import type { RetellRequest, Retelling, RetoldStep } from '#machines/contracts/debugger.ts'
import type { Command } from '#machines/contracts/effect.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import { proposeStateMap } from '#machines/diff/state-map.ts'
import { outgoingText } from '#machines/simulate/message-text.ts'
import { tellHistory } from '#machines/simulate/what-if.ts'
import { Tenant } from '../../db/entities/tenant.ts'
import type { Records } from '../../db/orm.ts'
import type { Actor } from '../../face/actor.ts'
import { historyOf, type Names, outcomeThen } from '../actors/run-history.ts'
import { documentOf } from '../workflows/version-records.ts'
import { forkOf } from './fork.ts'

interface RunRow {
  contactId: string
  workflowId: string
  versionId: string
  startedAt: Date
}

/** @throws {FluxoError} RESOURCE_NOT_FOUND; ACTION_NOT_POSSIBLE when the journal no longer holds the run's start */
export async function retell(
  records: Records,
  { actor, contactIds, request }: { actor: Actor; contactIds: string[]; request: RetellRequest },
): Promise<Retelling> {
  const row = await runOf(records, { actor, contactIds, runId: request.runId })
  const where = { actor, workflowId: row.workflowId }
  const document = await documentOf(records, where, request.on)
  const names = namesIn(await documentOf(records, where, row.versionId), document)
  const { journal, until } = await journalOf(records, actor, row)
  const history = historyOf(journal, { runId: request.runId, names, until })
  if (!history) {
    const message = 'The journal no longer holds the start of this run'
    throw new FluxoError('ACTION_NOT_POSSIBLE', { message })
  }
  const { status, states } = outcomeThen(journal, request.runId, names)
  const then = { status, states, steps: stepsThen(journal, request.runId, names) }
  const { workflow, diagnostics } = compile(document)
  const zone = (await records.findOne(Tenant, { id: actor.tenantId }))?.zone ?? 'UTC'
  const told = workflow && tellHistory(workflow, history, zone)
  if (!told) return { diagnostics, then, now: null, differsAt: 0, fork: null }
  const now = {
    status: told.outcome.status,
    states: told.outcome.states,
    steps: told.steps.filter(({ path, effects }) => path.length + effects.length > 0).map(stepNow),
  }
  return { diagnostics, then, now, ...forkOf(then, now) }
}

/** Old node ids to those of the version that is tried. */
function namesIn(before: unknown, after: unknown): Names {
  const renamed = proposeStateMap(before, after).filter(({ rule }) => rule === 'renamed')
  return new Map(renamed.map(({ from, to }) => [from, to ?? from]))
}

function stepsThen(journal: readonly JournalEntry[], runId: string, names: Names): RetoldStep[] {
  const named = (id: string): string => names.get(id) ?? id
  return journal.flatMap(({ at, envelope, runs, effects }) => {
    const change = runs.find(({ id }) => id === runId)
    if (!change || change.path.length === 0) return []
    const { from, to, path } = change
    return {
      at,
      event: envelope.type,
      from: from === null ? null : named(from),
      to: named(to),
      path: path.map(named),
      effects: effects
        .filter((effect) => effect.runId === runId)
        .map(({ nodeId, command }) => toldEffect(named(nodeId), command)),
    }
  })
}

type StepNow = NonNullable<ReturnType<typeof tellHistory>>['steps'][number]

function stepNow({ at, event, from, to, path, effects }: StepNow): RetoldStep {
  return {
    at,
    event,
    from,
    to,
    path,
    effects: effects.map(({ nodeId, command }) =>
      toldEffect(nodeId, command as unknown as Command),
    ),
  }
}

function toldEffect(nodeId: string, command: Command): RetoldStep['effects'][number] {
  const { kind } = command
  return { nodeId, kind, preview: outgoingText(command)?.text ?? '' }
}

async function runOf(
  records: Records,
  { actor, contactIds, runId }: { actor: Actor; contactIds: string[]; runId: string },
): Promise<RunRow> {
  const [row]: RunRow[] = await records.execute(RUN, [actor.tenantId, runId])
  if (!row || !contactIds.includes(row.contactId)) throw new FluxoError('RESOURCE_NOT_FOUND')
  return row
}

async function journalOf(
  records: Records,
  { tenantId }: Actor,
  { contactId, startedAt }: RunRow,
): Promise<{ journal: JournalEntry[]; until: string }> {
  const since = new Date(startedAt).toISOString()
  const rows: { entry: JournalEntry; until: Date }[] = await records.execute(JOURNAL, [
    tenantId,
    contactId,
    since,
  ])
  const until = new Date(rows[0]?.until ?? startedAt).toISOString()
  return { journal: rows.map(({ entry }) => entry), until }
}

const RUN = `select contact_id as "contactId", workflow_id as "workflowId", version_id as "versionId",
    started_at as "startedAt"
  from workflow_runs where tenant_id = ? and id = ?`

/** Longer conversations are told as far as this goes. */
const JOURNAL = `select entry, clock_timestamp() as until from journal
  where tenant_id = ? and contact_id = ? and at >= ?::timestamptz order by seq limit 2000`
