import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { AiCommand } from '#machines/contracts/effect.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import { type AiLab, openAiLab, surroundingsOf } from '../../testing/ai-lab.ts'
import { GOOD_OUTPUTS } from '../../testing/hostile-ai.ts'

let lab: AiLab
beforeAll(async () => {
  lab = await openAiLab()
})
afterAll(() => lab.close())
beforeEach(async () => {
  lab.around = surroundingsOf()
  lab.records.length = 0
  lab.reserved.length = 0
  lab.hasRoom = true
  await lab.script([])
  await lab.requests()
})

let number = 0
/** A question that nobody has asked before. */
const classify = (more: object = {}): AiCommand => ({
  kind: 'ai.classify',
  input: `Quero comprar o produto ${(number += 1)}`,
  intents: ['interesse_compra', 'suporte', 'outro'],
  minConfidence: null,
  ...more,
})
const reply = (input: string, more: object = {}): AiCommand => ({
  kind: 'ai.reply',
  input,
  instructions: null,
  minConfidence: null,
  ...more,
})
const failure = (code: string, message = '') => ({
  type: 'failed',
  error: { code, message: expect.stringContaining(message) },
})

test('an answer in the wrong form is put right once, with the problem told', async () => {
  await lab.script([
    { body: { intent: 'administrador', confidence: 1, entities: {} } },
    { body: GOOD_OUTPUTS.classify },
  ])
  await expect(lab.perform(classify())).resolves.toMatchObject({
    type: 'accepted',
    output: { intent: 'interesse_compra', by: 'gemini', from_cache: false },
  })
  const [first, second] = await lab.requests()
  expect(second?.body.contents.map(({ role }) => role)).toEqual([
    ...(first?.body.contents.map(({ role }) => role) ?? []),
    'model',
    'user',
  ])
  expect(second?.body.contents.at(-1)?.parts[0]?.text).toContain('intent')
  expect(lab.records.map(({ usage }) => usage.total > 0)).toEqual([true, true])
})

test('a second wrong answer is AI_INVALID: there is no third', async () => {
  await lab.script([{ body: 'oi', times: 5 }])
  await expect(lab.perform(classify())).resolves.toMatchObject(failure('AI_INVALID'))
  expect(await lab.requests()).toHaveLength(2)
})

test('a refusal of the provider is AI_BLOCKED with its reason', async () => {
  await lab.script([{ body: { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } } }])
  await expect(lab.perform(classify())).resolves.toMatchObject(
    failure('AI_BLOCKED', 'PROHIBITED_CONTENT'),
  )
})

test('a provider that is too busy is asked again when it says', async () => {
  await lab.script([{ status: 429, retryAfter: 9 }])
  await expect(lab.perform(classify())).resolves.toMatchObject({
    type: 'retry',
    retryAfterMs: 9_000,
  })
  expect(lab.records.map(({ usage }) => usage.total)).toEqual([0])
})

test('doubt is judged by the tenant’s least where the node names none, else by the machine', async () => {
  const unsure = { body: { ...GOOD_OUTPUTS.classify, confidence: 0.5 } }
  await lab.script([unsure])
  await expect(lab.perform(classify())).resolves.toMatchObject(failure('AI_LOW_CONFIDENCE', '0.5'))
  await lab.script([unsure])
  await expect(lab.perform(classify({ minConfidence: 0.9 }))).resolves.toMatchObject({
    type: 'accepted',
  })
})

test('the same question is answered from what is kept, costs nothing and says so', async () => {
  const command = classify()
  await lab.perform(command, 'eff_1')
  await expect(lab.perform(command, 'eff_2')).resolves.toMatchObject({
    output: { from_cache: true },
  })
  expect(await lab.requests()).toHaveLength(1)
  expect(lab.records.map(({ isHit, usage }) => [isHit, usage.total > 0])).toEqual([
    [false, true],
    [true, false],
  ])
})

test('what is kept for one person holds none of their data, and is answered with the next one’s', async () => {
  const schema = { type: 'object', properties: { cpf: { type: 'string' } }, required: ['cpf'] }
  const extract = (cpf: string): AiCommand => ({
    kind: 'ai.extract',
    input: `Meu CPF é ${cpf}`,
    schema,
    minConfidence: null,
  })
  await expect(lab.perform(extract('529.982.247-25'))).resolves.toMatchObject({
    output: { cpf: '529.982.247-25' },
  })
  expect(JSON.stringify(lab.records)).not.toContain('529')
  await expect(lab.perform(extract('111.444.777-35'))).resolves.toMatchObject({
    output: { cpf: '111.444.777-35', _ai: { from_cache: true } },
  })
})

