// What every way to a language model owes, whichever package speaks: run against the stand-in with each of them, and
// against the real provider where REAL_GEMINI_KEY is set. What only a script can bring about is a suite of its own.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type {
  LanguageModel,
  ModelReply,
  ModelRequest,
} from '../connectors/gemini/language-model.ts'
import { createEgress, type Egress } from '../egress/egress.ts'

export interface OpenModel {
  model: LanguageModel
  /** One that the provider takes. */
  apiKey: string
  name: string
  /** `host:port` that may be reached although private. */
  allow: string[]
  close(): Promise<void>
}

export interface ScriptedModel extends OpenModel {
  /** Lays out the next answers. */
  script(answers: object[]): Promise<void>
}

const SCHEMA = {
  type: 'object',
  properties: {
    intent: { type: 'string', enum: ['compra', 'outro'] },
    confidence: { type: 'number' },
  },
  required: ['intent', 'confidence'],
  additionalProperties: false,
}
/** Longer than an attempt. */
const ANSWER_MS = 25_000

interface Opened<Model> {
  opened(): Model
  ask(changed?: Partial<ModelRequest>, signal?: AbortSignal): Promise<ModelReply>
}

function useModel<Model extends OpenModel>(open: () => Promise<Model>): Opened<Model> {
  let opened: Model
  let egress: Egress
  beforeAll(async () => {
    opened = await open()
    egress = createEgress({ allow: opened.allow })
  })
  afterAll(async () => {
    await egress.close()
    await opened.close()
  })
  return {
    opened: () => opened,
    ask: (changed = {}, signal = AbortSignal.timeout(ANSWER_MS)) => {
      const request: ModelRequest = {
        model: opened.name,
        apiKey: opened.apiKey,
        system: 'Reconheça a intenção. Devolva só JSON.',
        contents: [{ role: 'user', text: '{"texto":"quero comprar o plano"}' }],
        schema: SCHEMA,
        maxOutputTokens: 2048,
        safety: 'BLOCK_ONLY_HIGH',
        ...changed,
      }
      return opened.model.generate(request, { egress, signal })
    },
  }
}

/** The half that any provider can be asked for. */
export function describeLanguageModel(name: string, open: () => Promise<OpenModel>): void {
  describe(`${name}: a language model`, () => {
    const { ask } = useModel(open)

    it('answers in the form of the schema, and says what it cost', async () => {
      const reply = await ask()
      if (reply.type !== 'answer') throw new Error(JSON.stringify(reply))
      expect(['compra', 'outro']).toContain((JSON.parse(reply.text) as { intent: string }).intent)
      const { prompt, candidates, total } = reply.usage
      expect(prompt).toBeGreaterThan(0)
      expect(total).toBeGreaterThanOrEqual(prompt + candidates)
    })

    it('tells a wrong key and a model that is not there apart, and neither is tried again', async () => {
      expect(await ask({ apiKey: 'wrong-key-of-nobody' })).toMatchObject({
        type: 'failed',
        error: { code: 'AI_KEY_REFUSED' },
      })
      expect(await ask({ model: 'no-such-model' })).toMatchObject({
        type: 'failed',
        error: { code: 'AI_MODEL_UNKNOWN' },
      })
    })

    it('is given up when it is aborted', async () => {
      const reply = await ask({}, AbortSignal.abort(new Error('stop')))
      expect(reply).toMatchObject({ type: 'retry' })
    })
  })
}

const REASONS = [
  'MAX_TOKENS',
  'SAFETY',
  'RECITATION',
  'LANGUAGE',
  'BLOCKLIST',
  'PROHIBITED_CONTENT',
  'SPII',
  'MALFORMED_FUNCTION_CALL',
  'OTHER',
]
const USAGE = {
  promptTokenCount: 7,
  candidatesTokenCount: 2,
  thoughtsTokenCount: 3,
  cachedContentTokenCount: 4,
}
const COST = { prompt: 7, candidates: 2, thoughts: 3, cached: 4, total: 12 }

const TROUBLES: readonly [answer: object, expected: object][] = [
  [
    { status: 429, retryAfter: 7 },
    { type: 'retry', retryAfterMs: 7_000, error: { code: 'HTTP_429' } },
  ],
  [
    { status: 429, body: { error: { message: 'quota', details: [{ retryDelay: '17s' }] } } },
    { type: 'retry', retryAfterMs: 17_000, error: { message: 'quota' } },
  ],
  [{ status: 500 }, { type: 'retry', error: { code: 'HTTP_500' } }],
  [
    { status: 503, body: 'no JSON at all' },
    { type: 'retry', error: { code: 'HTTP_503' } },
  ],
  [{ status: 400 }, { type: 'failed', error: { code: 'HTTP_400' } }],
  [{ status: 403 }, { type: 'failed', error: { code: 'AI_KEY_REFUSED' } }],
  [{ reset: 'before' }, { type: 'retry', error: { code: 'EGRESS_INTERRUPTED' } }],
  [{ reset: 'after' }, { type: 'retry', error: { code: 'EGRESS_INTERRUPTED' } }],
  [{ body: 'x'.repeat(300_000) }, { type: 'blocked', reason: 'TOO_LARGE' }],
]

/** The half that needs a provider which answers as it is told. */
export function describeScriptedModel(name: string, open: () => Promise<ScriptedModel>): void {
  describe(`${name}: a language model in trouble`, () => {
    const { opened, ask } = useModel(open)
    const scripted = async (answer: object): Promise<ModelReply> => {
      await opened().script([answer])
      return ask()
    }

    it('stops only on STOP: every other reason is named, and what it cost counts', async () => {
      for (const finishReason of REASONS) {
        const content = { role: 'model', parts: [{ text: '{"intent":"compra","confidence":1}' }] }
        const body = { candidates: [{ content, finishReason }], usageMetadata: USAGE }
        const expected = { type: 'blocked', reason: finishReason, usage: COST }
        expect(await scripted({ body })).toMatchObject(expected)
      }
      const body = { promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: USAGE }
      expect(await scripted({ body })).toMatchObject({ type: 'blocked', reason: 'SAFETY' })
    })

    it('leaves thoughts out of the answer', async () => {
      const parts = [{ text: 'hm', thought: true }, { text: '{"intent":' }, { text: '"outro"}' }]
      const body = { candidates: [{ content: { parts }, finishReason: 'STOP' }] }
      expect(await scripted({ body })).toMatchObject({ type: 'answer', text: '{"intent":"outro"}' })
    })

    it('takes every trouble for what it is', async () => {
      for (const [answer, expected] of TROUBLES) {
        expect(await scripted(answer), JSON.stringify(answer).slice(0, 60)).toMatchObject(expected)
      }
    })

    it('is given up at the time limit', async () => {
      await opened().script([{ hang: 5_000 }])
      expect(await ask({}, AbortSignal.timeout(100))).toMatchObject({ type: 'retry' })
    })
  })
}
