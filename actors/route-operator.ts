// What a person at the controls does to one contact's runs, and to who has the conversation.

import type { OperatorActedPayload } from '#machines/contracts/event.ts'
import type { RunState } from '#machines/run/run-state.ts'
import type { Draft } from './draft.ts'
import { giveBack, move, take } from './handover.ts'
import { advance, stop } from './run-steps.ts'
import type { StepNote } from './step.ts'

export function routeOperator(draft: Draft): StepNote | null {
  const payload = draft.envelope.payload as unknown as OperatorActedPayload
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
  }
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
