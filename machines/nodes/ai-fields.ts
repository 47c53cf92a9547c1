// What the nodes around the language model share: confidence, the input text, and the ways to take without a good
// answer. `fallback` is for an answer that does not count: below `minConfidence`, blocked by the model, or not in the
// asked form, or not asked for at all: no key, no tokens left. `onError` is for a line that broke. A node that names only one of them takes it for both; one that names
// none stops as failed.

import { z } from 'zod'
import { errorPort, type Lowering, type NodeBase, type Port } from './node-kind.ts'

/** Between 0, a guess, and 1, certain. */
export const ConfidenceSchema = z.number().min(0).max(1)

/** The text that the model reads, with placeholders. */
export const AiInputSchema = z.string().min(1).max(20_000)

/** Fields that every node has which asks the model. */
export const AI_FIELDS = {
  input: AiInputSchema,
  minConfidence: ConfidenceSchema.optional(),
  /** Where it goes on without an answer that counts. */
  fallback: z.string().nullable().optional(),
}

interface AiNode extends NodeBase {
  minConfidence?: number | undefined
  fallback?: string | null | undefined
}

/** There is no answer that counts; every other code is a broken line. */
const DOUBTS = [
  'AI_LOW_CONFIDENCE',
  'AI_BLOCKED',
  'AI_INVALID',
  'AI_CAP_REACHED',
  'AI_NOT_CONFIGURED',
] as const

/** Ways out beside `next`. */
export function fallbackPorts(node: AiNode): Port[] {
  const { fallback, onError } = node
  if (fallback === undefined) return errorPort(node)
  const port = { name: 'fallback', label: 'fallback', target: fallback, path: '.fallback' }
  return onError === undefined ? [{ ...port, name: 'error' }] : [port, ...errorPort(node)]
}

export function lowerAi({ minConfidence }: AiNode): Extract<Lowering, { shape: 'effect' }> {
  return {
    shape: 'effect',
    doubts: { codes: DOUBTS, ...(minConfidence !== undefined && { least: minConfidence }) },
  }
}
