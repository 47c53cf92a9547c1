// How sure an answer of the model says it is. Not every shape of answer says so: whoever asked it has looked already.

import type { EffectError } from '../contracts/event.ts'
import { isJsonObject, type Json } from '../contracts/json.ts'

/** The answer's `confidence`, or the given number where it names none. */
export function confidenceIn(output: Json | undefined, otherwise: number): number {
  const confidence = isJsonObject(output) ? output['confidence'] : undefined
  return typeof confidence === 'number' ? confidence : otherwise
}

/** Why an answer does not count. */
export function lowConfidence(output: Json | undefined, least: number): EffectError {
  const message = `The confidence ${confidenceIn(output, least)} is below ${least}`
  return { code: 'AI_LOW_CONFIDENCE', message }
}
