// Who has the conversation: the bot, nobody yet, or an agent. While an agent has it, what comes for runs is kept.

import type { Envelope } from '#machines/contracts/envelope.ts'
import { type GiveBackTarget, HANDOFF_RETURNED } from '#machines/contracts/event.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import { interruptAround } from '#machines/run/interrupts.ts'
import { moveRun } from '#machines/run/run.ts'
import type { Draft } from './draft.ts'
import { isMediaFetch } from './fetch-media.ts'
import { awaitedType } from './route.ts'
import { routeEvent } from './route-event.ts'
import { routeResult, routeTimer } from './route-result.ts'
import { advance, runOf, settle, stop, versionOf } from './run-steps.ts'
import type { Handover } from './snapshot.ts'
import type { StepNote } from './step.ts'

const MAX_DEFERRED = 100
/** In characters of JSON, so that what is kept leaves room in a snapshot for all else. */
const MAX_DEFERRED_SIZE = 256 * 1024

/** Everything that is for runs and not a message. */
export function routeForRuns(draft: Draft, envelope: Envelope): StepNote | null {
  if (isMediaFetch(envelope.payload['effectId'])) return 'media_noted'
  if (draft.state.handover === 'agent') return keepForLater(draft, envelope)
  switch (envelope.type) {
    case 'effect.done':
    case 'effect.failed':
      return routeResult(draft, envelope)
    case 'timer.fired':
      return routeTimer(draft, envelope)
    default:
      return routeEvent(draft, envelope)
  }
}

/** Without `timer`s and results a run would stand still for ever, so where there are too many others go first. */
function keepForLater(draft: Draft, envelope: Envelope): StepNote {
  let deferred = [...draft.state.deferred, envelope]
  while (isTooMuch(deferred)) {
    const spare = deferred.findIndex(({ type }) => !/^(effect|timer)\./.test(type))
    deferred = deferred.toSpliced(Math.max(spare, 0), 1)
  }
  draft.state = { ...draft.state, deferred }
  return 'kept_for_later'
}

function isTooMuch(deferred: Envelope[]): boolean {
  if (deferred.length > MAX_DEFERRED) return true
  return deferred.length > 1 && JSON.stringify(deferred).length > MAX_DEFERRED_SIZE
}

export function take(draft: Draft): StepNote {
  if (draft.state.handover === 'agent') return 'agent_has_conversation'
  draft.state = { ...draft.state, handover: 'agent' }
  return 'agent_took_conversation'
}

/** Runs go on as the agent chose; what was kept meanwhile is applied in order. */
export function giveBack(draft: Draft, to: GiveBackTarget, told: JsonObject): StepNote {
  if (draft.state.handover === 'bot') return 'nothing_to_give_back'
  const { deferred } = draft.state
  draft.state = { ...draft.state, handover: 'bot', deferred: [] }
  const placed = place(draft, to)
  for (const { id } of draft.state.runs) tellReturned(draft, id, told)
  for (const envelope of deferred) routeForRuns(draft, envelope)
  return placed ?? 'agent_gave_back'
}

function place(draft: Draft, to: GiveBackTarget): StepNote | null {
  if (to.mode === 'state') return move(draft, to)
  if (to.mode === 'end') {
    for (const { id } of draft.state.runs) {
      if (to.runId === undefined || to.runId === id) stop(draft, id)
    }
  }
  return null
}

/** Puts a run in another of its nodes. */
export function move(
  draft: Draft,
  { runId, nodeId }: { runId: string; nodeId: string },
): StepNote | null {
  const run = runOf(draft, runId)
  if (!run) return 'run_ended'
  const version = versionOf(draft.library, run)
  const { compiled } = version
  if (!compiled.document.nodes.some((node) => node.id === nodeId)) return 'no_such_node'
  // Only a word or an event leads there, and knows the way back.
  if (interruptAround(compiled, nodeId) !== null) return 'no_such_node'
  settle(draft, moveRun(run, version, { nodeId, moment: draft.moment }))
  return null
}

function tellReturned(draft: Draft, runId: string, payload: JsonObject): void {
  const run = runOf(draft, runId)
  if (!run) return
  const { compiled } = versionOf(draft.library, run)
  const type = awaitedType(run, compiled, [HANDOFF_RETURNED])
  if (type !== null) advance(draft, run, { type, payload })
}

/** What a run that stands in a hand-over makes of it, unless an agent has the conversation already. */
export function handoverAfter({ state, library }: Draft): Handover {
  if (state.handover === 'agent') return 'agent'
  const isWaiting = state.runs.some(({ versionId, states }) => {
    const handoffs = library.version(versionId)?.compiled.handoffs
    return states.some((node) => handoffs?.has(node))
  })
  return isWaiting ? 'waiting for agent' : 'bot'
}
