// A request to the stand-in for Gemini, as it is checked and kept.

import { z } from 'zod'

const PartsSchema = z.object({ parts: z.array(z.object({ text: z.string() })).min(1) })

/** What `generateContent` is asked with, as far as it is looked at. */
export const GenerateSchema = z.object({
  contents: z.array(PartsSchema.extend({ role: z.enum(['user', 'model']) })).min(1),
  systemInstruction: PartsSchema.optional(),
  generationConfig: z
    .object({
      responseMimeType: z.string().optional(),
      responseJsonSchema: z.record(z.string(), z.json()).optional(),
      maxOutputTokens: z.int().min(1).optional(),
    })
    .optional(),
})
export type Generate = z.infer<typeof GenerateSchema>

/** A request that came, taken or not. */
export const GeminiArrivalSchema = z.object({
  /** ISO 8601. */
  at: z.string(),
  model: z.string(),
  /** The key's beginning, so that one can tell whose it was. */
  key: z.string(),
  /** The package that asked, as it names itself. */
  client: z.string(),
  /** HTTP status, or how the connection ended. */
  answer: z.union([z.int(), z.enum(['reset before', 'reset after'])]),
  body: z.json(),
})
export type GeminiArrival = z.infer<typeof GeminiArrivalSchema>

export function textOf({ parts }: z.infer<typeof PartsSchema>): string {
  return parts.map(({ text }) => text).join('')
}
