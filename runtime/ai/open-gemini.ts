// The model and what it finds around it, put together for one process.

import { createGeminiModel, type GeminiSdk } from '../connectors/gemini/connector.ts'
import type { GeminiParts } from '../connectors/gemini/outbound.ts'
import { createAiGround, type GroundOptions } from './ground.ts'

export interface GeminiOptions {
  /** Default `generative-ai`. */
  geminiSdk?: GeminiSdk
  /** Where it is reached instead of at its own address, under `gemini`. */
  providerUrls?: Readonly<Record<string, string>>
}

export function openGemini(options: GeminiOptions, ground: GroundOptions): GeminiParts {
  const { geminiSdk = 'generative-ai', providerUrls } = options
  return {
    model: createGeminiModel(geminiSdk, providerUrls?.['gemini']),
    ground: createAiGround(ground),
  }
}
