// A question to the model, ready to be asked, and how its answer is read. Reading is the gate: strict JSON, nothing that
// could mean more than words, the form that was asked for, then the task's own rules; only then marks become values.

import type { Json, JsonObject } from '#machines/contracts/json.ts'
import { parseStrictBody } from '../json-body.ts'
import type { Turn } from './language-model.ts'
import type { Masker } from './mask.ts'
import { hostilityOf } from './said-text.ts'
import type { SystemPrompt } from './system-prompt.ts'

export interface Task {
  prompt: SystemPrompt
  contents: Turn[]
  /** JSON schema of the answer. */
  schema: JsonObject
  read(answer: JsonObject): Reading
}

export type Reading =
  | { type: 'good'; output: JsonObject; confidence: number }
  /** Told to the model once, in its own words' language. */
  | { type: 'bad'; problem: string }
  /** The answer says itself that it is none. */
  | { type: 'refused'; reason: string; message: string }

const MAX_ANSWER_BYTES = 32 * 1024

/** @returns the object that a text of the model is, or what is wrong with it */
export function parseAnswerText(text: string): JsonObject | string {
  try {
    const answer = parseStrictBody(Buffer.from(text.trim()), MAX_ANSWER_BYTES)
    return hostilityOf(answer) ?? answer
  } catch (error) {
    return error instanceof Error ? error.message : 'the answer is not JSON'
  }
}

export const bad = (problem: string): Reading => ({ type: 'bad', problem: problem.slice(0, 500) })

const FOREIGN_MARK =
  'the answer has a mark in brackets that was not given, or that must not be repeated'

/** Marks become values, last of all: what the contact wrote is looked at like any other text. */
export function finish(
  answer: { output: JsonObject; confidence: number },
  masker: Masker,
): Reading {
  const output = unmasked(answer.output, masker)
  if (output === undefined) return bad(FOREIGN_MARK)
  const hostility = hostilityOf(output)
  return hostility === null
    ? { ...answer, type: 'good', output: output as JsonObject }
    : bad(hostility)
}

function unmasked(value: Json, masker: Masker): Json | undefined {
  if (typeof value === 'string') return masker.unmask(value) ?? undefined
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, item]) => [key, unmasked(item, masker)] as const)
  if (entries.some(([, item]) => item === undefined)) return undefined
  return Array.isArray(value)
    ? entries.map(([, item]) => item as Json)
    : (Object.fromEntries(entries) as JsonObject)
}
