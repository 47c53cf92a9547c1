import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DEFAULT_MODEL } from '#machines/contracts/ai-settings.ts'
import { createEgress } from '../../egress/egress.ts'
import { createSandbox } from '../../sandbox/sandbox.ts'
import {
  describeLanguageModel,
  describeScriptedModel,
  type ScriptedModel,
} from '../../testing/model-suite.ts'
import { createGeminiModel, type GeminiSdk } from './connector.ts'

async function openSandbox(sdk: GeminiSdk): Promise<ScriptedModel> {
  const storeDir = mkdtempSync(join(tmpdir(), 'fluxolab-model-'))
  const sandbox = await createSandbox({ port: 0, host: '127.0.0.1', storeDir })
  return {
    model: createGeminiModel(sdk, sandbox.providerUrls['gemini']),
    apiKey: 'sandbox-key',
    name: DEFAULT_MODEL,
    allow: [new URL(sandbox.url).host],
    script: async (answers) => {
      const body = JSON.stringify({ provider: 'gemini', answers })
      const headers = { 'content-type': 'application/json' }
      const reply = await fetch(`${sandbox.url}/script`, { method: 'POST', headers, body })
      expect(reply.status).toBe(200)
    },
    close: async () => {
      await sandbox.close()
      rmSync(storeDir, { recursive: true, force: true })
    },
  }
}

const { REAL_GEMINI_KEY, REAL_GEMINI_MODEL = DEFAULT_MODEL } = process.env

for (const sdk of ['generative-ai', 'genai'] as const) {
  describeLanguageModel(`sandbox by ${sdk}`, () => openSandbox(sdk))
  describeScriptedModel(`sandbox by ${sdk}`, () => openSandbox(sdk))
  if (REAL_GEMINI_KEY) {
    describeLanguageModel(`Gemini by ${sdk}`, async () => ({
      model: createGeminiModel(sdk),
      apiKey: REAL_GEMINI_KEY,
      name: REAL_GEMINI_MODEL,
      allow: [],
      close: async () => {},
    }))
  }
}

test.each(['generative-ai', 'genai'] as const)(
  '%s cannot reach what the egress guard does not let out',
  async (sdk) => {
    const egress = createEgress({ allow: [] })
    const model = createGeminiModel(sdk, 'http://169.254.169.254')
    const request = {
      model: DEFAULT_MODEL,
      apiKey: 'sandbox-key',
      system: 'x',
      contents: [{ role: 'user' as const, text: '{}' }],
      schema: { type: 'object' },
      maxOutputTokens: 16,
      safety: 'BLOCK_ONLY_HIGH' as const,
    }
    const reply = await model.generate(request, { egress, signal: AbortSignal.timeout(2_000) })
    expect(reply).toMatchObject({ type: 'failed', error: { code: 'EGRESS_BLOCKED' } })
    await egress.close()
  },
)
