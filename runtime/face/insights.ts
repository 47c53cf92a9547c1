// What may be asked of a workflow over time.

import type {
  HistoryQuery,
  LiveHistory,
  LiveReply,
  Pace,
  PaceQuery,
} from '#machines/contracts/insights.ts'
import type { Actor } from './actor.ts'

/** All: @throws {FluxoError} RESOURCE_NOT_FOUND */
export interface InsightsFace {
  /** How long contacts stay in each state and what fails there; kept for half a minute per process. */
  pace(actor: Actor, workflowId: string, query: PaceQuery): Promise<Pace>
  /**
   * The counts of an earlier instant, of the version that was published then.
   * @param at ISO 8601 instant
   */
  at(actor: Actor, workflowId: string, at: string): Promise<LiveReply>
  /** The counts of the published version over time. @throws {FluxoError} REQUEST_INVALID for too many points */
  history(actor: Actor, workflowId: string, query: HistoryQuery): Promise<LiveHistory>
}
