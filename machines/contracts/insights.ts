// A workflow seen over time: how long contacts stay in its states, what fails in them, and where contacts were before.

import { z } from 'zod'
import { WorkflowLiveSchema } from './api.ts'

// ── pace ──
export const PACE_WINDOWS = ['24h', '7d'] as const
export const PaceQuerySchema = z.object({ window: z.enum(PACE_WINDOWS).default('24h') })
export type PaceQuery = z.infer<typeof PaceQuerySchema>

export const StatePaceSchema = z.object({
  /** Stays that ended in the window, and how long they were, in seconds; null where none did. */
  stays: z.number(),
  p50: z.number().nullable(),
  p90: z.number().nullable(),
  p99: z.number().nullable(),
  /** What failed in the last 24 hours, whatever the window is. */
  failures: z.number(),
  /** The most frequent ones first, at most three. */
  reasons: z.array(z.object({ code: z.string(), count: z.number() })),
})
export type StatePace = z.infer<typeof StatePaceSchema>

export const PaceSchema = z
  .object({
    window: z.enum(PACE_WINDOWS),
    /** ISO 8601 instant of the figures; they are kept for a while. */
    at: z.string(),
    states: z.record(z.string(), StatePaceSchema),
    /** Contacts whose history was read, the latest first. */
    contacts: z.number(),
    /** There were more of them than were read. */
    sampled: z.boolean(),
  })
  .meta({ id: 'WorkflowPace' })
export type Pace = z.infer<typeof PaceSchema>

// ── the past ──
export const LiveQuerySchema = z.object({ at: z.iso.datetime({ offset: true }).optional() })

/** The counts as they were; without an instant asked for, as they are. */
export const LiveReplySchema = WorkflowLiveSchema.extend({
  /** The instant of the counts; left out for now. */
  at: z.string().optional(),
  /** Runs of the version that had ended by then; left out for now. */
  ended: z.object({ done: z.number(), failed: z.number(), stopped: z.number() }).optional(),
  /** False where too much has moved since to be walked back: the counts are empty then. */
  complete: z.boolean().optional(),
}).meta({ id: 'WorkflowLive' })
export type LiveReply = z.infer<typeof LiveReplySchema>

/** Points of one answer. */
export const MAX_POINTS = 200

export const HistoryQuerySchema = z.object({
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }),
  /** Seconds between two points. */
  step: z.coerce.number().int().min(60).max(86_400).default(900),
})
export type HistoryQuery = z.infer<typeof HistoryQuerySchema>

export const LiveHistorySchema = z
  .object({
    /** The version whose contacts are counted: the one that is published now. */
    versionId: z.string().nullable(),
    points: z.array(z.object({ at: z.string(), states: z.record(z.string(), z.number()) })),
    complete: z.boolean(),
  })
  .meta({ id: 'WorkflowHistory' })
export type LiveHistory = z.infer<typeof LiveHistorySchema>
