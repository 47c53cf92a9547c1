// `classifyIntent`: which of the node's intents a text has.

import { z } from 'zod'
import type { AiCommand } from '#machines/contracts/effect.ts'
import { conversationOf } from './conversation.ts'
import { createMasker } from './mask.ts'
import { foreignAddresses } from './said-text.ts'
import type { Surroundings } from './surroundings.ts'
import { classifyPrompt } from './system-prompt.ts'
import { bad, finish, type Task } from './task.ts'

export const ENTITIES = { type: 'object', additionalProperties: { type: 'string' } }
export const EntitiesSchema = z
  .record(z.string().min(1).max(60), z.string().max(500))
  .refine((entities) => Object.keys(entities).length <= 30, { message: 'at most 30' })
export const CONFIDENCE = { type: 'number', minimum: 0, maximum: 1 }
export const ConfidenceSchema = z.number().min(0).max(1)

export function classifyIntent(
  { input, intents }: Extract<AiCommand, { kind: 'ai.classify' }>,
  given: Surroundings,
): Task {
  const masker = createMasker(given.person)
  const question = { input, instructions: null, history: given.history }
  const { turns, contactWords } = conversationOf(question, masker)
  const schema = z.strictObject({
    intent: z.enum(intents),
    confidence: ConfidenceSchema,
    entities: EntitiesSchema,
  })
  return {
    prompt: classifyPrompt(given),
    contents: turns,
    schema: {
      type: 'object',
      properties: {
        intent: { type: 'string', enum: intents },
        confidence: CONFIDENCE,
        entities: ENTITIES,
      },
      required: ['intent', 'confidence', 'entities'],
      additionalProperties: false,
    },
    read: (answer) => {
      const { data, error } = schema.safeParse(answer)
      if (!data) return bad(z.prettifyError(error))
      const foreign = foreignAddresses(JSON.stringify(data.entities), contactWords)
      if (foreign.length > 0) return bad(`the text does not say ${foreign.join(', ')}`)
      return finish({ output: data, confidence: data.confidence }, masker)
    },
  }
}
