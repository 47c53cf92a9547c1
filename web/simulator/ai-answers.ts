// What an AI node asks, and what the simulated model may answer. Pure.

import { isJsonObject, type Json, type JsonObject } from '#machines/contracts/json.ts'
import type { Outcome } from './results.ts'

export interface AskedField {
  name: string
  type: 'text' | 'number' | 'boolean' | 'json'
  /** The only values that may come; empty: any. */
  options: string[]
  required: boolean
}

export type AiQuestion = { input: string; minConfidence: number | null } & (
  | { kind: 'classify'; intents: string[] }
  | { kind: 'reply' }
  | { kind: 'extract'; fields: AskedField[] }
)

/** What a command asks of the model; null for commands that ask it nothing. */
export function aiQuestionOf(command: JsonObject): AiQuestion | null {
  const { kind, minConfidence, intents, schema } = command
  const input = typeof command['input'] === 'string' ? command['input'] : ''
  const asked = { input, minConfidence: typeof minConfidence === 'number' ? minConfidence : null }
  switch (kind) {
    case 'ai.classify':
      return { ...asked, kind: 'classify', intents: textsIn(intents) }
    case 'ai.reply':
      return { ...asked, kind: 'reply' }
    case 'ai.extract':
      return { ...asked, kind: 'extract', fields: fieldsOf(schema) }
    default:
      return null
  }
}

/** What the model says, before it is known whether it is sure enough. */
export type AiAnswer =
  | { kind: 'classify'; intent: string; confidence: number }
  | { kind: 'reply'; text: string; confidence: number; needsPerson: boolean }
  | { kind: 'extract'; values: Record<string, string> }

/** The result that the workflow gets: one that is less sure than asked for is a failure, as in production. */
export function outcomeOfAnswer(question: AiQuestion, answer: AiAnswer): Outcome {
  if (answer.kind === 'extract') {
    const fields = question.kind === 'extract' ? question.fields : []
    return { output: valuesOf(fields, answer.values) }
  }
  const { minConfidence } = question
  const { confidence } = answer
  if (minConfidence !== null && confidence < minConfidence) {
    const message = `Confidence ${confidence} is below ${minConfidence}`
    return { error: { code: 'AI_LOW_CONFIDENCE', message } }
  }
  if (answer.kind === 'classify') {
    return { output: { intent: answer.intent, confidence, entities: {} } }
  }
  const { text, needsPerson } = answer
  return { output: { reply_text: text, intent: null, confidence, needs_person: needsPerson } }
}

/** What was answered, to go on editing it; null where it failed or was something else. */
export function answerOfOutcome(question: AiQuestion, outcome: Outcome): AiAnswer | null {
  if ('error' in outcome || !isJsonObject(outcome.output)) return null
  const { intent, confidence, reply_text: text, needs_person: needsPerson } = outcome.output
  const sure = typeof confidence === 'number' ? confidence : 1
  switch (question.kind) {
    case 'classify':
      return {
        kind: 'classify',
        intent: typeof intent === 'string' ? intent : '',
        confidence: sure,
      }
    case 'reply': {
      const said = typeof text === 'string' ? text : ''
      return { kind: 'reply', text: said, confidence: sure, needsPerson: needsPerson === true }
    }
    case 'extract':
      return { kind: 'extract', values: textsOf(question.fields, outcome.output) }
  }
}

function fieldsOf(schema: Json | undefined): AskedField[] {
  if (!isJsonObject(schema) || !isJsonObject(schema['properties'])) return []
  const required = new Set(textsIn(schema['required']))
  return Object.entries(schema['properties']).map(([name, property]) => {
    const given = isJsonObject(property) ? property : {}
    const options = textsIn(given['enum'])
    return { name, type: typeOf(given['type']), options, required: required.has(name) }
  })
}

function typeOf(type: Json | undefined): AskedField['type'] {
  const [first] = [type].flat().filter((one) => one !== 'null')
  if (first === 'string' || first === undefined) return 'text'
  if (first === 'number' || first === 'integer') return 'number'
  return first === 'boolean' ? 'boolean' : 'json'
}

/** Fields that were left empty are not part of the answer. */
function valuesOf(fields: readonly AskedField[], values: Record<string, string>): JsonObject {
  return Object.fromEntries(
    fields
      .filter(({ name }) => (values[name] ?? '').trim() !== '')
      .map((field) => [field.name, valueOf(field, values[field.name] ?? '')]),
  )
}

function valueOf({ type }: AskedField, text: string): Json {
  if (type === 'boolean') return text === 'true'
  if (type === 'number') {
    const number = Number(text.replace(',', '.'))
    return Number.isFinite(number) ? number : text
  }
  return type === 'json' ? jsonOr(text) : text
}

function jsonOr(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

function textsOf(fields: readonly AskedField[], output: JsonObject): Record<string, string> {
  return Object.fromEntries(
    fields.map(({ name }) => {
      const value = output[name] ?? ''
      return [name, typeof value === 'string' ? value : JSON.stringify(value)]
    }),
  )
}

function textsIn(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
