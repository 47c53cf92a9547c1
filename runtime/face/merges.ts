// The face's group of contacts that turn out to be one person.

import type {
  ContactMerge,
  MergePreview,
  MergeQuestion,
  MergeRequest,
  MergeSuggestion,
  SuggestionQuery,
  UndoMerge,
} from '#machines/contracts/merges.ts'
import type { Actor } from './actor.ts'

/** All by id: @throws {FluxoError} RESOURCE_NOT_FOUND */
export interface ContactMergesFace {
  /** What a merge would do now; nothing is changed. */
  preview(actor: Actor, contactId: string, question: MergeQuestion): Promise<MergePreview>
  /**
   * Merges another contact into this one; both actors finish it by themselves (I2, I3, I4, I7).
   * @throws {FluxoError} MERGE_NOT_POSSIBLE with `details: { reason }`
   */
  merge(actor: Actor, contactId: string, request: MergeRequest): Promise<{ mergeId: string }>
  /** Gives back the runs that are still under way, and addresses. @throws {FluxoError} MERGE_NOT_POSSIBLE */
  undo(actor: Actor, mergeId: string, request: UndoMerge): Promise<{ mergeId: string }>
  /** Merges that the contact was a part of, the latest first; at most 100. */
  list(actor: Actor, contactId: string): Promise<{ items: ContactMerge[] }>
  /** Pairs that may be one person and that nobody has decided about, the latest first; at most 100. */
  suggestions(actor: Actor, query: SuggestionQuery): Promise<{ items: MergeSuggestion[] }>
  /** They are two people: the pair is not suggested again. */
  dismiss(actor: Actor, suggestionId: string): Promise<void>
}
