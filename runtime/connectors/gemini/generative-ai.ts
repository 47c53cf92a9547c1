// The port by way of `@google/generative-ai`. It takes no `fetch` of ours and offers none of its parts, so its one file
// is compiled for each call with the guarded `fetch` in the place of the global one.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { compileFunction } from 'node:vm'
import type * as GenerativeAi from '@google/generative-ai'
import { createEgressFetch, type Wire } from './egress-fetch.ts'
import { HARMS, type LanguageModel, type ModelRequest } from './language-model.ts'
import { readResponse, readTrouble } from './read-reply.ts'

type Sdk = typeof GenerativeAi

export function createGenerativeAi(baseUrl: string): LanguageModel {
  const load = createLoader()
  return {
    generate: async (request, context) => {
      const wire: Wire = { answer: null, failure: null }
      try {
        const { GoogleGenerativeAI } = load(createEgressFetch(context, wire))
        const model = new GoogleGenerativeAI(request.apiKey).getGenerativeModel(paramsOf(request), {
          baseUrl,
        })
        const contents = request.contents.map(({ role, text }) => ({ role, parts: [{ text }] }))
        const { response } = await model.generateContent({ contents })
        return readResponse(response)
      } catch (error) {
        return readTrouble(wire, new Date(), error)
      }
    },
  }
}

function createLoader(): (fetch: typeof globalThis.fetch) => Sdk {
  const filename = createRequire(import.meta.url).resolve('@google/generative-ai')
  const source = readFileSync(filename, 'utf8')
  return (fetch) => {
    const exports = {} as Sdk
    compileFunction(source, ['exports', 'fetch'], { filename })(exports, fetch)
    return exports
  }
}

function paramsOf({
  model,
  system,
  schema,
  maxOutputTokens,
  safety,
}: ModelRequest): GenerativeAi.ModelParams {
  // Its types are older than JSON schema; what they do not know is passed on.
  const config = { responseMimeType: 'application/json', responseJsonSchema: schema }
  return {
    model,
    systemInstruction: system,
    generationConfig: {
      ...config,
      maxOutputTokens,
      temperature: 0.2,
    } as GenerativeAi.GenerationConfig,
    safetySettings: HARMS.map(
      (category) => ({ category, threshold: safety }) as GenerativeAi.SafetySetting,
    ),
  }
}
