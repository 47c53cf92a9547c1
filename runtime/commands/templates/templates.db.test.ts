// A template's life: written, refused, submitted to the stand-in, decided about by webhook, synced, removed; and what its
// status means to sends.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TemplateDraft } from '#machines/contracts/whatsapp-template.ts'
import { readTemplateChange } from '../../connectors/whatsapp/template-changes.ts'
import { createWhatsAppConnector } from '../../connectors/whatsapp/outbound.ts'
import { createConnectorRegistry } from '../../connectors/registry.ts'
import { createSecretBox } from '../../db/secret-box.ts'
import { createEgress, type Egress } from '../../egress/egress.ts'
import type { TemplatesFace } from '../../face/templates.ts'
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts'
import { createTestLine, type TestLine } from '../../testing/line.ts'
import { createExecutor } from '../../outbox/executor/executor.ts'
import { queueMessages } from '../../testing/senders.ts'
import { createTenant, MASTER_KEY, WHATSAPP_SECRETS } from '../../testing/tenant.ts'
import { storeTemplateChanges } from './template-store.ts'
import { createTemplates } from './templates.ts'

let line: TestLine
let sandbox: Sandbox
let egress: Egress
let templates: TemplatesFace
let wabaId: string
let storeDir: string
beforeAll(async () => {
  line = await createTestLine()
  storeDir = await mkdtemp(join(tmpdir(), 'fluxo-templates-'))
  sandbox = await createSandbox({ port: 0, host: '127.0.0.1', storeDir })
  egress = createEgress({ allow: [new URL(sandbox.url).host] })
  const { phoneNumberId, channelId } = line.tenant
  wabaId = `waba-${phoneNumberId}`
  const { accessToken, appSecret } = WHATSAPP_SECRETS
  sandbox.register({ phoneNumberId, accessToken, appSecret, webhookUrl: 'http://127.0.0.1:9/' })
  await line.pool.query('update channels set config_json = $2 where id = $1', [
    channelId,
    { wabaId, appId: '77' },
  ])
  templates = createTemplates({
    pool: line.pool,
    secretBox: createSecretBox(MASTER_KEY),
    egress,
    whatsapp: { graphUrl: sandbox.url, version: 'v24.0' },
  })
})
afterAll(async () => {
  await sandbox.close()
  await egress.close()
  await line.close()
  await rm(storeDir, { recursive: true })
})

const draft = (name: string, more: Partial<TemplateDraft> = {}): TemplateDraft => ({
  name,
  language: 'pt_BR',
  category: 'UTILITY',
  header: null,
  body: 'Oi, {{nome}}, seu pedido saiu.',
  examples: { nome: 'Ana' },
  footer: null,
  buttons: [],
  ...more,
})

interface News {
  event: string
  reason?: string
  other_info?: object
}
/** As the webhook would tell it. */
async function tell(name: string, news: News, at = new Date()): Promise<number> {
  const change = readTemplateChange({
    wabaId,
    field: 'message_template_status_update',
    at,
    value: {
      message_template_id: await providerIdOf(name),
      message_template_name: name,
      message_template_language: 'pt_BR',
      ...news,
    },
  })
  if (!change) throw new Error('not read')
  return storeTemplateChanges(line.pool, line.tenant.id, [change])
}

async function providerIdOf(name: string): Promise<string> {
  const rows = await line.rows<{ id: string }>(
    'select provider_id as id from templates where tenant_id = $1 and name = $2',
    [line.tenant.id, name],
  )
  return rows[0]?.id ?? 'none'
}

async function send(template: string, vars: object): Promise<{ code: string } | null> {
  const [job] = await queueMessages(line.pool, line.tenant, { count: 1 })
  await line.pool.query(
    `update outbox set kind = 'whatsapp.send_template', command = $2 where id = $1`,
    [job?.effectId, { kind: 'whatsapp.send_template', template, language: null, vars }],
  )
  const outbound = createWhatsAppConnector({ graphUrl: sandbox.url, version: 'v24.0' })
  const executor = createExecutor({
    pool: line.pool,
    connectors: createConnectorRegistry([outbound]),
    egress,
    secretBox: createSecretBox(MASTER_KEY),
    logger: line.logger,
    uncertainSeconds: 60,
    concurrency: 1,
    isDirect: false,
  })
  await executor.perform({ tenantId: line.tenant.id, effectId: job?.effectId ?? '' })
  const rows = await line.rows<{ code: string }>('select code from dead_letters where id = $1', [
    job?.effectId,
  ])
  return rows[0] ?? null
}

