// One question to the model from end to end: what is kept, what the month still allows, the call, one repair with the
// problem told, and what all of it cost.

import { createHash } from 'node:crypto'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { DirectEffect, PerformContext } from '../connector.ts'
import type { LanguageModel, ModelReply, ModelRequest, TokenUsage, Turn } from './language-model.ts'
import { NO_USAGE } from './language-model.ts'
import type { AiGround, Surroundings } from './surroundings.ts'
import { bad, parseAnswerText, type Reading, type Task } from './task.ts'

export interface Asking {
  effect: DirectEffect
  task: Task
  given: Surroundings
  apiKey: string
  model: LanguageModel
  ground: AiGround
  context: PerformContext
}

export type Asked =
  | { type: 'read'; reading: Reading; isHit: boolean }
  | { type: 'cap' }
  | { type: 'reply'; reply: Exclude<ModelReply, { type: 'answer' }> }

/** Enough for a reply and its thoughts. */
const MAX_OUTPUT_TOKENS = 2_048
/** More characters stand for a token in every language that we know; a guess that is too high costs nothing. */
const CHARS_PER_TOKEN = 2
const MAX_REPEATED_CHARS = 4_000

export async function ask(asking: Asking): Promise<Asked> {
  const { effect, task, given, ground } = asking
  const hash = hashOf(asking)
  if (given.setup.cacheHours > 0) {
    const kept = await ground.kept(effect.tenantId, hash)
    const reading = kept && task.read(kept)
    if (reading?.type === 'good') {
      await record(asking, NO_USAGE, { isHit: true, keep: null })
      return { type: 'read', reading, isHit: true }
    }
  }
  const first = await call(asking, task.contents, hash)
  if (first.type !== 'read' || first.reading.type !== 'bad') return first
  const repair = [
    { role: 'model' as const, text: first.text.slice(0, MAX_REPEATED_CHARS) || '{}' },
    { role: 'user' as const, text: JSON.stringify({ problema: first.reading.problem }) },
  ]
  return call(asking, [...task.contents, ...repair], hash)
}

type Called = Asked & { text: string }

async function call(asking: Asking, contents: Turn[], hash: string): Promise<Called> {
  const { effect, ground, model, context } = asking
  const request = requestOf(asking, contents)
  if (!(await ground.reserve(effect, mostTokens(request)))) return { type: 'cap', text: '' }
  let reply: ModelReply
  try {
    reply = await model.generate(request, context)
  } catch (error) {
    await record(asking, NO_USAGE, { isHit: false, keep: null })
    throw error
  }
  if (reply.type !== 'answer') {
    const usage = reply.type === 'blocked' ? reply.usage : NO_USAGE
    await record(asking, usage, { isHit: false, keep: null })
    return { type: 'reply', reply, text: '' }
  }
  const answer = parseAnswerText(reply.text)
  const reading = typeof answer === 'string' ? bad(answer) : asking.task.read(answer)
  const hours = asking.given.setup.cacheHours
  const isKept = typeof answer !== 'string' && reading.type === 'good' && hours > 0
  const keep = isKept ? { hash, answer, hours } : null
  await record(asking, reply.usage, { isHit: false, keep })
  return { type: 'read', reading, isHit: false, text: reply.text }
}

function record(
  { effect, given, ground }: Asking,
  usage: TokenUsage,
  rest: { isHit: boolean; keep: { hash: string; answer: JsonObject; hours: number } | null },
): Promise<void> {
  return ground.record(effect, { model: given.setup.model, usage, ...rest })
}

function requestOf({ task, given, apiKey }: Asking, contents: Turn[]): ModelRequest {
  return {
    model: given.setup.model,
    apiKey,
    system: task.prompt.text,
    contents,
    schema: task.schema,
    maxOutputTokens: MAX_OUTPUT_TOKENS,
    safety: given.setup.safety,
  }
}

/** The most that a call may need: what is set aside for it. */
export function mostTokens({ system, contents, schema, maxOutputTokens }: ModelRequest): number {
  const said = contents.reduce((sum, { text }) => sum + text.length, 0)
  const prompt = system.length + said + JSON.stringify(schema).length
  return Math.ceil(prompt / CHARS_PER_TOKEN) + maxOutputTokens
}

/** The same question, with marks in the place of personal data, to the same model under the same rules. */
function hashOf({ effect, task, given }: Asking): string {
  const { model, safety } = given.setup
  const { prompt, schema, contents } = task
  const content = [effect.command.kind, model, safety, prompt.text, schema, contents]
  return createHash('sha256').update(JSON.stringify(content)).digest('hex')
}
