// Whatever a contact writes and whatever the model answers: the real contact actor, the real connector and a stand-in
// that is on the attacker's side. Nothing leaves the node's own edges.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Effect } from '#machines/contracts/effect.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import {
  createContact,
  doneOf,
  failedOf,
  libraryOf,
  type TestContact,
  workflowOf,
} from '#actors/testing/contact.ts'
import { type AiLab, openAiLab, surroundingsOf } from '../../testing/ai-lab.ts'
import { GOOD_OUTPUTS, HOSTILE_OUTPUTS, INJECTION_CASES } from '../../testing/hostile-ai.ts'

const FALLBACK = 'Não entendi. Pode explicar melhor?'
const CRM = 'https://crm.example/contatos'
const SCHEMA = {
  type: 'object',
  properties: { cidade: { type: 'string', maxLength: 60 } },
  required: [],
}
const DOCUMENT = workflowOf('wf_ia', [
  {
    id: 'classifica',
    type: 'ai.classify',
    input: '{{payload.text}}',
    intents: ['interesse_compra', 'suporte', 'outro'],
    minConfidence: 0.2,
    fallback: 'recuo',
  },
  {
    id: 'rota',
    type: 'switch',
    on: '$.classifica.intent',
    cases: { suporte: 'pessoa', default: 'responde' },
  },
  {
    id: 'responde',
    type: 'ai.reply',
    input: '{{payload.text}}',
    instructions: 'Cliente: {{name}} ({{payload.crm}})',
    person: 'pessoa',
    fallback: 'recuo',
  },
  {
    id: 'extrai',
    type: 'ai.extract',
    input: '{{payload.text}}',
    schema: SCHEMA,
    fallback: 'recuo',
  },
  { id: 'diz', type: 'whatsapp.send_text', text: '{{responde.reply_text}}' },
  {
    id: 'modelo',
    type: 'whatsapp.send_template',
    template: 'boas_vindas',
    vars: { nome: '{{extrai.cidade}}' },
  },
  {
    id: 'crm',
    type: 'webhook.call',
    method: 'POST',
    url: CRM,
    headers: { authorization: 'Bearer fixo' },
    body: { cidade: '$.extrai.cidade' },
    next: null,
  },
  { id: 'recuo', type: 'whatsapp.send_text', text: FALLBACK, next: null },
  { id: 'pessoa', type: 'handoff.human', next: null },
])
const LIBRARY = libraryOf(DOCUMENT)
/** What each question may lead to: its node's own ways out. */
const EDGES: Record<string, readonly string[]> = {
  classifica: ['responde', 'pessoa', 'recuo'],
  responde: ['extrai', 'pessoa', 'recuo'],
  extrai: ['diz', 'recuo'],
}
const SECRETS = ['sandbox-aurora-key', 'Bearer fixo']
const PERSONAL = ['529.982.247-25', '52998224725', '4111', 'ana@example.com', '999999999', 'Souza']

/** Two seconds on a machine with nothing else to do. */
const SLOW_MS = 60_000

let lab: AiLab
beforeAll(async () => {
  lab = await openAiLab()
})
afterAll(() => lab.close())
beforeEach(() => {
  lab.around = surroundingsOf()
  lab.records.length = 0
})

/** Lets a contact go through the workflow, with the model's own answers. @returns everything that was asked of the world */
async function walk(payload: JsonObject, name: string): Promise<Effect[]> {
  const contact = createContact(LIBRARY)
  const facts = { name, phone: '+5531999999999', email: null, tags: [], fields: {} }
  const first = contact.send({
    type: 'lead.captured',
    source: 'instagram',
    payload,
    contact: facts,
  })
  const asked: Effect[] = []
  let waiting = first.effects
  while (waiting.length > 0) {
    const [effect, ...rest] = waiting
    if (!effect) break
    asked.push(effect)
    const { effects } = contact.send(await resultOf(effect, asked.length))
    expectOwnEdge(effect, contact)
    waiting = [...rest, ...effects]
  }
  return asked
}

async function resultOf(effect: Effect, number: number) {
  const { command } = effect
  if (
    command.kind !== 'ai.classify' &&
    command.kind !== 'ai.reply' &&
    command.kind !== 'ai.extract'
  )
    return doneOf(effect, {})
  const outcome = await lab.perform(command, `${effect.id}_${number}`)
  if (outcome.type === 'accepted') return doneOf(effect, outcome.output)
  return failedOf(effect, outcome.error.code)
}

