// Types of the runtime's face, so that the gateway is written against a contract and not against parts.

import type {
  ActorView,
  Contact,
  Diagnostic,
  Message,
  Session,
  StateContact,
  WebhookReply,
  WorkflowDetail,
  WorkflowLive,
  WorkflowSummary,
} from '#machines/contracts/api.ts'
import type { ActorAction } from '#machines/contracts/actor-actions.ts'
import type {
  CountReply,
  DropRequest,
  Gate,
  LetterDetail,
  LetterEdit,
  LetterItem,
  LetterQuery,
  Queue,
  ReleaseRequest,
  ReplayQuestion,
  ReplayReply,
  ReplayRequest,
  RestingEffect,
  RestQuery,
  SettleRequest,
} from '#machines/contracts/deliveries.ts'
import type { ServerMessage } from '#machines/contracts/live.ts'
import type {
  DryRun,
  EndRuns,
  Migration,
  MigrationItem,
  MigrationRequest,
  MigrationStart,
  PublishedReply,
  PublishRequest,
  RollbackRequest,
  VersionDetail,
  VersionItem,
  WhatIf,
  WhatIfRequest,
  WorkflowDiff,
} from '#machines/contracts/versions.ts'
import type { RunRequest, RunRequestReply } from '#machines/contracts/run-request.ts'
import type { StateNarrowing } from '#machines/contracts/state-acts.ts'
import type { Simulation, WorkflowTestRequest } from '#machines/contracts/simulation.ts'
import type { SurroundingsReply } from '#machines/contracts/surroundings.ts'
import type {
  KeptTest,
  SavedWorkflow,
  TestRun,
  WorkflowTest,
} from '#machines/contracts/workflow-tests.ts'
import type { Actor, Page, PageQuery } from './face/actor.ts'
import type { ContactMergesFace } from './face/merges.ts'
import type { WebhookRequest } from './face/webhook.ts'
import type { ChannelReply, ChannelWebhook } from './commands/webhooks/channel-intake.ts'
import type { AiFace } from './face/ai.ts'
import type { DebuggerFace } from './face/debugger.ts'
import type { InsightsFace } from './face/insights.ts'
import type { StateActsFace } from './face/state-acts.ts'
import type { ChannelsFace } from './face/channels.ts'
import type { ExchangeFace } from './face/exchange.ts'
import type { SandboxFace } from './face/sandbox.ts'
import type { LeadsFace } from './face/leads.ts'
import type { EmailDomainsFace, EmailLinksFace, EmailTemplatesFace } from './face/email.ts'
import type { MediaFace } from './face/media.ts'
import type { TemplatesFace } from './face/templates.ts'

export type { ChannelReply, ChannelWebhook, WebhookRequest }

export type { Actor, Page, PageQuery, Role } from './face/actor.ts'

export interface SignedIn {
  user: Session['user']
  tenant: Session['tenant']
}

export type LiveListener = (message: ServerMessage) => void

/** Revisions of a draft that a person has seen, or `any` that is there. */
export type SeenDraft = readonly number[] | 'any'

/** Where a person is in a workflow that is open on a page. */
export interface EditorPlace {
  /** The page's line to this process. */
  connectionId: string
  name: string
  workflowId: string
  nodeId: string | null
  /** Has the form of that node in hand. */
  typing: boolean
}

/** Something that a person does with a migration, and why. */
export interface MigrationDeed {
  migrationId: string
  reason: string
}

