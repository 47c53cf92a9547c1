// The one port to a language model: a request with a schema for the answer, and what became of it. Which package speaks
// to the provider is the adapter's affair.

import type { AiSetup } from '#machines/contracts/ai-settings.ts'
import type { EffectError } from '#machines/contracts/event.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { PerformContext } from '../connector.ts'

export interface Turn {
  role: 'user' | 'model'
  text: string
}

export interface ModelRequest {
  model: string
  apiKey: string
  /** Words of the platform and of the tenant, never of a contact. */
  system: string
  /** Begins with a turn of the user. */
  contents: Turn[]
  /** JSON schema of the answer. */
  schema: JsonObject
  maxOutputTokens: number
  /** From which harm on the provider refuses. */
  safety: AiSetup['safety']
}

/** What a call cost, as the provider counts. */
export interface TokenUsage {
  prompt: number
  candidates: number
  /** Of the prompt, those that the provider had still. */
  cached: number
  thoughts: number
  total: number
}

export type ModelReply =
  /** It stopped by itself. */
  | { type: 'answer'; text: string; usage: TokenUsage }
  /** The provider refused, or the answer broke off; `reason` is its word for why. */
  | { type: 'blocked'; reason: string; message: string; usage: TokenUsage }
  /** Worth another try. */
  | { type: 'retry'; error: EffectError; retryAfterMs?: number }
  | { type: 'failed'; error: EffectError }

export interface LanguageModel {
  /** Asks once; never throws for what the provider may answer. */
  generate(request: ModelRequest, context: PerformContext): Promise<ModelReply>
}

export const NO_USAGE: TokenUsage = Object.freeze({
  prompt: 0,
  candidates: 0,
  cached: 0,
  thoughts: 0,
  total: 0,
})

/** What the threshold is for. */
export const HARMS = [
  'HARM_CATEGORY_HARASSMENT',
  'HARM_CATEGORY_HATE_SPEECH',
  'HARM_CATEGORY_SEXUALLY_EXPLICIT',
  'HARM_CATEGORY_DANGEROUS_CONTENT',
] as const