const actor = () => line.tenant.actor

test('what Meta would refuse is refused here, with every problem', async () => {
  const bad = draft('Com Espaço', { body: '{{nome}}', examples: {} })
  await expect(templates.create(actor(), bad)).rejects.toMatchObject({
    code: 'REQUEST_INVALID',
    field: 'name',
    details: { problems: [{ field: 'name' }, { field: 'body' }, { field: 'examples.nome' }] },
  })
})

test('a draft is submitted, approved by webhook and can be sent; paused it fails before it leaves', async () => {
  const made = await templates.create(actor(), draft('pedido'))
  expect(made).toMatchObject({ status: 'DRAFT', blocked: true, variables: ['nome'] })
  await expect(templates.create(actor(), draft('pedido'))).rejects.toMatchObject({ field: 'name' })
  expect(await send('pedido', { nome: 'Ana' })).toEqual({ code: 'WHATSAPP_TEMPLATE_DRAFT' })
  expect(await templates.submit(actor(), made.id)).toMatchObject({ status: 'PENDING' })
  await expect(templates.submit(actor(), made.id)).rejects.toMatchObject({
    code: 'ACTION_NOT_POSSIBLE',
  })
  await fetch(`${sandbox.url}/whatsapp/templates/review`, {
    method: 'POST',
    body: JSON.stringify({ name: 'pedido', event: 'APPROVED' }),
  })
  expect(await tell('pedido', { event: 'APPROVED' })).toBe(1)
  expect(await send('pedido', { nome: 'Ana' })).toBeNull()
  await tell('pedido', { event: 'PAUSED', other_info: { title: 'FIRST_PAUSE' } })
  expect(await templates.get(actor(), made.id)).toMatchObject({ status: 'PAUSED', blocked: true })
  expect(await send('pedido', { nome: 'Ana' })).toEqual({ code: 'WHATSAPP_TEMPLATE_PAUSED' })
  // What comes late changes nothing.
  expect(await tell('pedido', { event: 'APPROVED' }, new Date(Date.now() - 60_000))).toBe(0)
  await line.pool.query("update templates set paused_until = now() - interval '1 s'")
  expect(await templates.get(actor(), made.id)).toMatchObject({ status: 'APPROVED' })
  expect(await send('pedido', { nome: 'Ana' })).toBeNull()
})

test('a rejection says why in both languages, and what was corrected is submitted again', async () => {
  const made = await templates.create(actor(), draft('rejeitado'))
  await templates.submit(actor(), made.id)
  await tell('rejeitado', { event: 'REJECTED', reason: 'INVALID_FORMAT' })
  const { reason } = await templates.get(actor(), made.id)
  expect(reason?.code).toBe('INVALID_FORMAT')
  expect(reason?.words['pt-BR']).toMatch(/formato/)
  await templates.edit(actor(), made.id, draft('rejeitado', { footer: 'Loja' }))
  const renamed = templates.edit(actor(), made.id, draft('outro'))
  await expect(renamed).rejects.toMatchObject({ field: 'name' })
  expect(await templates.submit(actor(), made.id)).toMatchObject({
    status: 'PENDING',
    reason: null,
    content: { footer: 'Loja' },
  })
})

test("Meta's refusal and its silence are told apart", async () => {
  const made = await templates.create(actor(), draft('recusado'))
  const script = (answer: object) =>
    fetch(`${sandbox.url}/script`, {
      method: 'POST',
      body: JSON.stringify({ provider: 'whatsapp', answers: [answer] }),
    })
  await script({ error: 100 })
  await expect(templates.submit(actor(), made.id)).rejects.toMatchObject({
    code: 'TEMPLATE_REFUSED',
  })
  await script({ status: 503, error: 2 })
  await expect(templates.submit(actor(), made.id)).rejects.toMatchObject({
    code: 'PROVIDER_UNREACHABLE',
  })
  expect(await templates.get(actor(), made.id)).toMatchObject({ status: 'DRAFT' })
})

