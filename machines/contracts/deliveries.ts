// Deliveries over HTTP: what failed for good, what nobody is sure of, what waits, and the gate in front of it all.

import { z } from 'zod'
import { PageQuerySchema } from './api.ts'
import { idSchema } from './ids.ts'
import { JsonObjectSchema } from './json.ts'

const LocalizedSchema = z.object({ 'pt-BR': z.string(), en: z.string() })
const ReasonSchema = z.string().trim().min(1).max(1000)
const IdSchema = z.string().min(1).max(200)
const InstantSchema = z.iso.datetime({ offset: true })

const WhoSchema = z.object({
  contactId: z.string(),
  /** Null: without a name, or the contact is gone. */
  name: z.string().nullable(),
  phone: z.string().nullable(),
})
const WhereSchema = z.object({
  runId: z.string().nullable(),
  nodeId: z.string().nullable(),
  workflowId: z.string().nullable(),
  workflowName: z.string().nullable(),
})

// ── dead letters ──
export const LetterFilterSchema = z.strictObject({
  kind: z.enum(['effect', 'envelope']).optional(),
  code: z.string().min(1).max(100).optional(),
  workflow: idSchema('workflow').optional(),
  contact: idSchema('contact').optional(),
  /** Failed at or after. */
  since: InstantSchema.optional(),
  /** Failed before. */
  until: InstantSchema.optional(),
})
export type LetterFilter = z.infer<typeof LetterFilterSchema>
export const LetterQuerySchema = PageQuerySchema.extend({
  ...LetterFilterSchema.shape,
  state: z.enum(['open', 'resolved', 'all']).default('open'),
})
export type LetterQuery = z.infer<typeof LetterQuerySchema>

export const LetterItemSchema = z
  .object({
    id: z.string(),
    /** `effect`: something that should leave; `envelope`: something that came and cannot be applied. */
    kind: z.enum(['effect', 'envelope']),
    /** Kind of the effect, or type of the event. */
    what: z.string(),
    /** One line for people: the words, the address that was called. */
    preview: z.string(),
    ...WhoSchema.shape,
    ...WhereSchema.shape,
    code: z.string(),
    why: LocalizedSchema,
    failedAt: z.string(),
    attempts: z.number(),
    /** Nobody knows whether the last attempt was taken: sending again may repeat it. */
    uncertain: z.boolean(),
    /** What became of it; null while it is open. */
    resolution: z.enum(['replayed', 'dropped']).nullable(),
  })
  .meta({ id: 'DeadLetter' })
export type LetterItem = z.infer<typeof LetterItemSchema>
export const LetterListSchema = z.object({
  items: z.array(LetterItemSchema),
  nextCursor: z.string().nullable(),
})

export const LetterDetailSchema = LetterItemSchema.extend({
  wayOut: LocalizedSchema,
  /** What was reported, in the words of whoever reported it. */
  message: z.string(),
  /** The effect's command, or the event's payload. */
  content: JsonObjectSchema,
  /** As it was before a person edited it; null when nobody did. */
  original: JsonObjectSchema.nullable(),
  /** False for what the platform tells itself: it can be tried again as it is, or left out. */
  editable: z.boolean(),
  /** How many of the contact's later events wait behind it. */
  waitingBehind: z.number(),
  replays: z.number(),
  createdAt: z.string(),
  resolvedAt: z.string().nullable(),
  correlationId: z.string().nullable(),
}).meta({ id: 'DeadLetterDetail' })
export type LetterDetail = z.infer<typeof LetterDetailSchema>

export const LetterEditSchema = z.strictObject({
  /** The whole command of an effect, or the whole payload of an event. */
  content: JsonObjectSchema,
  reason: ReasonSchema,
})
export type LetterEdit = z.infer<typeof LetterEditSchema>

/** Named ones, or all open ones that a filter finds, up to 10,000 at once. */
export const LetterSelectionSchema = z.union([
  z.strictObject({ ids: z.array(IdSchema).min(1).max(1000) }),
  z.strictObject({ filter: LetterFilterSchema }),
])
export type LetterSelection = z.infer<typeof LetterSelectionSchema>

export const ReplayQuestionSchema = z.strictObject({
  selection: LetterSelectionSchema,
  /** Also for contacts whose conversation has gone on without it. */
  includeMovedOn: z.boolean().default(false),
})
export type ReplayQuestion = z.infer<typeof ReplayQuestionSchema>
export const ReplayRequestSchema = ReplayQuestionSchema.extend({ reason: ReasonSchema })
export type ReplayRequest = z.infer<typeof ReplayRequestSchema>
export const DropRequestSchema = z.strictObject({
  selection: LetterSelectionSchema,
  reason: ReasonSchema,
})
export type DropRequest = z.infer<typeof DropRequestSchema>