export interface Runtime {
  sessions: {
    /** @throws {FluxoError} AUTH_FAILED for a wrong e-mail and for a wrong password alike */
    signIn(credentials: { email: string; password: string }): Promise<SignedIn>
    /** The user as of now, or null when deleted: role changes take effect at once. */
    find(tenantId: string, userId: string): Promise<SignedIn | null>
  }
  workflows: {
    /** Those in use, or those that were archived. */
    list(
      actor: Actor,
      query: PageQuery & { archived?: boolean | undefined },
    ): Promise<Page<WorkflowSummary>>
    /** @throws {FluxoError} RESOURCE_NOT_FOUND */
    get(actor: Actor, workflowId: string): Promise<WorkflowDetail>
    /**
     * Creates or updates the draft named by the document's own id; errors and failing tests do not stand against saving.
     * @param seen saves only over one of these drafts; left out: over whatever is there
     * @throws {FluxoError} WORKFLOW_INVALID; WORKFLOW_CONFLICT with a WorkflowConflict when another draft is there,
     * RESOURCE_NOT_FOUND when none is and one was seen
     */
    save(actor: Actor, definition: unknown, seen?: SeenDraft): Promise<SavedWorkflow>
    check(actor: Actor, definition: unknown): Promise<Diagnostic[]>
    /** What checks know of the tenant. */
    surroundings(actor: Actor): Promise<SurroundingsReply>
    /**
     * @throws {FluxoError} WORKFLOW_INVALID with the diagnostics, WORKFLOW_TESTS_FAILED with what differed,
     * WORKFLOW_CONFLICT when `request.revision` is not the draft's, RESOURCE_NOT_FOUND
     */
    publish(actor: Actor, workflowId: string, request?: PublishRequest): Promise<PublishedReply>
    /**
     * Simulates the draft; errors in it and in the script are part of the result.
     * @throws {FluxoError} RESOURCE_NOT_FOUND
     */
    test(actor: Actor, workflowId: string, request: WorkflowTestRequest): Promise<Simulation>
    live(actor: Actor, workflowId: string): Promise<WorkflowLive>
    contactsIn(
      actor: Actor,
      workflowId: string,
      query: PageQuery & StateNarrowing,
    ): Promise<Page<StateContact>>
  }
  insights: InsightsFace
  stateActs: StateActsFace
  /** Recorded simulations that a workflow keeps as its tests. */
  workflowTests: {
    /** @throws {FluxoError} RESOURCE_NOT_FOUND */
    list(actor: Actor, workflowId: string): Promise<{ items: KeptTest[] }>
    /** Replaces the whole list; a test that keeps its name keeps its id. @throws {FluxoError} RESOURCE_NOT_FOUND */
    replace(
      actor: Actor,
      workflowId: string,
      tests: readonly WorkflowTest[],
    ): Promise<{ items: KeptTest[] }>
    /** Runs them against the draft, within a budget. @throws {FluxoError} RESOURCE_NOT_FOUND */
    run(actor: Actor, workflowId: string): Promise<TestRun>
  }
  runs: {
    /**
     * Asks for a run of the published workflow, whose trigger must be `manual`, for one contact.
     * @param request.idempotencyKey the same key for the same workflow asks once
     * @throws {FluxoError} RESOURCE_NOT_FOUND for a workflow or contact that is not the tenant's,
     * WORKFLOW_NOT_PUBLISHED, ACTION_NOT_POSSIBLE, REQUEST_INVALID when the payload lacks what the trigger's `input`
     * names, CONTACT_UNKNOWN, CONTACT_ADDRESS_INVALID, IDEMPOTENCY_KEY_REUSED
     */
    request(
      actor: Actor,
      workflowId: string,
      request: RunRequest & { idempotencyKey?: string | undefined },
    ): Promise<RunRequestReply>
  }
  /** Published copies of a workflow. All: @throws {FluxoError} RESOURCE_NOT_FOUND */
  versions: {
    /** Newest first. */
    list(actor: Actor, workflowId: string): Promise<{ items: VersionItem[] }>
    get(actor: Actor, workflowId: string, versionId: string): Promise<VersionDetail>
    /** @param refs version ids or `draft` */
    diff(
      actor: Actor,
      workflowId: string,
      refs: { from: string; to: string },
    ): Promise<WorkflowDiff>
    /** New runs start on an older version again. */
    rollback(actor: Actor, workflowId: string, request: RollbackRequest): Promise<PublishedReply>
    /** What the draft would have done with real histories; errors in it are part of the result. */
    whatIf(actor: Actor, workflowId: string, request: WhatIfRequest): Promise<WhatIf>
  }
  /** Runs that go on in another version, or end. All: @throws {FluxoError} RESOURCE_NOT_FOUND */
  migrations: {
    /** What a migration would do now; `to` may be `draft`. @throws {FluxoError} WORKFLOW_INVALID */
    dryRun(actor: Actor, workflowId: string, request: MigrationRequest): Promise<DryRun>
    /** @throws {FluxoError} WORKFLOW_NOT_PUBLISHED; ACTION_NOT_POSSIBLE while another one is under way */
    start(actor: Actor, workflowId: string, request: MigrationStart): Promise<Migration>
    /** Ends runs where they are. @throws {FluxoError} ACTION_NOT_POSSIBLE while another one is under way */
    end(actor: Actor, workflowId: string, request: EndRuns): Promise<Migration>
    /** The latest 50. */
    list(actor: Actor, workflowId: string): Promise<{ items: Migration[] }>
    get(actor: Actor, workflowId: string, migrationId: string): Promise<Migration>
    items(
      actor: Actor,
      workflowId: string,
      query: PageQuery & { migrationId: string; status?: MigrationItem['status'] | undefined },
    ): Promise<Page<MigrationItem>>
    /** What has not been sent stays where it is. @throws {FluxoError} ACTION_NOT_POSSIBLE */
    stop(actor: Actor, workflowId: string, what: MigrationDeed): Promise<Migration>
    /** Brings back every run that has not moved since. @throws {FluxoError} ACTION_NOT_POSSIBLE */
    undo(actor: Actor, workflowId: string, what: MigrationDeed): Promise<Migration>
  }
  contacts: {
    list(
      actor: Actor,
      query: PageQuery & {
        phone?: string | undefined
        email?: string | undefined
        q?: string | undefined
      },
    ): Promise<Page<Contact>>
    get(actor: Actor, contactId: string): Promise<Contact>
    messages(actor: Actor, contactId: string, query: PageQuery): Promise<Page<Message>>
  }
  media: MediaFace
  emailTemplates: EmailTemplatesFace
  emailDomains: EmailDomainsFace
  emailLinks: EmailLinksFace
  leads: LeadsFace
  exchange: ExchangeFace
  channels: ChannelsFace
  sandbox: SandboxFace
  contactMerges: ContactMergesFace
  actors: {
    view(actor: Actor, contactId: string, query: PageQuery): Promise<ActorView>
    /** Stores the action as an envelope; it is applied like any other, in order. */
    act(actor: Actor, contactId: string, action: ActorAction): Promise<{ eventId: string }>
  }
  debugger: DebuggerFace
  /** What failed for good, what rests, what waits. All by id: @throws {FluxoError} RESOURCE_NOT_FOUND */
  deliveries: {
    /** Dead letters, the latest failure first. */
    letters(actor: Actor, query: LetterQuery): Promise<Page<LetterItem>>
    letter(actor: Actor, id: string): Promise<LetterDetail>
    /**
     * Corrects the command of an effect or the payload of an event before it is tried again.
     * @throws {FluxoError} REQUEST_INVALID with the field, ACTION_NOT_POSSIBLE, EVENT_TOO_LARGE
     */
    edit(actor: Actor, id: string, edit: LetterEdit): Promise<LetterDetail>
    /** What a replay would do now. */
    dryRun(actor: Actor, question: ReplayQuestion): Promise<ReplayReply>
    /** Sends effects again under their own ids and applies parked events again, each at most once (I3, I4, I6). */
    replay(actor: Actor, request: ReplayRequest): Promise<ReplayReply>
    /** Leaves effects unsent and parked events out; the contact's later events go on. */
    drop(actor: Actor, request: DropRequest): Promise<CountReply>
    /** Effects that are held or uncertain, oldest first. */
    resting(actor: Actor, query: RestQuery): Promise<Page<RestingEffect>>
    /** Decides what is held or uncertain; what was settled meanwhile is skipped. */
    settle(actor: Actor, request: SettleRequest): Promise<CountReply>
    queue(actor: Actor): Promise<Queue>
    /** Whether anything may leave, and why not. */
    gate(actor: Actor): Promise<Gate>
    /** The tenant's effects that may have left before the database was restored. */
    suspects(actor: Actor, query: PageQuery): Promise<Page<RestingEffect>>
    /** Opens the gate after a restore. @throws {FluxoError} AUTH_FORBIDDEN, ACTION_NOT_POSSIBLE */
    release(actor: Actor, request: ReleaseRequest): Promise<Gate>
  }
  ai: AiFace
  templates: TemplatesFace
  webhooks: {
    leads(request: WebhookRequest & { tenant: string; source: string }): Promise<WebhookReply>
    events(request: WebhookRequest & { tenant: string; source: string }): Promise<WebhookReply>
    /** Meta's GET challenge; answers the challenge text. @throws {FluxoError} WEBHOOK_VERIFY_TOKEN */
    whatsappChallenge(query: Record<string, string | undefined>): Promise<string>
    whatsapp(request: WebhookRequest): Promise<{ accepted: number; ignored: number }>
    /** A webhook of any other connector. @throws {FluxoError} WEBHOOK_CHANNEL_UNKNOWN, WEBHOOK_SIGNATURE_INVALID */
    channel(request: ChannelWebhook): Promise<ChannelReply>
  }
  live: {
    /**
     * Follows a topic: the full state at once, then every change.
     * @throws {FluxoError} RESOURCE_NOT_FOUND when the topic is not the tenant's
     */
    follow(actor: Actor, topic: string, listener: LiveListener): Promise<() => void>
    /**
     * Tells who follows `editors:<workflowId>` that this person is there, on every change and every 15 seconds; who says
     * nothing for 40 is forgotten. The caller has followed that topic, which shows that the workflow is the tenant's.
     */
    here(actor: Actor, place: EditorPlace): void
    /** The page is closed. */
    gone(actor: Actor, connectionId: string): void
  }
  health: {
    ready(): Promise<{
      status: 'ok' | 'degraded' | 'failing'
      checks: Record<string, { ok: boolean; detail?: string }>
    }>
    /** Prometheus text. */
    metrics(): Promise<string>
  }
  /** Stops claiming, finishes the batch, releases leases, closes connections. */
  stop(): Promise<void>
}
