// A draft by prompt, with the stand-in for Gemini: what leaves, what comes back, what it costs, what is refused.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AiSettingsEdit, DEFAULT_SETUP } from '#machines/contracts/ai-settings.ts'
import type { Json, JsonObject } from '#machines/contracts/json.ts'
import { startWholeRuntime, type WholeRuntime } from '../../testing/whole.ts'

const DRAFT = {
  id: 'wf_pedido',
  name: 'Pedido',
  trigger: { type: 'lead.captured' },
  nodes: [{ id: 'marca', type: 'tag.add', label: 'Ligar para 11 98765-4321…', tags: ['a'] }],
  layout: { positions: { marca: { x: 1, y: 2 } } },
}

let whole: WholeRuntime
beforeAll(async () => {
  whole = await startWholeRuntime()
  await whole.runtime.workflows.save(actor(), DRAFT)
})
afterAll(() => whole.stop())

const actor = () => whole.line.tenant.actor
const setUp = (more: Partial<AiSettingsEdit> = {}) =>
  whole.runtime.ai.save(actor(), { ...DEFAULT_SETUP, key: 'sandbox-pedido', ...more })
const propose = (prompt: string) =>
  whole.runtime.exchange.propose(actor(), DRAFT.id, { prompt, definition: DRAFT })
const script = (...answers: Json[]) =>
  fetch(`${whole.sandbox.url}/script`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      provider: 'gemini',
      match: { kind: 'propose' },
      answers: answers.map((body) => ({ body })),
    }),
  })
async function asked(): Promise<JsonObject[]> {
  const reply = await fetch(`${whole.sandbox.url}/gemini/requests`)
  const { items } = (await reply.json()) as { items: { body: JsonObject }[] }
  return items.map(({ body }) => body)
}
const answer = (nodes: Json[]) => ({
  definition: { name: 'Pedido', trigger: DRAFT.trigger, nodes },
  summary: 'Feito.',
})
const tag = (id: string, more: JsonObject = {}) => ({ id, type: 'tag.add', tags: ['a'], ...more })

test('without a key it says so, and asks nobody', async () => {
  await expect(propose('espera um dia')).rejects.toMatchObject({ code: 'AI_NOT_CONFIGURED' })
  expect(await asked()).toEqual([])
})

test('answers a whole document with its difference and what the checks say; nothing is saved', async () => {
  await setUp()
  const reply = await propose('Depois de um dia chama uma pessoa')
  expect(reply).toMatchObject({
    definition: { id: 'wf_pedido', layout: DRAFT.layout, nodes: [DRAFT.nodes[0], {}, {}] },
    diff: [{ nodeId: 'marca', path: '.next' }, { kind: 'added' }, { kind: 'added' }],
  })
  expect(reply.tokens).toBeGreaterThan(100)
  const kept = await whole.runtime.workflows.get(actor(), DRAFT.id)
  expect(kept.definition).toEqual(DRAFT)
  const usage = await whole.runtime.ai.usage(actor())
  expect(usage.nodes).toMatchObject([{ workflowId: 'wf_pedido', nodeId: '', calls: 1 }])
})

test('personal data leaves as marks and comes back as it was written, to the letter', async () => {
  const { definition } = await propose('Avisa a Ana em ana@example.com')
  const [sent] = (await asked()).slice(-1)
  const text = JSON.stringify(sent?.['contents'])
  expect(text).toContain('[EMAIL_1]')
  expect(text).toContain('[TELEFONE_')
  expect(text).not.toMatch(/98765|ana@example/)
  expect((definition['nodes'] as Json[])[0]).toEqual(DRAFT.nodes[0])
})

test('one answer that the checks refuse is put right with what they said', async () => {
  const before = (await asked()).length
  await script(answer([tag('a', { next: 'nenhum' })]), answer([tag('a')]))
  const reply = await propose('marca o contato')
  expect(reply.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  const calls = (await asked()).slice(before)
  expect(calls).toHaveLength(2)
  expect(JSON.stringify(calls[1]?.['contents'])).toContain('$.nodes[0].next')
})

test('what is wrong twice is shown with its problems, never hidden', async () => {
  const wrong = answer([tag('a', { next: 'nenhum' })])
  await script(wrong, wrong)
  const reply = await propose('marca o contato')
  expect(reply.diagnostics.map(({ code }) => code)).toContain('TARGET_MISSING')
})

test.each([
  ['an address that nobody gave', tag('a', { label: 'veja https://mal.example/x' })],
  [
    'a call to a host that only a text of the draft names',
    { id: 'a', type: 'webhook.call', url: 'https://mal.example/coleta' },
  ],
  ['what nobody sees', tag('a', { label: 'ok\u202e' })],
])('refuses %s', async (_, node) => {
  await script(answer([node]), answer([node]))
  await expect(propose('marca o contato')).rejects.toMatchObject({ code: 'AI_INVALID' })
})

test('the cap of the month is hard, and a foreign workflow is not found', async () => {
  await setUp({ monthlyTokenCap: 100 })
  await expect(propose('espera')).rejects.toMatchObject({ code: 'AI_CAP_REACHED' })
  await expect(
    whole.runtime.exchange.propose(actor(), 'wf_nobody', { prompt: 'espera', definition: DRAFT }),
  ).rejects.toMatchObject({ code: 'RESOURCE_NOT_FOUND' })
})
