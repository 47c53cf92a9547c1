// The script of a simulation: what happens to the contact, entry by entry. Checked before anything is played.

import { z } from 'zod'
import { CHANNEL_KIND_PATTERN } from '../contracts/channel.ts'
import type { SimulationProblem } from '../contracts/simulation.ts'
import { ContactFactsSchema } from '../contracts/contact.ts'
import { EVENT_TYPE_PATTERN } from '../contracts/event.ts'
import { JsonObjectSchema, JsonSchema } from '../contracts/json.ts'
import { millisecondsUntil } from '../expression/duration.ts'
import { CHAOS_KINDS } from './disturbances.ts'

const MAX_ENTRIES = 1000
const MAX_SPAN_MS = 5 * 366 * 24 * 60 * 60 * 1000
const DEFAULT_START = '2026-03-10T12:00:00.000Z'
const DEFAULT_ZONE = 'America/Sao_Paulo'
const DEFAULT_STEPS = 1000

const SpanSchema = z
  .string()
  .refine(isSpan, { message: 'must be an ISO 8601 duration of at most 5 years, e.g. P2D' })
const ChannelSchema = z.string().regex(CHANNEL_KIND_PATTERN)

const EntrySchema = z
  .strictObject({
    /** ISO 8601 duration since the start. */
    at: SpanSchema.optional(),
    /** ISO 8601 duration by which time moves on. */
    skip: SpanSchema.optional(),
    closeWindow: z.literal(true).optional(),
    /** The worker stops and begins anew with what is kept of the run. */
    restart: z.literal(true).optional(),
    /** A person takes the conversation: what comes for the run is kept until they give it back. */
    takeOver: z.literal(true).optional(),
    event: z
      .strictObject({
        type: z.string().regex(EVENT_TYPE_PATTERN),
        payload: JsonObjectSchema.optional(),
        source: z.string().max(200).optional(),
      })
      .optional(),
    message: z
      .union([
        z.string().max(10_000),
        z.strictObject({ text: z.string().max(10_000), channel: ChannelSchema.optional() }),
      ])
      .optional(),
    /** The person gives it back: the run goes on where it was, in a state of choice, or not at all. */
    giveBack: z
      .discriminatedUnion('mode', [
        z.strictObject({ mode: z.literal('history') }),
        z.strictObject({ mode: z.literal('state'), nodeId: z.string() }),
        z.strictObject({ mode: z.literal('end') }),
      ])
      .optional(),
    result: z
      .union([
        z.strictObject({
          node: z.string(),
          error: z.strictObject({ code: z.string().min(1).max(200), message: z.string() }),
        }),
        z.strictObject({ node: z.string(), output: JsonSchema.optional() }),
      ])
      .optional(),
  })
  .refine((entry) => Object.keys(entry).length > 0, { message: 'an entry says what happens' })
export type ScriptEntry = z.infer<typeof EntrySchema>

const ScriptSchema = z.array(EntrySchema).max(MAX_ENTRIES)

const OptionsSchema = z.strictObject({
  /** The event that starts the run, whatever the trigger's filter says. */
  start: z
    .strictObject({
      type: z.string().max(200).optional(),
      payload: JsonObjectSchema.optional(),
      source: z.string().max(200).optional(),
    })
    .optional(),
  /** What is known of the contact; the rest is read from the start's payload. */
  contact: ContactFactsSchema.partial().optional(),
  zone: z.string().refine(isZone, { message: 'must be an IANA time zone' }).default(DEFAULT_ZONE),
  /** ISO 8601 instant of the start. */
  at: z.iso.datetime({ offset: true }).default(DEFAULT_START),
  /** Answers effects that the script says nothing about with success. */
  autoResults: z.boolean().default(true),
  maxSteps: z.int().min(1).max(5000).default(DEFAULT_STEPS),
  /** Tells what held after each step, too. */
  trace: z.boolean().default(false),
  /** Played with this disturbance, as `chaos` found it. */
  disturbed: z
    .strictObject({
      kind: z.enum(CHAOS_KINDS),
      until: z.int().min(-1),
      seed: z.int().default(1),
    })
    .optional(),
})
export type SimulationOptions = z.input<typeof OptionsSchema>
export type CompleteOptions = z.output<typeof OptionsSchema>

export interface ParsedScript {
  entries: ScriptEntry[]
  options: CompleteOptions
}

/** A checked script, or the places where it is wrong. */
export function parseScript(
  script: unknown,
  options: unknown,
): { parsed: ParsedScript | null; problems: SimulationProblem[] } {
  const entries = ScriptSchema.safeParse(script)
  const settings = OptionsSchema.safeParse(options ?? {})
  if (entries.success && settings.success) {
    return { parsed: { entries: entries.data, options: settings.data }, problems: [] }
  }
  return {
    parsed: null,
    problems: [...problemsOf(entries.error), ...problemsOf(settings.error)],
  }
}

function problemsOf(error: z.ZodError | undefined): SimulationProblem[] {
  return (error?.issues ?? []).slice(0, 20).map((issue) => {
    const [first, ...rest] = issue.path
    const index = typeof first === 'number' ? first : null
    const field = (index === null ? issue.path : rest).map(String).join('.')
    const place = field === '' ? '' : `${field}: `
    return {
      index,
      field: field === '' ? null : field,
      code: 'SCRIPT_INVALID',
      message: {
        'pt-BR': `O roteiro não está certo: ${place}${issue.message}`,
        en: `The script is wrong: ${place}${issue.message}`,
      },
    }
  })
}

function isSpan(duration: string): boolean {
  try {
    const span = millisecondsUntil(duration, DEFAULT_START, 'UTC')
    return span >= 0 && span <= MAX_SPAN_MS
  } catch {
    return false
  }
}

function isZone(zone: string): boolean {
  try {
    return millisecondsUntil('P1D', DEFAULT_START, zone) > 0
  } catch {
    return false
  }
}
