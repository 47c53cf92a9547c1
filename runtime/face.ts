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
import type { OperatorAction } from '#machines/contracts/event.ts'
import type { ServerMessage } from '#machines/contracts/live.ts'
import type { Simulation, WorkflowTestRequest } from '#machines/contracts/simulation.ts'

export interface Page<Item> {
  items: Item[]
  nextCursor: string | null
}

export interface PageQuery {
  cursor?: string | undefined
  /** 1 to 200. */
  limit: number
}

/** Who asks: taken from the session, never from the request's own words. */
export interface Actor {
  tenantId: string
  userId: string
  role: Role
}
export type Role = 'owner' | 'admin' | 'builder' | 'agent' | 'support' | 'viewer'

export interface SignedIn {
  user: Session['user']
  tenant: Session['tenant']
}

export interface WebhookRequest {
  /** The bytes as they came, before any parsing. */
  rawBody: Buffer
  /** Lower-case header names. */
  headers: Record<string, string | string[] | undefined>
}

export type LiveListener = (message: ServerMessage) => void

export interface Runtime {
  sessions: {
    /** @throws {FluxoError} AUTH_FAILED for a wrong e-mail and for a wrong password alike */
    signIn(credentials: { email: string; password: string }): Promise<SignedIn>
    /** The user as of now, or null when deleted: role changes take effect at once. */
    find(tenantId: string, userId: string): Promise<SignedIn | null>
  }
  workflows: {
    list(actor: Actor, query: PageQuery): Promise<Page<WorkflowSummary>>
    /** @throws {FluxoError} RESOURCE_NOT_FOUND */
    get(actor: Actor, workflowId: string): Promise<WorkflowDetail>
    /** Creates or updates the draft named by the document's own id; errors in it do not stand against saving. */
    save(actor: Actor, definition: unknown): Promise<WorkflowDetail>
    check(actor: Actor, definition: unknown): Promise<Diagnostic[]>
    /** @throws {FluxoError} WORKFLOW_INVALID with the diagnostics, RESOURCE_NOT_FOUND */
    publish(
      actor: Actor,
      workflowId: string,
    ): Promise<{ workflowId: string; versionId: string; number: number; created: boolean }>
    /**
     * Simulates the draft; errors in it and in the script are part of the result.
     * @throws {FluxoError} RESOURCE_NOT_FOUND
     */
    test(actor: Actor, workflowId: string, request: WorkflowTestRequest): Promise<Simulation>
    live(actor: Actor, workflowId: string): Promise<WorkflowLive>
    contactsIn(
      actor: Actor,
      workflowId: string,
      query: PageQuery & { state?: string | undefined },
    ): Promise<Page<StateContact>>
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
  actors: {
    view(actor: Actor, contactId: string, query: PageQuery): Promise<ActorView>
    /** Stores the action as an envelope; it is applied like any other, in order. */
    act(
      actor: Actor,
      contactId: string,
      action: { action: OperatorAction; runId?: string | undefined; reason: string },
    ): Promise<{ eventId: string }>
  }
  webhooks: {
    leads(request: WebhookRequest & { tenant: string; source: string }): Promise<WebhookReply>
    events(request: WebhookRequest & { tenant: string; source: string }): Promise<WebhookReply>
    /** Meta's GET challenge; answers the challenge text. @throws {FluxoError} WEBHOOK_VERIFY_TOKEN */
    whatsappChallenge(query: Record<string, string | undefined>): Promise<string>
    whatsapp(request: WebhookRequest): Promise<{ accepted: number; ignored: number }>
  }
  live: {
    /**
     * Follows a topic: the full state at once, then every change.
     * @throws {FluxoError} RESOURCE_NOT_FOUND when the topic is not the tenant's
     */
    follow(actor: Actor, topic: string, listener: LiveListener): Promise<() => void>
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
