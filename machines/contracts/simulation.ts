// What a simulation of a workflow is asked and answers.

import { z } from 'zod'
import { DiagnosticSchema } from './api.ts'
import type { ContactFacts } from './contact.ts'
import { type JsonObject, JsonObjectSchema, JsonSchema } from './json.ts'

const SimulationEffectSchema = z.object({
  id: z.string(),
  nodeId: z.string(),
  kind: z.string(),
  command: JsonObjectSchema,
})
const SimulationErrorSchema = z.object({ code: z.string(), message: z.string() })
export const SimulationSchema = z
  .object({
    diagnostics: z.array(DiagnosticSchema),
    steps: z.array(
      z.object({
        /** Entry of the script that caused it; null for what follows by itself. */
        index: z.number().nullable(),
        at: z.string(),
        event: z.string(),
        from: z.string().nullable(),
        to: z.string().nullable(),
        /** States entered, in order. */
        path: z.array(z.string()),
        effects: z.array(SimulationEffectSchema),
        /** Why nothing moved, when nothing did. */
        note: z.string().nullable(),
      }),
    ),
    effects: z.array(
      SimulationEffectSchema.extend({
        at: z.string(),
        status: z.enum(['pending', 'done', 'failed']),
        output: JsonSchema,
        error: SimulationErrorSchema.nullable(),
      }),
    ),
    /** Timers that are still armed, the next one first. */
    timers: z.array(z.object({ id: z.string(), nodeId: z.string(), dueAt: z.string() })),
    transcript: z.array(
      z.object({
        at: z.string(),
        direction: z.enum(['in', 'out']),
        channel: z.string(),
        text: z.string(),
      }),
    ),
    final: z.object({
      status: z.enum(['idle', 'active', 'done', 'failed', 'stopped']),
      /** States that the run is in; the last one when it has ended. */
      states: z.array(z.string()),
      vars: JsonObjectSchema,
      error: SimulationErrorSchema.extend({ nodeId: z.string() }).nullable(),
    }),
    /** What is wrong with the script. */
    problems: z.array(
      z.object({
        index: z.number().nullable(),
        field: z.string().nullable(),
        code: z.string(),
        message: z.object({ 'pt-BR': z.string(), en: z.string() }),
      }),
    ),
  })
  .meta({ id: 'Simulation' })
export type Simulation = z.infer<typeof SimulationSchema> & { trace?: SimulationTrace }
export type SimulationProblem = Simulation['problems'][number]

/** What held after each step; told only where it is asked for, and never over the network. */
export interface SimulationTrace {
  /** Instant at the end, also where nothing happened last. */
  now: string
  /** False after the script closed the window, until the contact writes. */
  windowOpen: boolean
  /** When the contact last wrote, by channel. */
  lastInboundAt: Record<string, string>
  /** Channels on which the contact wants no messages. */
  optedOut: string[]
  /** Event types that a state waits for at the end. */
  awaits: string[]
  /** One per step. */
  steps: {
    states: string[]
    vars: JsonObject
    timers: { id: string; nodeId: string; dueAt: string }[]
    contact: ContactFacts
    /** Who has the conversation. */
    handover: 'bot' | 'waiting for agent' | 'agent'
    /** How much is kept for when it is given back. */
    kept: number
  }[]
  /** The step that an effect's result belongs to, by its id. */
  settled: Record<string, number>
  /** One per entry of the transcript: the step it belongs to, and the effect that sent it. */
  transcript: { step: number; effectId: string | null }[]
}

export const WorkflowTestRequestSchema = z.object({
  /** What happens, entry by entry; left out: only the trigger. */
  script: z.array(JsonSchema).max(1000).optional(),
  /** The event that starts the run: `{payload, type, source}`. */
  start: JsonObjectSchema.optional(),
  /** Short for `start.payload`. */
  payload: JsonObjectSchema.optional(),
})
export type WorkflowTestRequest = z.infer<typeof WorkflowTestRequestSchema>
