// What the nodes around the language model share: confidence, the input text, and the way to take without an answer.

import { z } from 'zod'
import { errorPort, type NodeBase, type Port } from './node-kind.ts'

/** Between 0, a guess, and 1, certain. */
export const ConfidenceSchema = z.number().min(0).max(1)

/** The text that the model reads, with placeholders. */
export const AiInputSchema = z.string().min(1).max(20_000)

/** Fields that every node has which asks the model. */
export const AI_FIELDS = {
  input: AiInputSchema,
  minConfidence: ConfidenceSchema.optional(),
  /** Where it goes on without a good answer: the model failed, or was less sure than `minConfidence`. */
  fallback: z.string().nullable().optional(),
}

interface AiNode extends NodeBase {
  fallback?: string | null | undefined
}

/** `fallback` is the error's way out under the name that the seed gives it. */
export function fallbackPort(node: AiNode): Port[] {
  if (node.fallback === undefined) return errorPort(node)
  return [{ name: 'error', label: 'fallback', target: node.fallback, path: '.fallback' }]
}

/** For the schemas: a failure has one way out, whatever its name. */
export const ONE_WAY_OUT = [
  ({ fallback, onError }: AiNode) => fallback === undefined || onError === undefined,
  { message: 'fallback and onError are the same way out', path: ['fallback'] },
] satisfies [unknown, unknown]
