// HTTP bodies, requests and replies. The gateway validates with them, OpenAPI is made from them, web infers from them.

import { z } from 'zod'
import { JsonObjectSchema, JsonSchema } from './json.ts'
import { WorkflowSavingSchema } from './saving.ts'

export const ErrorReplySchema = z
  .object({
    error: z.object({
      code: z.string(),
      message: z.string(),
      field: z.string().optional(),
      correlationId: z.string(),
      details: z.unknown().optional(),
    }),
  })
  .meta({ id: 'Error' })
export type ErrorReply = z.infer<typeof ErrorReplySchema>

export const PageQuerySchema = z.object({
  cursor: z.string().max(300).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

// ── session ──
export const SessionRequestSchema = z.object({
  email: z.string().min(3).max(320),
  password: z.string().min(1).max(300),
})
export const SessionSchema = z
  .object({
    user: z.object({ id: z.string(), name: z.string(), email: z.string(), role: z.string() }),
    tenant: z.object({ id: z.string(), name: z.string(), zone: z.string(), locale: z.string() }),
    expiresAt: z.string(),
  })
  .meta({ id: 'Session' })
export type Session = z.infer<typeof SessionSchema>
export const SessionReplySchema = SessionSchema.extend({ token: z.string() }).meta({
  id: 'NewSession',
})

// ── workflows ──
/** One operation of a JSON patch on the document, RFC 6902. */
export const JsonPatchOpSchema = z.discriminatedUnion('op', [
  z.object({ op: z.literal('add'), path: z.string(), value: JsonSchema }),
  z.object({ op: z.literal('replace'), path: z.string(), value: JsonSchema }),
  z.object({ op: z.literal('remove'), path: z.string() }),
])
export type JsonPatchOp = z.infer<typeof JsonPatchOpSchema>

/** The shortest way through the workflow that shows a problem. */
export const DiagnosticTraceSchema = z.object({
  /** States passed, in order. */
  states: z.array(z.string()),
  /** Script of a simulation that goes this way; null where data decide that no script can choose. */
  script: z.array(JsonObjectSchema).nullable(),
})
export type DiagnosticTrace = z.infer<typeof DiagnosticTraceSchema>

export const DiagnosticSchema = z
  .object({
    code: z.string(),
    severity: z.enum(['error', 'warning']),
    nodeId: z.string().nullable(),
    /** JSON path into the document, e.g. `$.nodes[2].next`. */
    path: z.string(),
    message: z.object({ 'pt-BR': z.string(), en: z.string() }),
    /** Applied to the document it makes this diagnostic disappear; null where nothing is known. */
    fix: z.array(JsonPatchOpSchema).nullable().optional(),
    trace: DiagnosticTraceSchema.nullable().optional(),
  })
  .meta({ id: 'Diagnostic' })
export type Diagnostic = z.infer<typeof DiagnosticSchema>

export const VersionSummarySchema = z
  .object({ id: z.string(), number: z.number(), publishedAt: z.string() })
  .meta({ id: 'VersionSummary' })

export const WorkflowSummarySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    trigger: z.string(),
    status: z.enum(['draft', 'published']),
    version: VersionSummarySchema.nullable(),
    /** True when the draft differs from the published version. */
    changed: z.boolean(),
    nodeCount: z.number(),
    /** Contacts with an active run of this workflow. */
    active: z.number(),
    finished: z.number(),
    failed: z.number(),
    updatedAt: z.string(),
    /** Since when nothing starts in it any more; left out or null: it is in use. */
    archivedAt: z.string().nullable().optional(),
  })
  .meta({ id: 'WorkflowSummary' })
export type WorkflowSummary = z.infer<typeof WorkflowSummarySchema>
export const WorkflowQuerySchema = PageQuerySchema.extend({
  /** `true`: those that were put away, and no others. */
  archived: z.enum(['true', 'false']).optional(),
})
export const WorkflowListSchema = z.object({
  items: z.array(WorkflowSummarySchema),
  nextCursor: z.string().nullable(),
})

