// Messages and events: who of the contact's runs they reach, and which workflows they start.

import type { Envelope } from '#machines/contracts/envelope.ts'
import { isMessageStatusEvent } from '#machines/contracts/event.ts'
import type { RunOutcome, RunState, RunVersion } from '#machines/run/run-state.ts'
import { interruptRun } from '#machines/run/run.ts'
import { withInbound } from './consent.ts'
import type { Draft } from './draft.ts'
import { claimGroup, firstOfGroups } from './exclusive.ts'
import { versionsTriggeredBy } from './library.ts'
import { mayStart } from './reentry.ts'
import { awaitedType, byPriority, concerns, interruptOf, machineEventTypes } from './route.ts'
import { runOf, settle, start, tryAdvance, versionOf } from './run-steps.ts'
import type { StepNote } from './step.ts'
import { heedStopWord } from './stop-words.ts'

/** A message has one taker: a stop word, the agent, an interrupt, the run that waits, or else the triggers. */
export function routeMessage(draft: Draft): StepNote | null {
  const { envelope } = draft
  draft.state = withInbound(draft.state, envelope)
  const heeded = heedStopWord(draft)
  if (heeded) return heeded
  if (draft.state.handover === 'agent') return 'agent_has_conversation'
  const runs = byPriority(draft)
  for (const take of [interrupted, reached]) {
    for (const run of runs) {
      const outcome = take(draft, run, envelope)
      if (!outcome) continue
      settle(draft, outcome)
      return outcome.collected ? 'message_collected' : null
    }
  }
  return startTriggered(draft, envelope)
}

/** Any other event reaches every run that it concerns and that it interrupts or that waits for it, and the triggers. */
export function routeEvent(draft: Draft, envelope: Envelope): StepNote | null {
  let isTaken = false
  for (const { id } of draft.state.runs) {
    // What an earlier run did with the event may have ended or moved this one.
    const run = runOf(draft, id)
    if (run && !concerns(run, envelope)) continue
    const outcome = run && (interrupted(draft, run, envelope) ?? reached(draft, run, envelope))
    if (!outcome) continue
    settle(draft, outcome)
    isTaken = true
  }
  // What became of a message starts nothing: a run that its own messages start would never end.
  const note = isMessageStatusEvent(envelope.type)
    ? 'nobody_waits'
    : startTriggered(draft, envelope)
  return isTaken ? null : note
}

/** Where an interrupt moves nothing, what came is for whoever waits for it. */
function interrupted(draft: Draft, run: RunState, envelope: Envelope): RunOutcome | undefined {
  const version = versionOf(draft.library, run)
  const interruptId = interruptOf(version.compiled, envelope)
  if (interruptId === null) return undefined
  const { type, payload } = envelope
  const event = { ...draft.moment, type, payload }
  const outcome = interruptRun(run, version, { interruptId, event })
  return outcome.change.path.length > 0 ? outcome : undefined
}

function reached(draft: Draft, run: RunState, envelope: Envelope): RunOutcome | undefined {
  const { compiled } = versionOf(draft.library, run)
  const type = awaitedType(run, compiled, machineEventTypes(envelope))
  if (type === null) return undefined
  return tryAdvance(draft, run, { type, payload: envelope.payload })
}

/** Workflows whose trigger the envelope passes start, as far as re-entry and groups allow. */
function startTriggered(draft: Draft, envelope: Envelope): StepNote | null {
  const triggered = versionsTriggeredBy(draft.library, envelope)
  const { state, moment } = draft
  const allowed = triggered.filter((version) => mayStart(state, version, moment))
  let count = 0
  for (const version of firstOfGroups(allowed)) {
    if (!claimGroup(draft, version)) continue
    startOne(draft, version, { envelope, count })
    count += 1
  }
  if (count > 0) return null
  if (allowed.length > 0) return 'exclusive_group_busy'
  return triggered.length > 0 ? 'may_not_start_again' : 'nobody_waits'
}

/** I4: the run's id is a function of the envelope. */
function startOne(
  draft: Draft,
  version: RunVersion,
  { envelope, count }: { envelope: Envelope; count: number },
): void {
  const { event_id: triggerEventId, payload, source } = envelope
  const suffix = triggerEventId.replace(/^evt_/, '')
  const id = count === 0 ? `run_${suffix}` : `run_${suffix}_${count}`
  start(draft, version, { id, triggerEventId, payload, source })
}
