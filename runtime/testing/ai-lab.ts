// The connector of the model before its stand-in over a real socket, with its surroundings laid out by the test and what
// it leaves there kept in memory.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEFAULT_SETUP } from '#machines/contracts/ai-settings.ts'
import type { AiCommand } from '#machines/contracts/effect.ts'
import type { Json, JsonObject } from '#machines/contracts/json.ts'
import type { Outcome } from '../connectors/connector.ts'
import { createGeminiModel, type GeminiSdk } from '../connectors/gemini/connector.ts'
import { createGeminiConnector } from '../connectors/gemini/outbound.ts'
import type { AiGround, CallRecord, Surroundings } from '../connectors/gemini/surroundings.ts'
import { createEgress } from '../egress/egress.ts'
import { createSandbox } from '../sandbox/sandbox.ts'

/** As the stand-in kept it. */
export interface AskedModel {
  model: string
  key: string
  client: string
  answer: number | string
  body: {
    systemInstruction: { parts: { text: string }[] }
    contents: { role: string; parts: { text: string }[] }[]
    generationConfig: JsonObject
  }
}

export interface AiLab {
  around: Surroundings
  /** What the connector recorded, in order. */
  records: CallRecord[]
  /** Tokens that were asked for before each call. */
  reserved: number[]
  /** False: the month has no room. */
  hasRoom: boolean
  sdk: GeminiSdk
  perform(command: AiCommand, effectId?: string): Promise<Outcome>
  /** Lays out the next answers of the model, for one task or for all. */
  script(answers: object[], kind?: 'classify' | 'reply' | 'extract'): Promise<void>
  /** Those that came since the last look. */
  requests(): Promise<AskedModel[]>
  close(): Promise<void>
}

export function surroundingsOf(given: Partial<Surroundings> = {}): Surroundings {
  return {
    tenantName: 'Loja Aurora',
    language: 'pt-BR',
    setup: {
      ...DEFAULT_SETUP,
      catalogue: [
        { id: 'entrega', title: 'Entrega', text: 'Entregamos em todo o Brasil em até 7 dias.' },
        { id: 'site', title: 'Site', text: 'Tudo está em https://aurora.example/ajuda.' },
      ],
    },
    apiKey: 'sandbox-aurora-key',
    person: { name: 'Ana Souza', phone: '+5531999999999', email: 'ana@example.com' },
    history: [],
    ...given,
  }
}

export async function openAiLab(): Promise<AiLab> {
  const storeDir = mkdtempSync(join(tmpdir(), 'fluxolab-ai-'))
  const sandbox = await createSandbox({ port: 0, host: '127.0.0.1', storeDir })
  const egress = createEgress({ allow: [new URL(sandbox.url).host] })
  const kept = new Map<string, JsonObject>()
  const ground: AiGround = {
    read: async () => lab.around,
    kept: async (tenantId, hash) => kept.get(`${tenantId} ${hash}`) ?? null,
    reserve: async (_effect, tokens) => {
      lab.reserved.push(tokens)
      return lab.hasRoom
    },
    record: async ({ tenantId }, call) => {
      lab.records.push(call)
      if (call.keep) kept.set(`${tenantId} ${call.keep.hash}`, call.keep.answer)
    },
  }
  let seen = 0
  const url = sandbox.providerUrls['gemini']
  const models = {
    'generative-ai': createGeminiModel('generative-ai', url),
    genai: createGeminiModel('genai', url),
  }
  const post = async (body: Json): Promise<void> => {
    const headers = { 'content-type': 'application/json' }
    const reply = await fetch(`${sandbox.url}/script`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    if (!reply.ok) throw new Error(await reply.text())
  }
  const lab: AiLab = {
    around: surroundingsOf(),
    records: [],
    reserved: [],
    hasRoom: true,
    sdk: 'generative-ai',
    perform: (command, id = 'eff_1') =>
      createGeminiConnector({ model: models[lab.sdk], ground }).perform(
        { id, tenantId: 'tnt_1', contactId: 'cnt_1', command },
        { egress, signal: AbortSignal.timeout(10_000) },
      ),
    script: (answers, kind) =>
      post({ provider: 'gemini', answers: answers as Json, ...(kind && { match: { kind } }) }),
    requests: async () => {
      const reply = await fetch(`${sandbox.url}/gemini/requests?after=${seen}`)
      const { items, next } = (await reply.json()) as { items: AskedModel[]; next: number }
      seen = next
      return items
    },
    close: async () => {
      await Promise.all([egress.close(), sandbox.close()])
      rmSync(storeDir, { recursive: true, force: true })
    },
  }
  return lab
}
