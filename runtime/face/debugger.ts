// What may be asked to understand one contact.

import type {
  AuditItem,
  RetellRequest,
  Retelling,
  Steps,
  StepsQuery,
  StepView,
} from '#machines/contracts/debugger.ts'
import type { Actor, Page, PageQuery } from './actor.ts'

/** All: @throws {FluxoError} RESOURCE_NOT_FOUND */
export interface DebuggerFace {
  /** Steps before one of them, the newest first. */
  steps(actor: Actor, contactId: string, query: StepsQuery): Promise<Steps>
  /** A Step with the contact's whole state before and after it. @param seq the Step's number, as the journal has it */
  step(actor: Actor, contactId: string, seq: number): Promise<StepView>
  /** What people did to the contact, the latest first. */
  audit(actor: Actor, contactId: string, query: PageQuery): Promise<Page<AuditItem>>
  /**
   * A run told again on the draft or another version.
   * @throws {FluxoError} ACTION_NOT_POSSIBLE when the journal no longer holds the run's start
   */
  retell(actor: Actor, contactId: string, request: RetellRequest): Promise<Retelling>
}
