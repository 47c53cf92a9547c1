// Nodes in a text from the clipboard, which may come from anywhere. Pure.

import { z } from 'zod'
import { JsonObjectSchema } from '#machines/contracts/json.ts'
import type { Clip } from '../draft/draft.ts'

const ClipSchema = z.object({
  fluxolab: z.literal('nodes'),
  nodes: z.array(JsonObjectSchema).min(1),
})

/** Null where the text is something else. */
export function clipIn(text: string): Clip | null {
  try {
    return ClipSchema.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}