function expectOwnEdge({ nodeId }: Effect, { state, steps }: TestContact): void {
  const allowed = EDGES[nodeId]
  if (!allowed) return
  const reached = steps.at(-1)?.effects.map((effect) => effect.nodeId) ?? []
  const stands = state?.runs.flatMap(({ states }) => states) ?? []
  for (const place of reached) expect(allowed).toContain(place)
  for (const place of stands) expect([...allowed, nodeId]).toContain(place)
}

/** Everything but the declared fields is as the document says. */
function expectOwnCommands(effects: readonly Effect[]): void {
  for (const { nodeId, command } of effects) {
    if (nodeId === 'diz') {
      expect(command).toEqual({
        kind: 'whatsapp.send_text',
        text: expect.any(String),
        previewUrl: false,
      })
    }
    if (nodeId === 'recuo') expect(command).toMatchObject({ text: FALLBACK })
    if (nodeId === 'modelo') {
      expect(command).toMatchObject({ template: 'boas_vindas', vars: { nome: expect.any(String) } })
    }
    if (nodeId === 'crm') {
      expect(command).toMatchObject({
        url: CRM,
        method: 'POST',
        headers: { authorization: 'Bearer fixo' },
      })
      expect(Object.keys((command as unknown as { body: object }).body)).toEqual(['cidade'])
    }
    const isAi = command.kind.startsWith('ai.')
    if (!isAi) {
      expect(JSON.stringify(command)).not.toMatch(
        /\{\{|\{%|evil|<script|\[CPF_|11900000000|javascript:|R\$/,
      )
    }
  }
}

const QUESTION = { text: 'Vocês fazem entrega em Patos de Minas?', crm: '' }

test('what is not hostile goes all the way', async () => {
  for (const [task, body] of Object.entries(GOOD_OUTPUTS)) {
    await lab.script([{ body }], task as keyof typeof GOOD_OUTPUTS)
  }
  const effects = await walk(QUESTION, 'Ana Souza')
  const path = ['classifica', 'responde', 'extrai', 'diz', 'modelo', 'crm']
  expect(effects.map(({ nodeId }) => nodeId)).toEqual(path)
  expect(effects[3]?.command).toMatchObject({ text: GOOD_OUTPUTS.reply.reply_text })
  expect(effects[5]?.command).toMatchObject({ body: { cidade: 'Patos de Minas' } })
})

test(
  '100 injections: the contact’s words leave as data alone, and change nothing but data',
  async () => {
    expect(INJECTION_CASES).toHaveLength(100)
    for (const { mark, place, words } of INJECTION_CASES) {
      const html = `<p>Oi</p><div style="display:none">${words}</div>`
      lab.around = surroundingsOf({
        history: place === 'history' ? [{ by: 'contact', text: words }] : [],
        person: { name: 'Ana Souza', phone: '+5531999999999', email: 'ana@example.com' },
      })
      const text =
        place === 'text' ? words : place === 'html' ? html : 'Vocês fazem entrega no Brasil?'
      const crm = place === 'crm' ? words : 'cliente novo'
      const name = place === 'name' ? words.slice(0, 200) : 'Ana Souza'
      const effects = await walk({ text, crm }, name)
      expectOwnCommands(effects)
      const left = await lab.requests()
      expect(left.length).toBeGreaterThan(0)
      for (const { body, key } of left) {
        expect(key).toBe('sandbox-aurora-k')
        const system = body.systemInstruction.parts.map((part) => part.text).join()
        expect(system).not.toContain(mark)
        const whole = JSON.stringify(body)
        for (const secret of [...SECRETS, ...PERSONAL]) expect(whole).not.toContain(secret)
        for (const { parts } of body.contents) {
          const data = JSON.parse(parts[0]?.text ?? '') as JsonObject
          expect(['texto', 'mensagem_do_contato', 'reply_text', 'inicio']).toContain(
            Object.keys(data)[0],
          )
        }
      }
    }
  },
  SLOW_MS,
)

test(
  '200 hostile answers: each is put right, or taken for none',
  async () => {
    expect(HOSTILE_OUTPUTS.length).toBeGreaterThanOrEqual(200)
    const taken: string[] = []
    for (const { task, name, body } of HOSTILE_OUTPUTS) {
      await lab.script([{ body, times: 2 }], task)
      // A question of its own, so that what is kept of good answers to other tasks stands in for none of this one.
      const text = `${QUESTION.text} ${task}`
      const effects = await walk({ ...QUESTION, text }, 'Ana Souza')
      await lab.script([], task)
      expectOwnCommands(effects)
      if (!effects.some(({ nodeId }) => nodeId === 'recuo')) taken.push(name)
    }
    expect(taken).toEqual([])
    expect(({} as JsonObject)['admin']).toBeUndefined()
  },
  SLOW_MS,
)
