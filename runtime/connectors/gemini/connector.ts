// Gemini, Google's language model, as a connector: what nodes ask it, by whichever package is chosen.

import type { Connector } from '../connector.ts'
import { createGenerativeAi } from './generative-ai.ts'
import { createGoogleGenAi } from './google-genai.ts'
import type { LanguageModel } from './language-model.ts'
import { createGeminiConnector, type GeminiParts } from './outbound.ts'

/** The npm packages that can speak to it: `@google/generative-ai` and `@google/genai`. */
export type GeminiSdk = 'generative-ai' | 'genai'

const GEMINI_URL = 'https://generativelanguage.googleapis.com'

/** @param baseUrl where it is reached instead of at its own address */
export function createGeminiModel(sdk: GeminiSdk, baseUrl = GEMINI_URL): LanguageModel {
  return sdk === 'genai' ? createGoogleGenAi(baseUrl) : createGenerativeAi(baseUrl)
}

export function createGemini(parts: GeminiParts): Connector {
  return {
    name: 'gemini',
    title: { 'pt-BR': 'Gemini', en: 'Gemini' },
    outbound: [createGeminiConnector(parts)],
  }
}
