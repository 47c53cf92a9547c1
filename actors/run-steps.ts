// What a Step does to runs: start, advance and stop them, and all that follows inside the same Step, such as a message
// that the platform does not let out or a subflow that ends. Keeps I4.

import { FAILED } from '#machines/compile/resolve.ts'
import type { RunEvent } from '#machines/compile/machine.ts'
import type { Effect } from '#machines/contracts/effect.ts'
import { ERROR_CODES, FluxoError } from '#machines/contracts/errors.ts'
import type { RunOutcome, RunParent, RunState, RunVersion } from '#machines/run/run-state.ts'
import { advanceRun, startRun, stopRun } from '#machines/run/run.ts'
import type { Draft, FollowUp } from './draft.ts'
import type { Library } from './library.ts'
import { withLastChannel } from '#machines/run/last-channel.ts'
import { refusalOf } from '#machines/run/send-policy.ts'
import { followSubflow, orphansOf, resultForParent } from './subflow.ts'

/** More of them for one run in one Step is an endless loop. */
const MAX_FOLLOW_UPS_PER_RUN = 400
/** Runs that start runs multiply; beyond this the Step only unwinds. */
const MAX_FOLLOW_UPS = 500

/** What a run is to do next, its moment left out: that is the Step's. */
export type RunTrigger = Omit<RunEvent, 'contact' | 'at' | 'zone'>

/** The version that a run follows. @throws {FluxoError} SNAPSHOT_VERSION when the library lacks it */
export function versionOf(library: Library, run: Pick<RunState, 'versionId'>): RunVersion {
  const version = library.version(run.versionId)
  if (!version) {
    throw new FluxoError('SNAPSHOT_VERSION', {
      message: `Version ${run.versionId} is not available`,
    })
  }
  return version
}

export function runOf({ state }: Draft, runId: string): RunState | undefined {
  return state.runs.find((run) => run.id === runId)
}

/** Starts a run that an envelope triggers. */
export function start(
  draft: Draft,
  version: RunVersion,
  given: Parameters<typeof startRun>[1],
): void {
  const starts = { ...draft.state.starts, [version.workflowId]: draft.moment.at }
  draft.state = { ...draft.state, starts }
  apply(draft, startRun(version, given, draft.moment))
  follow(draft)
}

/** What the event would do to the run. */
export function tryAdvance(draft: Draft, run: RunState, event: RunTrigger): RunOutcome {
  return advanceRun(run, versionOf(draft.library, run), { ...draft.moment, ...event })
}

export function advance(draft: Draft, run: RunState, event: RunTrigger): RunOutcome {
  return settle(draft, tryAdvance(draft, run, event))
}

/** Stops a run, and those that it runs; does nothing when it is over already. */
export function stop(draft: Draft, runId: string): void {
  const run = runOf(draft, runId)
  if (run) settle(draft, stopRun(run, draft.moment.at))
}

/** Takes an outcome over, with everything that follows from it. */
export function settle(draft: Draft, outcome: RunOutcome): RunOutcome {
  apply(draft, outcome)
  follow(draft)
  return outcome
}

function apply(draft: Draft, outcome: RunOutcome, parent?: RunParent): void {
  const { change, run: after } = outcome
  const { runs } = draft.state
  const index = runs.findIndex((run) => run.id === change.id)
  const owner = parent ?? runs[index]?.parent
  const kept = runs.filter((run) => run.id !== change.id)
  draft.state = {
    ...draft.state,
    runs: after ? kept.toSpliced(index < 0 ? kept.length : index, 0, after) : kept,
  }
  draft.changes.push(change)
  for (const effect of outcome.effects) emit(draft, effect)
  if (owner && !after && isAwaited(draft, owner)) {
    draft.followUps.push(resultForParent(owner, change))
  }
  for (const orphan of orphansOf(draft.state.runs, change.id)) {
    apply(draft, stopRun(orphan, draft.moment.at))
  }
}

/** An effect goes out, is refused, or is one that the actor performs by itself. */
function emit(draft: Draft, effect: Effect): void {
  const { id: effectId, runId, nodeId } = effect
  const command = withLastChannel(effect.command, draft.state.lastInboundAt)
  if (command.kind === 'subflow.start') {
    draft.followUps.push({ type: 'subflow.start', runId, effectId, effect })
    return
  }
  const { optOuts, lastInboundAt, contact } = draft.state
  const standing = { optOuts, lastInboundAt, consents: contact.consents }
  const error = refusalOf(command, standing, draft.moment.at)
  if (!error) {
    draft.effects.push(command === effect.command ? effect : { ...effect, command })
    return
  }
  draft.refused.push({ runId, nodeId, kind: command.kind, code: error.code })
  draft.followUps.push({ type: 'effect.failed', runId, effectId, error })
}

function follow(draft: Draft): void {
  for (let next = draft.followUps.shift(); next; next = draft.followUps.shift()) {
    if (isRunaway(draft, next)) failRunaway(draft, next.runId)
    else if (next.type === 'subflow.start') followStart(draft, next.effect)
    else giveResult(draft, next)
  }
}

function followStart(draft: Draft, effect: Effect): void {
  const owner = { runId: effect.runId, effectId: effect.id }
  const run = runOf(draft, effect.runId)
  if (!run || !isAwaited(draft, owner)) return
  const child = followSubflow(draft, run, effect)
  if ('error' in child) draft.followUps.push({ type: 'effect.failed', ...owner, ...child })
  else apply(draft, child, owner)
}

function isAwaited(draft: Draft, { runId, effectId }: RunParent): boolean {
  return Object.hasOwn(runOf(draft, runId)?.effects ?? {}, effectId)
}

/** Gives a result to the run that waits for it; one that nobody waits for any more moves nothing. */
function giveResult(draft: Draft, followUp: Exclude<FollowUp, { type: 'subflow.start' }>): void {
  const run = runOf(draft, followUp.runId)
  const pending = run?.effects[followUp.effectId]
  if (!run || !pending) return
  const { nodeId, visit } = pending
  const { type } = followUp
  const told = type === 'effect.done' ? { output: followUp.output } : { error: followUp.error }
  apply(draft, tryAdvance(draft, run, { type, nodeId, visit, ...told }))
}

function isRunaway({ followed }: Draft, { runId }: FollowUp): boolean {
  const count = (followed.get(runId) ?? 0) + 1
  followed.set(runId, count)
  const total = (followed.get('') ?? 0) + 1
  followed.set('', total)
  return count > MAX_FOLLOW_UPS_PER_RUN || total > MAX_FOLLOW_UPS
}

/** P7: the run ends as failed, and the contact's other runs go on. */
function failRunaway(draft: Draft, runId: string): void {
  const run = runOf(draft, runId)
  if (!run) return
  const outcome = stopRun(run, draft.moment.at)
  const error = { code: 'RUN_MICROSTEPS', nodeId: run.state, ...ERROR_CODES.RUN_MICROSTEPS }
  const { code, message, nodeId } = error
  const change = { ...outcome.change, path: [FAILED], error: { code, message, nodeId } }
  apply(draft, { ...outcome, change: { ...change, status: 'failed' } })
}
