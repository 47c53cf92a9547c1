// `extractStructured`: data out of a text in the form of the node's own JSON schema.

import { z } from 'zod'
import type { AiCommand } from '#machines/contracts/effect.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import { CONFIDENCE, ConfidenceSchema } from './classify.ts'
import { conversationOf } from './conversation.ts'
import { createMasker } from './mask.ts'
import { schemaOfNode } from './node-schema.ts'
import { foreignAddresses } from './said-text.ts'
import type { Surroundings } from './surroundings.ts'
import { extractPrompt } from './system-prompt.ts'
import { bad, finish, type Task } from './task.ts'

const EnvelopeSchema = z.strictObject({
  data: z.record(z.string(), z.json()),
  confidence: ConfidenceSchema,
})

/** @throws {Error} when the node's schema cannot be read */
export function extractStructured(
  { input, schema: given }: Extract<AiCommand, { kind: 'ai.extract' }>,
  around: Surroundings,
): Task {
  const masker = createMasker(around.person)
  const question = { input, instructions: null, history: [] }
  const { turns, contactWords } = conversationOf(question, masker)
  const { schema, check } = schemaOfNode(given)
  return {
    prompt: extractPrompt(around),
    contents: turns,
    schema: {
      type: 'object',
      properties: { data: schema, confidence: CONFIDENCE },
      required: ['data', 'confidence'],
      additionalProperties: false,
    },
    read: (answer) => {
      const { data: envelope, error } = EnvelopeSchema.safeParse(answer)
      if (!envelope) return bad(z.prettifyError(error))
      const { data, confidence } = envelope
      const foreign = foreignAddresses(JSON.stringify(data), contactWords)
      if (foreign.length > 0) return bad(`the text does not say ${foreign.join(', ')}`)
      const reading = finish({ output: data as JsonObject, confidence }, masker)
      if (reading.type !== 'good') return reading
      // With its values in the place of their marks: a pattern is one of a value.
      const checked = check.safeParse(reading.output)
      return checked.success ? reading : bad(z.prettifyError(checked.error))
    },
  }
}
