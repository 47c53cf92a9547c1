// What a person at the controls does to one contact's runs, and to who has the conversation.

import type { EndedRun, OperatorActedPayload } from '#machines/contracts/event.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { RunState, RunVersion } from '#machines/run/run-state.ts'
import { restoreRun } from '#machines/run/migrate.ts'
import { setVariable } from '#machines/run/set-variable.ts'
import type { Draft } from './draft.ts'
import { giveBack, move, take } from './handover.ts'
import { changeTags, say } from './operator-effects.ts'
import { advance, runOf, settle, start, stop, versionOf } from './run-steps.ts'
import type { StepNote } from './step.ts'

export function routeOperator(draft: Draft): StepNote | null {
  const payload = draft.envelope.payload as unknown as OperatorActedPayload
  const gone = goneFrom(draft, payload.whileIn)
  if (gone) return gone
  switch (payload.action) {
    case 'skip_wait':
      return skipWait(draft, chosen(draft, payload.runId))
    case 'stop':
      return stopAll(draft, chosen(draft, payload.runId))
    case 'take':
      return take(draft)
    case 'give_back': {
      const { reason, userId } = payload
      return giveBack(draft, payload.to, { reason, userId })
    }
    case 'move':
      // Entering a node may speak, and an agent is speaking.
      if (draft.state.handover === 'agent') return 'agent_has_conversation'
      return move(draft, payload)
    case 'restart':
      return restart(draft, payload)
    case 'set_variable':
      return setValue(draft, payload)
    case 'undo':
      return putBack(draft, payload)
    case 'say':
      return say(draft, payload.command)
    case 'tag':
      return changeTags(draft, payload)
  }
}

/** Why the run is not where the act was meant for; null when it is, or when that does not matter. */
function goneFrom(draft: Draft, place: OperatorActedPayload['whileIn']): StepNote | null {
  if (!place) return null
  const run = runOf(draft, place.runId)
  if (!run) return 'run_ended'
  return run.states.includes(place.state) ? null : 'no_longer_there'
}

function restart(
  draft: Draft,
  { runId, ended }: Extract<OperatorActedPayload, { action: 'restart' }>,
): StepNote | null {
  // Beginning may speak, and an agent is speaking.
  if (draft.state.handover === 'agent') return 'agent_has_conversation'
  const run = runOf(draft, runId)
  // Another run waits for the end of this one, not for that of its successor.
  if (run?.parent || (!run && !ended)) return 'run_ended'
  if (run) {
    const { payload, source } = run.snapshot.context
    stop(draft, runId)
    begin(draft, versionOf(draft.library, run), { payload, source })
  } else if (ended) {
    // Two of one workflow would both speak.
    if (runsItself(draft.state.runs, ended)) return 'already_running'
    begin(draft, versionOf(draft.library, ended), ended)
  }
  return null
}

/** I4: the new run's id is a function of the envelope. */
function begin(
  draft: Draft,
  version: RunVersion,
  { payload, source }: { payload: JsonObject; source?: string | undefined },
): void {
  const { event_id: triggerEventId } = draft.envelope
  const id = `run_${triggerEventId.replace(/^evt_/, '')}`
  start(draft, version, { id, triggerEventId, payload, ...(source !== undefined && { source }) })
}

/** Whether the contact is in the workflow by itself, not as a part of another. */
export function runsItself(
  runs: readonly RunState[],
  { workflowId }: Pick<EndedRun, 'workflowId'>,
): boolean {
  return runs.some((run) => run.workflowId === workflowId && !run.parent)
}

function setValue(
  draft: Draft,
  { runId, name, value }: Extract<OperatorActedPayload, { action: 'set_variable' }>,
): StepNote | null {
  const run = runOf(draft, runId)
  if (!run) return 'run_ended'
  settle(draft, setVariable(run, { name, value }))
  return null
}

/** The way back of a migration, on the same version. Nothing is entered, so nothing is said again. */
function putBack(
  draft: Draft,
  { runId, before, expected }: Extract<OperatorActedPayload, { action: 'undo' }>,
): StepNote | null {
  const run = runOf(draft, runId)
  if (!run) return 'run_ended'
  const outcome = restoreRun(run, { before: before as unknown as RunState, expected })
  if ('refused' in outcome) return 'moved_on'
  const { change } = outcome
  settle(draft, { ...outcome, change: { ...change, path: [change.to] } })
  return null
}

function chosen({ state }: Draft, runId: string | null): RunState[] {
  return state.runs.filter((run) => runId === null || run.id === runId)
}

function stopAll(draft: Draft, runs: RunState[]): StepNote | null {
  for (const { id } of runs) stop(draft, id)
  return runs.length === 0 ? 'run_ended' : null
}

/** As if the time had passed that the run waits for. */
function skipWait(draft: Draft, runs: RunState[]): StepNote | null {
  if (runs.length === 0) return 'run_ended'
  const run = runs.find((candidate) => Object.keys(candidate.timers).length > 0)
  const timerId = run && earliestTimer(run)
  if (!run || timerId === undefined) return 'nothing_to_skip'
  advance(draft, run, { type: timerId })
  return null
}

function earliestTimer(run: RunState): string | undefined {
  return Object.entries(run.timers).toSorted(([, left], [, right]) =>
    left.dueAt < right.dueAt ? -1 : 1,
  )[0]?.[0]
}
