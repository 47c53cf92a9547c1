// What may be asked about the contacts of one state together.

import type {
  StateAct,
  StateActDryRun,
  StateActQuestion,
  StateActRequest,
  StateFilter,
} from '#machines/contracts/state-acts.ts'
import type { Actor } from './actor.ts'

/** Something that a person does with an act, and why. */
export interface StateActDeed {
  actId: string
  reason: string
}

/** All: @throws {FluxoError} RESOURCE_NOT_FOUND */
export interface StateActsFace {
  /** For whom it would be done now, and for whom not and why; nothing is changed. */
  dryRun(actor: Actor, workflowId: string, question: StateActQuestion): Promise<StateActDryRun>
  /** One envelope per contact, through the mailbox. @throws {FluxoError} AUTH_FORBIDDEN */
  start(actor: Actor, workflowId: string, request: StateActRequest): Promise<StateAct>
  /** The latest 50. */
  list(actor: Actor, workflowId: string): Promise<{ items: StateAct[] }>
  get(actor: Actor, workflowId: string, actId: string): Promise<StateAct>
  /** Those who were sent nothing yet are left as they are. @throws {FluxoError} ACTION_NOT_POSSIBLE */
  stop(actor: Actor, workflowId: string, deed: StateActDeed): Promise<StateAct>
  /** Takes back what can be: tags, and moves that nothing has followed from. @throws {FluxoError} ACTION_NOT_POSSIBLE */
  undo(actor: Actor, workflowId: string, deed: StateActDeed): Promise<StateAct>
  /** The contacts of a state as lines of CSV, noted in the audit log. */
  export(actor: Actor, workflowId: string, filter: StateFilter): Promise<AsyncIterable<string>>
}