export const WorkflowDetailSchema = WorkflowSummarySchema.extend({
  ...WorkflowSavingSchema.shape,
  /** The draft. */
  definition: JsonSchema,
  /** The published document, which running contacts follow; null before the first publish. */
  published: JsonSchema.nullable(),
  diagnostics: z.array(DiagnosticSchema),
  /** Number of the version that publishing the draft makes, or goes back to where this content was one already. */
  nextVersion: z.number().optional(),
}).meta({ id: 'Workflow' })
export type WorkflowDetail = z.infer<typeof WorkflowDetailSchema>

export const CheckReplySchema = z.object({
  ok: z.boolean(),
  diagnostics: z.array(DiagnosticSchema),
})
export const PublishReplySchema = z.object({
  workflowId: z.string(),
  versionId: z.string(),
  number: z.number(),
  /** False when this very content was already the published version. */
  created: z.boolean(),
})

export const WorkflowLiveSchema = z.object({
  versionId: z.string().nullable(),
  states: z.record(z.string(), z.number()),
})
export type WorkflowLive = z.infer<typeof WorkflowLiveSchema>

export const StateContactSchema = z
  .object({
    id: z.string(),
    name: z.string().nullable(),
    phone: z.string().nullable(),
    runId: z.string(),
    versionId: z.string(),
    state: z.string(),
    since: z.string(),
  })
  .meta({ id: 'StateContact' })
export type StateContact = z.infer<typeof StateContactSchema>
export const StateContactListSchema = z.object({
  items: z.array(StateContactSchema),
  nextCursor: z.string().nullable(),
})

// ── contacts ──
export const ContactSchema = z
  .object({
    id: z.string(),
    name: z.string().nullable(),
    phone: z.string().nullable(),
    email: z.string().nullable(),
    tags: z.array(z.string()),
    fields: JsonObjectSchema,
    lastChannel: z.string().nullable(),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'Contact' })
export type Contact = z.infer<typeof ContactSchema>
export const ContactListSchema = z.object({
  items: z.array(ContactSchema),
  nextCursor: z.string().nullable(),
})
export const ContactListQuerySchema = PageQuerySchema.extend({
  phone: z.string().max(40).optional(),
  email: z.string().max(320).optional(),
  /** Part of a name, phone or e-mail. */
  q: z.string().max(200).optional(),
})

