// The port by way of `@google/genai`, which takes the guarded `fetch` as an option. It is large: loaded when it is used.

import type { SafetySetting } from '@google/genai'
import { createEgressFetch, type Wire } from './egress-fetch.ts'
import { HARMS, type LanguageModel } from './language-model.ts'
import { readResponse, readTrouble } from './read-reply.ts'

export function createGoogleGenAi(baseUrl: string): LanguageModel {
  return {
    generate: async (request, context) => {
      const wire: Wire = { answer: null, failure: null }
      const { model, apiKey, system, schema, maxOutputTokens, safety } = request
      try {
        const { GoogleGenAI } = await import('@google/genai')
        const fetch = createEgressFetch(context, wire)
        const httpOptions = { baseUrl, apiVersion: 'v1beta', fetch }
        const response = await new GoogleGenAI({ apiKey, httpOptions }).models.generateContent({
          model,
          contents: request.contents.map(({ role, text }) => ({ role, parts: [{ text }] })),
          config: {
            systemInstruction: system,
            responseMimeType: 'application/json',
            responseJsonSchema: schema,
            maxOutputTokens,
            temperature: 0.2,
            safetySettings: HARMS.map(
              (category) => ({ category, threshold: safety }) as SafetySetting,
            ),
          },
        })
        return readResponse(response)
      } catch (error) {
        return readTrouble(wire, new Date(), error)
      }
    },
  }
}
