import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AiSettingsEdit, DEFAULT_SETUP } from '#machines/contracts/ai-settings.ts'
import { createAi } from '../commands/ai/ai-settings.ts'
import { createGeminiModel } from '../connectors/gemini/connector.ts'
import type { DirectEffect } from '../connectors/connector.ts'
import type { AiGround, CallRecord } from '../connectors/gemini/surroundings.ts'
import { createSecretBox } from '../db/secret-box.ts'
import { createEgress } from '../egress/egress.ts'
import { leadOf, messageOf, newPhone } from '../testing/arrivals.ts'
import { createTestLine, type TestLine } from '../testing/line.ts'
import { createTenant, MASTER_KEY, publish } from '../testing/tenant.ts'
import { forgetAi } from './forget.ts'
import { createAiGround } from './ground.ts'

const ASKS = {
  id: 'wf_ia',
  name: 'IA',
  trigger: { type: 'lead.captured' },
  nodes: [{ id: 'pergunta', type: 'ai.classify', input: 'Oi' }],
}
const USAGE = { prompt: 100, candidates: 20, cached: 10, thoughts: 5, total: 125 }
const CALL: CallRecord = { model: 'gemini-x', usage: USAGE, isHit: false, keep: null }

let line: TestLine
let ground: AiGround
let ai: ReturnType<typeof createAi>
let effect: DirectEffect
beforeAll(async () => {
  line = await createTestLine()
  const secretBox = createSecretBox(MASTER_KEY)
  ground = createAiGround({ pool: line.pool, secretBox, logger: line.logger })
  const model = createGeminiModel('generative-ai', 'http://169.254.169.254')
  ai = createAi({ pool: line.pool, secretBox, egress: createEgress({ allow: [] }), model })
  await publish(line.pool, line.tenant, ASKS)
  const worker = line.createWorker()
  await worker.leases.renew()
  const phone = newPhone()
  const { contactId } = await line.accept(leadOf(line.tenant, { address: { phone } }))
  await line.accept(messageOf(line.tenant, { address: { phone }, text: 'Vocês entregam?' }))
  await worker.drain()
  const [row] = await line.rows<{ id: string; command: DirectEffect['command'] }>(
    "select id, command from outbox where kind = 'ai.classify'",
  )
  if (!row) throw new Error('nothing was asked')
  effect = { ...row, tenantId: line.tenant.id, contactId: contactId ?? '' }
})
afterAll(() => line.close())

const edit = (more: Partial<AiSettingsEdit> = {}): AiSettingsEdit => ({ ...DEFAULT_SETUP, ...more })
const save = (more: Partial<AiSettingsEdit> = {}) => ai.save(line.tenant.actor, edit(more))
const newMonth = () => line.rows('delete from ai_months')

test('a tenant that never set anything has the defaults, no key, and its contact’s words', async () => {
  await expect(ground.read(effect)).resolves.toMatchObject({
    tenantName: 'Loja Teste',
    setup: DEFAULT_SETUP,
    apiKey: null,
    history: [{ by: 'contact', text: 'Vocês entregam?' }],
  })
  await expect(ai.settings(line.tenant.actor)).resolves.toEqual({
    ...DEFAULT_SETUP,
    hasKey: false,
    updatedAt: null,
  })
})

test('I9: the key goes in sealed, comes out for the attempt alone, and is nobody else’s', async () => {
  const catalogue = [{ id: 'entrega', title: 'Entrega', text: 'Em 7 dias.' }]
  const saved = await save({
    key: 'AIza-do-cliente',
    catalogue,
    monthlyTokenCap: 1_000,
    minConfidence: 0.7,
  })
  expect(saved).toMatchObject({ hasKey: true, catalogue, minConfidence: 0.7 })
  expect(JSON.stringify(saved)).not.toContain('AIza')
  const stranger = await createTenant(line.pool)
  await ai.save(stranger.actor, edit({ key: 'AIza-do-vizinho', persona: 'canario do vizinho' }))
  const around = await ground.read(effect)
  expect(around.apiKey).toBe('AIza-do-cliente')
  expect(JSON.stringify(around)).not.toContain('vizinho')
  await expect(ground.read({ ...effect, tenantId: stranger.id })).resolves.toMatchObject({
    apiKey: 'AIza-do-vizinho',
    person: { name: null, phone: null, email: null },
    history: [],
  })
  const written = await line.rows<{ text: string }>(
    "select details_json::text as text from audit_log where action = 'save_ai_settings'",
  )
  expect(written).toHaveLength(2)
  expect(JSON.stringify(written)).not.toContain('AIza')
  await expect(save({})).resolves.toMatchObject({ hasKey: true })
  await expect(save({ key: null })).resolves.toMatchObject({ hasKey: false })
  await expect(ground.read(effect)).resolves.toMatchObject({ apiKey: null })
})

