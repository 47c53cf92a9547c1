// Runs inside runs: a subflow's own run starts in the Step that reaches the node, and its end is the node's result.

import type { Effect } from '#machines/contracts/effect.ts'
import type { EffectError } from '#machines/contracts/event.ts'
import type { RunChange, RunOutcome, RunParent, RunState } from '#machines/run/run-state.ts'
import { childIdOf } from '#machines/run/child-run.ts'
import { startRun } from '#machines/run/run.ts'
import type { Draft, FollowUp } from './draft.ts'
import { subflowVersion } from './library.ts'

/** A workflow that runs itself, over others or not, comes to an end here. */
const MAX_DEPTH = 8

/** Starts the child run that an effect of its parent asks for; the reason where there is none. */
export function followSubflow(
  draft: Draft,
  parent: RunState,
  { id: effectId, visit, command }: Effect,
): RunOutcome | { error: EffectError } {
  if (command.kind !== 'subflow.start') throw new Error(`${command.kind} is no subflow`)
  if (depthOf(draft.state.runs, parent) >= MAX_DEPTH) {
    return failure('SUBFLOW_DEPTH', `More than ${MAX_DEPTH} subflows inside each other`)
  }
  const id = childIdOf(parent.id, visit)
  const version = subflowVersion(draft.library, command, id)
  if (!version) return failure('SUBFLOW_UNAVAILABLE', `${command.workflowId} cannot be run`)
  const { triggerEventId } = parent
  const owner = { runId: parent.id, effectId }
  const given = { id, triggerEventId, payload: command.input, parent: owner }
  return startRun(version, given, draft.moment)
}

/** What the end of a child run is to the node that waits for it. */
export function resultForParent({ runId, effectId }: RunParent, change: RunChange): FollowUp {
  if (change.status === 'done') {
    return { type: 'effect.done', runId, effectId, output: change.context?.output ?? {} }
  }
  const why = change.error ? `${change.error.code}: ${change.error.message}` : 'it was stopped'
  return { type: 'effect.failed', runId, effectId, ...failure('SUBFLOW_FAILED', why) }
}

/** Child runs whose node the parent has left, or that a parent which is over leaves behind. */
export function orphansOf(runs: readonly RunState[], parentId: string): RunState[] {
  const awaited = runs.find((run) => run.id === parentId)?.effects ?? {}
  return runs.filter(
    ({ parent }) => parent?.runId === parentId && !Object.hasOwn(awaited, parent.effectId),
  )
}

function depthOf(runs: readonly RunState[], run: RunState): number {
  const parent = runs.find((other) => other.id === run.parent?.runId)
  return parent ? 1 + depthOf(runs, parent) : 0
}

function failure(code: string, message: string): { error: EffectError } {
  return { error: { code, message } }
}