test('a sync brings in what Meta has, by name and language, and marks what it has no more', async () => {
  const before = await templates.sync(actor(), { next: null })
  expect(before).toMatchObject({ found: 2, added: 0, gone: 0, next: null })
  const post = (name: string) =>
    fetch(`${sandbox.url}/v24.0/${wabaId}/message_templates`, {
      method: 'POST',
      headers: { authorization: `Bearer ${WHATSAPP_SECRETS.accessToken}` },
      body: JSON.stringify({
        name,
        language: 'pt_BR',
        category: 'MARKETING',
        components: [
          { type: 'BODY', text: 'Oferta de {{1}} só hoje', example: { body_text: [['ontem']] } },
        ],
      }),
    })
  for (let n = 0; n < 60; n++) await post(`oferta_${n}`)
  const total = { found: 0, added: 0 }
  let next: string | null = null
  let parts = 0
  do {
    const part = await templates.sync(actor(), { next })
    total.found += part.found
    total.added += part.added
    next = part.next
    parts += 1
  } while (next !== null)
  expect({ ...total, parts }).toEqual({ found: 62, added: 60, parts: 2 })
  const { items } = await templates.list(actor(), { limit: 10, q: 'oferta_1' })
  expect(items[0]).toMatchObject({
    status: 'PENDING',
    category: 'MARKETING',
    variables: ['1'],
    content: { examples: { 1: 'ontem' } },
  })
  await fetch(`${sandbox.url}/v24.0/${wabaId}/message_templates?name=oferta_1`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${WHATSAPP_SECRETS.accessToken}` },
  })
  const first = await templates.sync(actor(), { next: null })
  expect(await templates.sync(actor(), { next: first.next })).toMatchObject({ gone: 1 })
  // What was never submitted stays as it was.
  const drafts = await templates.list(actor(), { limit: 10, status: 'DRAFT' })
  expect(drafts.items.map(({ name }) => name)).toEqual(['recusado'])
  await expect(templates.sync(actor(), { next: 'x' })).rejects.toMatchObject({ field: 'next' })
})

test('removing takes it away here and at Meta; I9 nobody reaches those of another tenant', async () => {
  const { items } = await templates.list(actor(), { limit: 1, q: 'oferta_2' })
  const id = items[0]?.id ?? ''
  const stranger = (await createTenant(line.pool)).actor
  await expect(templates.get(stranger, id)).rejects.toMatchObject({ code: 'RESOURCE_NOT_FOUND' })
  await expect(templates.remove(stranger, id)).rejects.toMatchObject({ code: 'RESOURCE_NOT_FOUND' })
  await expect(templates.sync(stranger, { next: null })).rejects.toMatchObject({
    code: 'ACTION_NOT_POSSIBLE',
  })
  await templates.remove(actor(), id)
  await expect(templates.get(actor(), id)).rejects.toMatchObject({ code: 'RESOURCE_NOT_FOUND' })
  const again = await templates.sync(actor(), { next: null })
  expect(again).toMatchObject({ added: 0 })
})

test('a category that is to change is shown with its day; an edit beside the platform asks for a sync', async () => {
  const made = (await templates.list(actor(), { limit: 1, q: 'pedido' })).items[0]
  const base = { wabaId, at: new Date() }
  const value = {
    message_template_id: await providerIdOf('pedido'),
    message_template_name: 'pedido',
    message_template_language: 'pt_BR',
  }
  const due = readTemplateChange({
    ...base,
    field: 'template_category_update',
    value: { ...value, correct_category: 'MARKETING' },
  })
  const edited = readTemplateChange({ ...base, field: 'message_template_components_update', value })
  const changes = [due, edited].filter((change) => change !== null)
  expect(await storeTemplateChanges(line.pool, line.tenant.id, changes)).toBe(2)
  const item = await templates.get(actor(), made?.id ?? '')
  expect(item).toMatchObject({
    categoryChange: { to: 'MARKETING' },
    content: { body: expect.stringContaining('pedido saiu') },
  })
})