test('the test button says what is wrong, without an error', async () => {
  const { actor } = line.tenant
  await expect(ai.test(actor, {})).resolves.toMatchObject({ ok: false, code: 'AI_NOT_CONFIGURED' })
  await expect(ai.test(actor, { key: 'AIza-outra' })).resolves.toMatchObject({
    ok: false,
    code: 'EGRESS_BLOCKED',
  })
})

test('tokens count by node and contact, each call once', async () => {
  await save({})
  await ground.record(effect, CALL)
  await ground.record(effect, {
    ...CALL,
    isHit: true,
    usage: { ...USAGE, prompt: 0, candidates: 0, cached: 0, thoughts: 0, total: 0 },
  })
  await ground.record({ ...effect, id: 'eff_gone' }, CALL)
  const usage = await ai.usage(line.tenant.actor)
  expect(usage).toMatchObject({
    used: {
      calls: 2,
      cacheHits: 1,
      prompt: 200,
      candidates: 40,
      cached: 20,
      thoughts: 10,
      total: 250,
    },
    cap: null,
    state: 'ok',
    contacts: [{ contactId: effect.contactId, total: 250 }],
  })
  expect(usage.nodes).toMatchObject([
    { workflowId: '', nodeId: '', total: 125 },
    {
      workflowId: 'wf_ia',
      workflowName: 'IA',
      nodeId: 'pergunta',
      calls: 1,
      cacheHits: 1,
      total: 125,
    },
  ])
})

test('the cap is hard: calls under way count with the most that they may need', async () => {
  await newMonth()
  await save({ monthlyTokenCap: 1_000 })
  const ask = (id: string, tokens: number) => ground.reserve({ ...effect, id }, tokens)
  expect(await ask('eff_large', 1_001)).toBe(false)
  const taken = await Promise.all(Array.from({ length: 8 }, (_, index) => ask(`eff_${index}`, 300)))
  expect(taken.filter(Boolean)).toHaveLength(3)
  const first = `eff_${taken.indexOf(true)}`
  expect(await ask(first, 300)).toBe(true)
  await ground.record({ ...effect, id: first }, CALL)
  expect(await ask('eff_next', 300)).toBe(false)
  expect(await ask('eff_next', 275)).toBe(true)
  await ground.record({ ...effect, id: 'eff_next' }, { ...CALL, usage: { ...USAGE, total: 0 } })
  expect(await ask('eff_other', 275)).toBe(true)
})

test('I9: another tenant’s month is its own', async () => {
  const stranger = await createTenant(line.pool)
  await ai.save(stranger.actor, edit({ monthlyTokenCap: 300 }))
  expect(await ground.reserve({ ...effect, tenantId: stranger.id }, 300)).toBe(true)
})

test('people are warned once a month, before the cap', async () => {
  await newMonth()
  await save({ monthlyTokenCap: 300, warnPercent: 50 })
  const warnings = () =>
    line.rows("select payload_json as told from events where type = 'ai.usage_warned'")
  await ground.record(effect, CALL)
  expect(await warnings()).toEqual([])
  await ground.record(effect, CALL)
  await ground.record(effect, CALL)
  expect(await warnings()).toMatchObject([{ told: { tokens: 250, cap: 300 } }])
  await expect(ai.usage(line.tenant.actor)).resolves.toMatchObject({
    state: 'reached',
    warnAt: 150,
  })
})

test('an answer is kept for its time and for its tenant', async () => {
  const answer = { intent: 'suporte', entities: { cpf: '[CPF_1]' } }
  await ground.record(effect, { ...CALL, keep: { hash: 'h1', answer, hours: 1 } })
  expect(await ground.kept(effect.tenantId, 'h1')).toEqual(answer)
  const stranger = await createTenant(line.pool)
  expect(await ground.kept(stranger.id, 'h1')).toBeNull()
  await line.rows("update ai_answers set expires_at = now() - interval '1 second'")
  expect(await ground.kept(effect.tenantId, 'h1')).toBeNull()
  await forgetAi(line.pool)
  expect(await line.rows('select 1 from ai_answers')).toEqual([])
})