export const MessageSchema = z
  .object({
    id: z.string(),
    direction: z.enum(['in', 'out']),
    channel: z.string(),
    kind: z.string(),
    /** The words as a person reads them. */
    text: z.string(),
    content: JsonObjectSchema,
    status: z.string(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    /** The provider's own id: answers and reactions name it. */
    providerMessageId: z.string().nullish(),
    /** What a workflow or a person asked to be sent; left out of what came in. */
    effectId: z.string().nullish(),
    createdAt: z.string(),
  })
  .meta({ id: 'Message' })
export type Message = z.infer<typeof MessageSchema>
export const MessageListSchema = z.object({
  items: z.array(MessageSchema),
  nextCursor: z.string().nullable(),
})

// ── one contact's actor ──
export const WaitingForSchema = z.object({
  /** Event type that would move the run. */
  event: z.string(),
  /** ISO 8601 instant at which it stops waiting. */
  timeout: z.string().optional(),
})
export const TimerViewSchema = z.object({
  dueAt: z.string(),
  event: z.string(),
  nodeId: z.string(),
})
export const RunViewSchema = z
  .object({
    id: z.string(),
    workflowId: z.string(),
    workflowName: z.string(),
    versionId: z.string(),
    versionNumber: z.number(),
    status: z.enum(['active', 'done', 'failed', 'stopped']),
    /** Node id the run is in; the last one when it has ended. */
    state: z.string(),
    /** Every node it is in: more than one where paths run side by side; none when it has ended. */
    states: z.array(z.string()),
    /** When it entered that state. */
    since: z.string(),
    startedAt: z.string(),
    finishedAt: z.string().nullable(),
    waitingFor: z.array(WaitingForSchema),
    timers: z.array(TimerViewSchema),
    context: JsonObjectSchema,
    error: z.object({ code: z.string(), message: z.string(), nodeId: z.string() }).nullable(),
  })
  .meta({ id: 'Run' })
export type RunView = z.infer<typeof RunViewSchema>

export const JournalEffectSchema = z.object({
  id: z.string(),
  kind: z.string(),
  nodeId: z.string(),
  /** One line for people: the text sent, the fields written. */
  preview: z.string(),
  /** `pending`, `sending`, `uncertain`, `done`, `failed`, or the message's delivery status. */
  status: z.string(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
})
export const JournalMoveSchema = z.object({
  runId: z.string(),
  workflowId: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  /** Every state passed through, in order, with `from` and `to`. */
  path: z.array(z.string()),
})
const JournalRefusalSchema = z.object({
  runId: z.string(),
  nodeId: z.string(),
  kind: z.string(),
  code: z.string(),
})
export const JournalItemSchema = z
  .object({
    seq: z.number(),
    at: z.string(),
    event: z.string(),
    eventId: z.string(),
    correlationId: z.string(),
    /** State before and after in the first run that moved; null where there was none. */
    from: z.string().nullable(),
    to: z.string().nullable(),
    moves: z.array(JournalMoveSchema),
    effects: z.array(JournalEffectSchema),
    /** Messages that a run wanted to send and the platform did not let out, and why; left out where there are none. */
    refused: z.array(JournalRefusalSchema).optional(),
    /** Why nothing moved, when nothing did. */
    note: z.string().nullable(),
    /** Who stepped in and why; left out where no person did. */
    deed: z
      .object({
        by: z.object({ id: z.string(), name: z.string().nullable() }),
        reason: z.string(),
      })
      .optional(),
    payload: JsonObjectSchema,
  })
  .meta({ id: 'JournalItem' })
export type JournalItem = z.infer<typeof JournalItemSchema>

const ParkedSchema = z.object({
  eventId: z.string(),
  event: z.string(),
  /** One of our codes, where it was one of our own limits. */
  code: z.string().nullable(),
  /** As it was reported. */
  reason: z.string(),
})
export type Parked = z.infer<typeof ParkedSchema>

export const ActorViewSchema = z
  .object({
    contact: ContactSchema,
    handover: z.enum(['bot', 'waiting for agent', 'agent']),
    /** Since when the contact wants no more messages, by channel. */
    optOuts: z.record(z.string(), z.string()).optional(),
    /** How much waits until the agent gives the conversation back. */
    kept: z.number().optional(),
    /** Steps applied so far. */
    seq: z.number(),
    runs: z.array(RunViewSchema),
    /** Newest first. */
    journal: z.object({ items: z.array(JournalItemSchema), nextCursor: z.string().nullable() }),
    /** Envelopes that wait, and the first one with its reason where it is parked; what is parked is among the dead letters. */
    mailbox: z.object({ waiting: z.number(), parked: ParkedSchema.nullable() }),
  })
  .meta({ id: 'Actor' })
export type ActorView = z.infer<typeof ActorViewSchema>

// ── live ──
export const LiveTicketSchema = z.object({ ticket: z.string(), expiresAt: z.string() })

// ── webhooks ──
export const WebhookReplySchema = z.object({
  accepted: z.boolean(),
  /** True when the same event had been accepted before; nothing was done again. */
  duplicate: z.boolean(),
  eventId: z.string().optional(),
  contactId: z.string().optional(),
})
export type WebhookReply = z.infer<typeof WebhookReplySchema>

// ── health ──
export const HealthSchema = z.object({
  status: z.enum(['ok', 'degraded', 'failing']),
  checks: z.record(z.string(), z.object({ ok: z.boolean(), detail: z.string().optional() })),
})
