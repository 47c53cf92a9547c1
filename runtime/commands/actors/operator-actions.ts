// What a person at the controls may ask of a contact's actor: by role, and as far as it is possible now. The actor
// applies it in order with everything else, so by then it may be too late; the journal says so.

import type { Library } from '#actors/library.ts'
import { runsItself } from '#actors/route-operator.ts'
import type { ContactState } from '#actors/snapshot.ts'
import type { ActorAction } from '#machines/contracts/actor-actions.ts'
import type { EndedRun, OperatorActedPayload } from '#machines/contracts/event.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import { parentIdOf } from '#machines/run/child-run.ts'
import { interruptAround } from '#machines/run/interrupts.ts'
import type { RunState } from '#machines/run/run-state.ts'
import type { Actor } from '../../face.ts'

/** Who may do what, of those who may act at all. A conversation is for agents, the inside of a run for support. */
const ROLES: Record<ActorAction['action'], readonly Actor['role'][]> = {
  skip_wait: ['owner', 'admin', 'agent', 'support'],
  stop: ['owner', 'admin', 'agent', 'support'],
  take: ['owner', 'admin', 'agent'],
  give_back: ['owner', 'admin', 'agent'],
  move: ['owner', 'admin', 'support'],
  restart: ['owner', 'admin', 'support'],
  set_variable: ['owner', 'admin', 'support'],
  send_event: ['owner', 'admin', 'support'],
  undo: ['owner', 'admin', 'agent', 'support'],
}

/** @throws {FluxoError} AUTH_FORBIDDEN */
export function assertAllowed({ role }: Actor, { action }: ActorAction): void {
  if (!ROLES[action].includes(role)) throw new FluxoError('AUTH_FORBIDDEN')
}

/** With what the run began with that is to begin again, where it is over. */
export type KnownAction =
  | Exclude<ActorAction, { action: 'restart' }>
  | (Extract<ActorAction, { action: 'restart' }> & { ended?: EndedRun })

/** @throws {FluxoError} ACTION_NOT_POSSIBLE with the field it is about */
export function assertPossible(
  state: ContactState | null,
  action: KnownAction,
  library: Library,
): void {
  switch (action.action) {
    case 'take':
      if (state?.handover === 'agent') refuse('An agent has the conversation already')
      return
    case 'give_back':
      return requireReturn(state, action, library)
    case 'move':
      requireNoAgent(state)
      return requireNode(requireRun(state, action.runId), action, library)
    case 'restart':
      return requireBeginning(state, action)
    case 'set_variable':
      return void requireRun(state, action.runId)
    case 'send_event':
    // Judged by its way back.
    case 'undo':
      return
    case 'skip_wait':
    case 'stop':
      requireRuns(state, action)
  }
}

function requireBeginning(
  state: ContactState | null,
  { runId, ended }: Extract<KnownAction, { action: 'restart' }>,
): void {
  requireNoAgent(state)
  if (parentIdOf(runId) !== null) {
    refuse('The run is a part of another one; start that one again', 'runId')
  }
  if (!ended) return void requireRun(state, runId)
  if (runsItself(state?.runs ?? [], ended)) {
    refuse('The workflow runs for this contact; start that run again', 'runId')
  }
}

function requireReturn(
  state: ContactState | null,
  { to }: Extract<ActorAction, { action: 'give_back' }>,
  library: Library,
): void {
  if ((state?.handover ?? 'bot') === 'bot') refuse('The bot has the conversation already')
  if (to.mode === 'state') requireNode(requireRun(state, to.runId, 'to.runId'), to, library)
  if (to.mode === 'end' && to.runId !== undefined) requireRun(state, to.runId, 'to.runId')
}

/** What is said to the actor as it was asked for; an event of the tenant's is told as what it is, an undo with its way back. */
type OwnAction = Exclude<KnownAction, { action: 'send_event' | 'undo' }>

/** The action as the contact's actor hears it. */
export function payloadOf({ userId }: Actor, given: OwnAction): OperatorActedPayload {
  switch (given.action) {
    case 'skip_wait':
    case 'stop':
      return { ...given, runId: given.runId ?? null, userId }
    default:
      return { ...given, userId }
  }
}

/** Entering a node may speak, and an agent is speaking. */
function requireNoAgent(state: ContactState | null): void {
  if (state?.handover === 'agent') refuse('An agent has the conversation; give it back first')
}

function requireRuns(
  state: ContactState | null,
  { action, runId }: Extract<ActorAction, { action: 'skip_wait' | 'stop' }>,
): void {
  const runs = (state?.runs ?? []).filter((run) => runId === undefined || run.id === runId)
  if (runs.length === 0) refuse('No such run is active', 'runId')
  if (action === 'skip_wait' && runs.every((run) => Object.keys(run.timers).length === 0)) {
    refuse('The run waits for nothing that time would end')
  }
}

function requireRun(state: ContactState | null, runId: string, field = 'runId'): RunState {
  const run = state?.runs.find((active) => active.id === runId)
  return run ?? refuse('No such run is active', field)
}

function requireNode(
  { versionId }: RunState,
  { nodeId }: { nodeId: string },
  library: Library,
): void {
  const compiled = library.version(versionId)?.compiled
  const isKnown = compiled?.document.nodes.some((node) => node.id === nodeId)
  if (!compiled || !isKnown) refuse('The run has no such node', 'nodeId')
  if (interruptAround(compiled, nodeId) !== null) {
    refuse('Only a word or an event leads into an interrupt', 'nodeId')
  }
}

function refuse(message: string, field?: string): never {
  throw new FluxoError('ACTION_NOT_POSSIBLE', { message, ...(field !== undefined && { field }) })
}