export const ReplayReplySchema = z
  .object({
    total: z.number(),
    /** Sent again or applied again; in a dry run: would be. */
    sent: z.number(),
    /** Contacts that these belong to. */
    contacts: z.number(),
    /** Of those sent: whose last attempt may have been taken. */
    uncertain: z.number(),
    refused: z.array(z.object({ code: z.string(), message: LocalizedSchema, count: z.number() })),
    contactGone: z.number(),
    /** Conversations that have gone on without it; among `sent` when they were asked for. */
    movedOn: z.number(),
    /** True when the filter finds more than were looked at. */
    partial: z.boolean(),
  })
  .meta({ id: 'ReplayReport' })
export type ReplayReply = z.infer<typeof ReplayReplySchema>

export const CountReplySchema = z.object({
  done: z.number(),
  /** Not any more in the state in which this is possible. */
  skipped: z.number(),
})
export type CountReply = z.infer<typeof CountReplySchema>

// ── effects that wait for a person or for the provider's word ──
export const RestQuerySchema = PageQuerySchema.extend({
  status: z.enum(['held', 'uncertain']).optional(),
  kind: z.string().min(1).max(100).optional(),
  contact: idSchema('contact').optional(),
})
export type RestQuery = z.infer<typeof RestQuerySchema>

export const RestingEffectSchema = z
  .object({
    id: z.string(),
    status: z.enum(['waiting', 'dispatched', 'sending', 'held', 'uncertain']),
    what: z.string(),
    preview: z.string(),
    ...WhoSchema.shape,
    ...WhereSchema.shape,
    attempts: z.number(),
    since: z.string(),
    /** When it is decided by itself; null for what only a person decides. */
    decidedAt: z.string().nullable(),
    /** Of those before the gate: an attempt is known. */
    tried: z.boolean(),
  })
  .meta({ id: 'RestingEffect' })
export type RestingEffect = z.infer<typeof RestingEffectSchema>
export const RestingListSchema = z.object({
  items: z.array(RestingEffectSchema),
  nextCursor: z.string().nullable(),
})

export const SettleRequestSchema = z.strictObject({
  ids: z.array(IdSchema).min(1).max(1000),
  /** It arrived; it is sent again; it is not sent any more. */
  how: z.enum(['delivered', 'send', 'give_up']),
  reason: ReasonSchema,
})
export type SettleRequest = z.infer<typeof SettleRequestSchema>

// ── what waits ──
export const QueueSchema = z
  .object({
    rows: z.array(
      z.object({
        status: z.enum(['waiting', 'dispatched', 'sending', 'uncertain', 'held']),
        /** `whatsapp`, `email`, or `other` for what goes over no channel. */
        channel: z.string(),
        channelId: z.string().nullable(),
        address: z.string().nullable(),
        count: z.number(),
        oldestAt: z.string(),
      }),
    ),
    letters: z.number(),
    /** Channels whose provider is not asked for now, because it failed too often. */
    breakers: z.array(
      z.object({
        channelId: z.string(),
        address: z.string(),
        state: z.enum(['open', 'half_open']),
        until: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'OutboxOverview' })
export type Queue = z.infer<typeof QueueSchema>

// ── the gate ──
export const GateSchema = z
  .object({
    open: z.boolean(),
    /** `config`: DISPATCH_PAUSED; `restored`: the database is another one, or an older one, than before. */
    reason: z.enum(['config', 'restored']).nullable(),
    closedAt: z.string().nullable(),
    /** What told of it, as codes: `system`, `database`, `timeline`, `folder`, `watermark`. */
    signs: z.array(z.string()),
    /** Sends that were asked for after the back-up and that this database knows nothing of; null: cannot be known. */
    lost: z.number().nullable(),
    /** Open ones of this tenant that may have left already. */
    suspects: z.object({ tried: z.number(), untried: z.number() }),
    /** False where only whoever runs the installation may open it. */
    canRelease: z.boolean(),
  })
  .meta({ id: 'DispatchGate' })
export type Gate = z.infer<typeof GateSchema>

export const ReleaseRequestSchema = z.strictObject({
  /** Those with a known attempt: kept for a person, or sent. */
  tried: z.enum(['hold', 'send']).default('hold'),
  /** Those without one, which may still have left after the back-up. */
  untried: z.enum(['hold', 'send']).default('hold'),
  reason: ReasonSchema,
})
export type ReleaseRequest = z.infer<typeof ReleaseRequestSchema>
