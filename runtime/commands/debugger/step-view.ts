// One Step as people see it, with the whole state of the contact right before and right after it.

import type { ContactState } from '#actors/snapshot.ts'
import type { JournalItem, RunView } from '#machines/contracts/api.ts'
import type { StepMoment, StepView } from '#machines/contracts/debugger.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { RunChange } from '#machines/run/run-state.ts'
import type { Records } from '../../db/orm.ts'
import type { Actor } from '../../face/actor.ts'
import type { TenantFacts } from '../../shard/tenant-facts.ts'
import { namesOf } from '../actors/actors.ts'
import { HISTORY, listJournal } from '../actors/journal-view.ts'
import { activeRunView, contextOf, type RunNames } from '../actors/run-view.ts'
import { cursorOf } from '../cursor.ts'
import type { Around } from './state-at.ts'

/** Whose Step it is, and its number there: those of contacts that became this one stand below its own. */
export function locate(
  contactIds: readonly string[],
  seq: number,
): { contactId: string; seq: number } | null {
  const index = seq > 0 ? 0 : Math.ceil((1 - seq) / HISTORY)
  const contactId = contactIds[index]
  return contactId === undefined ? null : { contactId, seq: seq + index * HISTORY }
}

/** @throws {FluxoError} RESOURCE_NOT_FOUND */
export async function readStep(
  records: Records,
  { actor, contactIds, seq }: { actor: Actor; contactIds: string[]; seq: number },
): Promise<JournalItem> {
  const query = { cursor: cursorOf([String(seq + 1)]), limit: 1 }
  const { items } = await listJournal(records, { actor, contactIds, query })
  const [step] = items
  if (step?.seq !== seq) throw new FluxoError('RESOURCE_NOT_FOUND')
  return step
}

export async function stepView(
  records: Records,
  { actor, step, around, facts }: StepParts,
): Promise<StepView> {
  if (!around) return { step, before: null, after: null }
  const { entry, before, after } = around
  const runs = [...(before?.runs ?? []), ...(after?.runs ?? []), ...entry.runs]
  const versionIds = [...new Set(runs.map(({ versionId }) => versionId))]
  const { library } = await facts(versionIds)
  const names = await namesOf(records, actor, versionIds)
  const view = (state: ContactState | null): StepMoment | null =>
    state &&
    momentOf(state, (run) =>
      activeRunView(run, library.version(run.versionId)?.compiled, names.get(run.versionId)),
    )
  const now = view(after)
  const ended = entry.runs
    .filter(({ status }) => status !== 'active')
    .map((change) => endedView(change, names.get(change.versionId)))
  return { step, before: view(before), after: now && { ...now, runs: [...now.runs, ...ended] } }
}

interface StepParts {
  actor: Actor
  step: JournalItem
  around: Around | null
  facts: (versionIds: string[]) => Promise<TenantFacts>
}

function momentOf(
  { handover, optOuts, deferred, contact, runs }: ContactState,
  viewOf: (run: ContactState['runs'][number]) => RunView,
): StepMoment {
  return {
    handover,
    optOuts,
    kept: deferred.length,
    facts: contact as unknown as JsonObject,
    runs: runs.map(viewOf),
  }
}

/** A run that this Step ended, as it was at its end. */
function endedView(change: RunChange, names: RunNames | undefined): RunView {
  const { id, workflowId, versionId, status, since, startedAt, finishedAt, error, context } = change
  return {
    id,
    workflowId,
    versionId,
    status,
    since,
    startedAt,
    finishedAt,
    error,
    workflowName: names?.workflowName ?? workflowId,
    versionNumber: names?.versionNumber ?? 0,
    state: change.to,
    states: [],
    waitingFor: [],
    timers: [],
    context: contextOf((context ?? {}) as unknown as JsonObject),
  }
}