test('a month without room makes no call', async () => {
  lab.hasRoom = false
  await expect(lab.perform(classify())).resolves.toMatchObject(failure('AI_CAP_REACHED'))
  expect(await lab.requests()).toEqual([])
  expect(lab.reserved[0]).toBeGreaterThan(2_048)
})

test('without a key the node’s words decide, and say that they did; a reply cannot be made up', async () => {
  lab.around = surroundingsOf({ apiKey: null })
  const keywords = { suporte: ['não funciona', 'quebrou'], interesse_compra: ['comprar'] }
  await expect(
    lab.perform(classify({ input: 'NAO FUNCIONA, socorro!', keywords })),
  ).resolves.toMatchObject({
    output: { intent: 'suporte', confidence: 1, by: 'keywords', matched: ['nao funciona'] },
  })
  await expect(lab.perform(classify({ input: 'Bom dia', keywords }))).resolves.toMatchObject({
    output: { intent: 'outro', confidence: 0, by: 'keywords' },
  })
  await expect(lab.perform(classify())).resolves.toMatchObject(failure('AI_NOT_CONFIGURED'))
  await expect(lab.perform(reply('Oi'))).resolves.toMatchObject(failure('AI_NOT_CONFIGURED'))
  expect(await lab.requests()).toEqual([])
})

test('a question of price goes to a person, whatever the model says', async () => {
  await lab.script([{ body: GOOD_OUTPUTS.reply }])
  await expect(lab.perform(reply('Quanto custa a entrega?'))).resolves.toMatchObject({
    output: { needs_person: true },
  })
})

test('outside of the allowed topics there is no answer', async () => {
  const { setup } = lab.around
  lab.around = surroundingsOf({ setup: { ...setup, allowedTopics: ['entrega'] } })
  await lab.script([{ body: { ...GOOD_OUTPUTS.reply, topic: 'fora_do_assunto' } }])
  await expect(lab.perform(reply('Quem ganha a eleição?'))).resolves.toMatchObject(
    failure('AI_BLOCKED', 'TOPIC'),
  )
  await lab.script([{ body: { ...GOOD_OUTPUTS.reply, topic: 'entrega' } }])
  await expect(lab.perform(reply('Entregam no Acre?'))).resolves.toMatchObject({
    output: { cited: ['entrega'] },
  })
})

test('the conversation goes along: in turns, masked, without the message that is asked about', async () => {
  lab.around = surroundingsOf({
    history: [
      { by: 'us', text: 'Oi, Ana! Como posso ajudar?' },
      { by: 'contact', text: 'Meu e-mail é outra@example.com' },
      { by: 'us', text: 'Anotado.' },
      { by: 'contact', text: 'E a entrega?' },
    ],
  })
  await lab.perform(reply('E a entrega?'))
  const [request] = await lab.requests()
  const turns = request?.body.contents.map(({ role, parts }) => [
    role,
    JSON.parse(parts[0]?.text ?? '') as JsonObject,
  ])
  expect(turns).toEqual([
    ['user', { inicio: expect.any(String) }],
    ['model', { reply_text: 'Oi, [NOME_1]! Como posso ajudar?' }],
    ['user', { mensagem_do_contato: 'Meu e-mail é [EMAIL_2]' }],
    ['model', { reply_text: 'Anotado.' }],
    ['user', { texto: 'E a entrega?' }],
  ])
})

test('data beyond the node’s schema is refused, and a pattern is one of the value', async () => {
  const schema = {
    type: 'object',
    properties: {
      cep: { type: 'string', pattern: '^\\d{5}-\\d{3}$' },
      itens: { type: 'array', items: { type: 'object', properties: { nome: { type: 'string' } } } },
    },
    required: ['cep'],
  }
  const extract = (input: string): AiCommand => ({
    kind: 'ai.extract',
    input,
    schema,
    minConfidence: null,
  })
  const ask = async (input: string, data: JsonObject) => {
    await lab.script([{ body: { data, confidence: 0.9 }, times: 2 }])
    return lab.perform(extract(input))
  }
  await expect(ask('CEP 38700-000', { cep: '[CEP_1]' })).resolves.toMatchObject({
    output: { cep: '38700-000' },
  })
  await expect(ask('CEP 38700-000, errado', { cep: 'nenhum' })).resolves.toMatchObject(
    failure('AI_INVALID', 'pattern'),
  )
  await expect(
    ask('CEP 38700-000, a mais', { cep: '[CEP_1]', admin: true }),
  ).resolves.toMatchObject(failure('AI_INVALID'))
  await expect(
    ask('CEP 38700-000, lista', { cep: '[CEP_1]', itens: [{ nome: 'a', preco: 1 }] }),
  ).resolves.toMatchObject(failure('AI_INVALID'))
})
