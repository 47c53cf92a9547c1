// The runtime's face for workflows that come and go: bundles, imports, proposals of the model, and the shelf.

import type {
  BundleReply,
  BundleRequest,
  ImportPreview,
  ImportPreviewRequest,
  ImportReply,
  ImportRequest,
  ProposeReply,
  ProposeRequest,
} from '#machines/contracts/workflow-exchange.ts'
import type {
  ArchiveReply,
  ArchiveRequest,
  DuplicateReply,
  DuplicateRequest,
  WorkflowUse,
} from '#machines/contracts/workflow-shelf.ts'
import type { Actor } from './actor.ts'

/** All by id: @throws {FluxoError} RESOURCE_NOT_FOUND */
export interface ExchangeFace {
  /**
   * The workflow with its tests and what it names, signed with the company's key; without credentials.
   * @throws {FluxoError} ACTION_NOT_POSSIBLE for one that is too large
   */
  bundle(actor: Actor, workflowId: string, request: BundleRequest): Promise<BundleReply>
  /** What an import would make; nothing is kept. @throws {FluxoError} REQUEST_INVALID for a choice that cannot be */
  preview(actor: Actor, request: ImportPreviewRequest): Promise<ImportPreview>
  /**
   * Makes a new workflow, never one over another, and what was chosen with it: all of it or nothing.
   * @throws {FluxoError} REQUEST_INVALID; ACTION_NOT_POSSIBLE where the signature is not the company's own and nobody
   * accepts that
   */
  import(actor: Actor, request: ImportRequest): Promise<ImportReply>
  /**
   * Asks the model for a document; nothing is saved.
   * @throws {FluxoError} AI_NOT_CONFIGURED, AI_CAP_REACHED, AI_BLOCKED, AI_INVALID, PROVIDER_UNREACHABLE,
   * REQUEST_TOO_LARGE
   */
  propose(actor: Actor, workflowId: string, request: ProposeRequest): Promise<ProposeReply>
  /** What putting it away would touch. */
  use(actor: Actor, workflowId: string): Promise<WorkflowUse>
  /** Copies draft and tests under a new id. */
  duplicate(actor: Actor, workflowId: string, request: DuplicateRequest): Promise<DuplicateReply>
  /** Nothing starts in it any more; contacts in it stay, or end. */
  archive(actor: Actor, workflowId: string, request: ArchiveRequest): Promise<ArchiveReply>
  /** New runs start again on the version that was published. */
  restore(actor: Actor, workflowId: string): Promise<ArchiveReply>
  /** @throws {FluxoError} ACTION_NOT_POSSIBLE for one that was ever published */
  remove(actor: Actor, workflowId: string): Promise<void>
}
