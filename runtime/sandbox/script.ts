// The answers that a script has laid out for the next sends: faults on demand, in the order given.

import { z } from 'zod'
import { normalizePhone } from '../connectors/phone.ts'

const Milliseconds = z
  .int()
  .min(0)
  .max(7 * 24 * 3600 * 1000)

/** One answer. Without `status`, `error` and `reset: "before"` the message is accepted. */
export const AnswerSchema = z
  .strictObject({
    ok: z.literal(true),
    /** HTTP status of a refusal. */
    status: z.int().min(400).max(599),
    /** Seconds, as the header `Retry-After`. */
    retryAfter: z.int().min(0).max(3600),
    /** Meta's error code of a refusal. */
    error: z.int().min(0),
    /** How long the answer lets wait; the message is taken at once. */
    hang: Milliseconds,
    /** The socket is destroyed: `before` the message was taken, or `after`. */
    reset: z.enum(['before', 'after']),
    /** How many times each status webhook is sent. */
    duplicateStatuses: z.int().min(1).max(100),
    /** The last status first. */
    reorderStatuses: z.boolean(),
    delayStatuses: Milliseconds,
    /** Accepted, and then reported as failed with this code. */
    failStatus: z.int().min(0),
    /** What the provider says instead of its usual answer. */
    body: z.json(),
    /** How many sends get this answer; default 1. */
    times: z.int().min(1).max(100_000),
  })
  .partial()
  .refine(
    (answer) => Object.keys(answer).length > 0,
    'an answer says what to do, e.g. {"status":500}',
  )
export type Answer = z.infer<typeof AnswerSchema>

export const ScriptSchema = z.strictObject({
  provider: z.string().regex(/^[a-z][a-z0-9_]{1,29}$/),
  /** Which sends it is for; left out: all. */
  match: z
    .strictObject({ to: z.string().max(40), kind: z.string().max(60) })
    .partial()
    .default({}),
  /** Replaces what is left of an earlier script with the same match; an empty list only clears it. */
  answers: z.array(AnswerSchema).max(10_000),
  /** Shuffles the answers, the same way for the same seed. */
  seed: z.int().optional(),
})
export type ScriptRequest = z.infer<typeof ScriptSchema>

export interface Script {
  /** Returns how many answers wait now. */
  set(request: ScriptRequest): number
  /** The next answer for a send, taken out of the queue; null where none is laid out. */
  take(provider: string, send: { to: string; kind: string }): Answer | null
}

interface Queue {
  provider: string
  match: ScriptRequest['match']
  answers: Answer[]
}

/** Makes an empty script. */
export function createScript(): Script {
  const queues = new Map<string, Queue>()
  return {
    set: ({ provider, match, answers, seed }) => {
      const key = JSON.stringify([provider, match.to ?? null, match.kind ?? null])
      const repeated = answers.flatMap((answer) => Array<Answer>(answer.times ?? 1).fill(answer))
      queues.delete(key)
      queues.set(key, {
        provider,
        match,
        answers: seed === undefined ? repeated : shuffle(repeated, seed),
      })
      return repeated.length
    },
    take: (provider, send) => {
      const queue = [...queues.values()].find(
        (given) =>
          given.provider === provider && given.answers.length > 0 && fits(given.match, send),
      )
      return queue?.answers.shift() ?? null
    },
  }
}

/** True when both numbers are the same line, written with or without the ninth digit. */
export function isSameNumber(one: string, other: string): boolean {
  // Mailboxes and names of chats are no numbers, whatever digits they hold.
  const areNumbers = /^[\d\s()+-]+$/.test(one) && /^[\d\s()+-]+$/.test(other)
  return areNumbers && canonical(one) === canonical(other)
}

function canonical(number: string): string {
  const digits = number.replace(/\D/g, '')
  return normalizePhone(`+${digits}`) ?? digits
}

function fits(match: ScriptRequest['match'], send: { to: string; kind: string }): boolean {
  const kind = match.kind?.replace(/^[a-z]+\.send_/, '')
  return (
    (kind === undefined || kind === send.kind) &&
    (match.to === undefined || match.to === send.to || isSameNumber(match.to, send.to))
  )
}

/** Fisher and Yates, with mulberry32 as the source of chance. */
function shuffle<T>(items: readonly T[], seed: number): T[] {
  const shuffled = [...items]
  let state = seed >>> 0
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    const other = ((mixed ^ (mixed >>> 14)) >>> 0) % (last + 1)
    const held = shuffled[last] as T
    shuffled[last] = shuffled[other] as T
    shuffled[other] = held
  }
  return shuffled
}
