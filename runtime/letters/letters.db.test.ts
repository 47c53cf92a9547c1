// A letter on the whole line: the workflow's template leaves through the stand-in, and what the contact does with its
// links comes back to the run, the ledger and the actor.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createEmailLinks } from '../commands/webhooks/email-links.ts'
import { createEmailTemplates } from '../commands/templates/email-templates.ts'
import { createConnectorRegistry } from '../connectors/registry.ts'
import { createSecretBox } from '../db/secret-box.ts'
import { createEgress, type Egress } from '../egress/egress.ts'
import type { EmailLinksFace, EmailTemplatesFace } from '../face/email.ts'
import { createId } from '../ids.ts'
import { createSandbox, type Sandbox } from '../sandbox/sandbox.ts'
import { leadOf } from '../testing/arrivals.ts'
import { createTestLine, type TestLine, type TestWorker } from '../testing/line.ts'
import { createTestOutbox, type TestOutbox } from '../testing/outbox.ts'
import { createTenant, MASTER_KEY, publish } from '../testing/tenant.ts'
import { type Letters, openLetters } from './open-letters.ts'

const FLOW = {
  id: 'wf_letters',
  name: 'Cartas',
  trigger: { type: 'lead.captured', reentry: 'always' },
  nodes: [
    {
      id: 'carta',
      type: 'email.send_template',
      template: 'promo',
      vars: { nome: '{{name}}' },
      purpose: 'marketing',
    },
    {
      id: 'espera',
      type: 'wait.for.event',
      events: [
        { event: 'link.clicked', next: 'clicou' },
        { event: 'message.opened', next: 'abriu' },
      ],
      timeout: 'P1D',
      timeoutNext: null,
    },
    {
      id: 'abriu',
      type: 'wait.for.event',
      event: 'link.clicked',
      next: 'clicou',
      timeout: 'P1D',
      timeoutNext: null,
    },
    { id: 'clicou', type: 'delay', duration: 'P1D' },
  ],
}
const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148'
const person = { method: 'GET', userAgent: PHONE }
const TEMPLATE = {
  name: 'promo',
  language: 'pt_BR',
  subject: 'Oi, {{ nome }}',
  html: `<p>{{ contact.email }}</p><a href="https://loja.example/?x=1&amp;y=2">Ver</a>{% render 'rodape' %}`,
  text: null,
  tracking: { opens: true, clicks: true },
}

let line: TestLine
let worker: TestWorker
let outbox: TestOutbox
let sandbox: Sandbox
let egress: Egress
let letters: Letters
let templates: EmailTemplatesFace
let links: EmailLinksFace
let clock = Date.now()
const storeDir = mkdtempSync(join(tmpdir(), 'fluxo-letters-line-'))

beforeAll(async () => {
  line = await createTestLine()
  sandbox = await createSandbox({ port: 0, host: '127.0.0.1', storeDir })
  egress = createEgress({ allow: [new URL(sandbox.url).host] })
  const { pool, logger } = line
  const { providerUrls } = sandbox
  const publicUrl = 'https://f.example'
  letters = openLetters({ pool, masterKey: MASTER_KEY, publicUrl, providerUrls, egressAllow: [] })
  worker = line.createWorker()
  await worker.leases.renew()
  outbox = createTestOutbox(line, worker, createConnectorRegistry(letters.email.outbound))
  const gate = { isOpen: async () => true }
  const secretBox = createSecretBox(MASTER_KEY)
  const { outboundFor } = letters.email
  templates = createEmailTemplates({ pool, secretBox, egress, gate, letters, outboundFor })
  links = createEmailLinks({ pool, tokens: letters.tokens, logger, now: () => clock })
  await addChannel()
  const { actor } = line.tenant
  await templates.savePartial(actor, {
    name: 'rodape',
    html: '<a href="{{ unsubscribe_url }}">Sair</a>',
  })
  await templates.save(actor, TEMPLATE)
  await publish(pool, line.tenant, FLOW)
})
afterAll(async () => {
  await letters.email.close()
  await egress.close()
  await sandbox.close()
  await line.close()
  rmSync(storeDir, { recursive: true })
})
beforeEach(() => {
  // Somebody reads a letter some time after it left.
  clock = Date.now() + 60_000
})

async function addChannel(): Promise<void> {
  const [tenantId, secretId] = [line.tenant.id, createId('secret')]
  const ciphertext = createSecretBox(MASTER_KEY).seal(tenantId, {})
  await line.pool.query(
    'insert into secrets (tenant_id, id, key_id, ciphertext) values ($1, $2, $3, $4)',
    [tenantId, secretId, 'k1', ciphertext],
  )
  await line.pool.query(
    `insert into channels (tenant_id, id, kind, provider, address, display_address, config_json, secret_id)
     values ($1, $2, 'email', 'smtp', $3, 'Loja', '{"fromName":"Loja"}', $4)`,
    [tenantId, createId('channel'), `contato-${tenantId.slice(4)}@loja.example`, secretId],
  )
}

interface Seen {
  html: string
  headers: { name: string; value: string }[]
}
let count = 0

/** A new contact that gets the letter. */
async function sendLetter() {
  count += 1
  const email = `ana${count}@example.com`
  const contact = { name: 'Ana', email, consents: { marketing: true } }
  const { contactId } = await line.accept(leadOf(line.tenant, { address: { email }, contact }))
  await line.settleDown(worker)
  const [row] = await line.rows<{ id: string }>('select id from outbox where contact_id = $1', [
    contactId,
  ])
  const effectId = row?.id ?? ''
  await outbox.dispatch()
  await outbox.perform(effectId)
  await line.settleDown(worker)
  const response = await fetch(`${sandbox.url}/email/messages?to=${email}`)
  const { items } = (await response.json()) as { items: Seen[] }
  const tokenOf = (kind: string): string =>
    new RegExp(`https://f\\.example/e/${kind}/([A-Za-z0-9_-]+)`).exec(items[0]?.html ?? '')?.[1] ??
    ''
  return { contactId: contactId ?? '', effectId, email, seen: items, tokenOf }
}

const stateOf = async (contactId: string): Promise<string[]> => {
  const rows = await line.rows<{ state: string }>(
    'select p.state from run_places p join workflow_runs r on r.tenant_id = p.tenant_id and r.id = p.run_id where r.contact_id = $1',
    [contactId],
  )
  return rows.map(({ state }) => state)
}
const consentsOf = (contactId: string) =>
  line.rows(
    "select purpose, status, evidence_json->>'way' as way from consents where contact_id = $1 and source = 'email' order by at, id",
    [contactId],
  )
const eventsOf = async (contactId: string): Promise<string[]> => {
  const rows = await line.rows<{ type: string }>(
    "select type from events where contact_id = $1 and source = 'email' order by received_at, id",
    [contactId],
  )
  return rows.map(({ type }) => type)
}

test('I5 the letter of a workflow arrives, filled with facts, and its message knows the id that names it', async () => {
  const { effectId, email, seen } = await sendLetter()
  expect(seen).toHaveLength(1)
  expect(seen[0]?.html).toContain(`<p>${email}</p>`)
  const [message] = await line.rows(
    'select status, provider_msg_id from messages where effect_id = $1',
    [effectId],
  )
  expect(message).toEqual({
    status: 'accepted',
    provider_msg_id: expect.stringContaining(`${effectId}@`),
  })
})

test('I2 a person who opens and clicks moves the run once, whoever loads it again; a machine never', async () => {
  const { contactId, tokenOf, effectId } = await sendLetter()
  for (const machine of [
    { method: 'GET', userAgent: 'Mozilla/5.0' },
    { method: 'HEAD', userAgent: PHONE },
    { method: 'GET', userAgent: undefined },
  ])
    await links.opened(tokenOf('o'), machine)
  await line.settleDown(worker)
  expect(await stateOf(contactId)).toEqual(['espera'])
  for (let times = 0; times < 3; times += 1) await links.opened(tokenOf('o'), person)
  await line.settleDown(worker)
  expect(await stateOf(contactId)).toEqual(['abriu'])
  for (let times = 0; times < 2; times += 1)
    expect(await links.clicked(tokenOf('c'), person)).toBe('https://loja.example/?x=1&y=2')
  await line.settleDown(worker)
  expect(await stateOf(contactId)).toEqual(['clicou'])
  expect(await eventsOf(contactId)).toEqual(['message.opened', 'link.clicked'])
  expect(
    await line.rows(
      'select kind, is_machine, sum(count)::int as count from email_activity where effect_id = $1 group by 1, 2 order by 1, 2',
      [effectId],
    ),
  ).toEqual([
    { kind: 'click', is_machine: false, count: 2 },
    { kind: 'open', is_machine: false, count: 3 },
    { kind: 'open', is_machine: true, count: 3 },
  ])
})

test('one click revokes what the letter was for, in ledger and actor, once', async () => {
  const { contactId, tokenOf } = await sendLetter()
  const token = tokenOf('u')
  expect(await links.standing(token)).toMatchObject({
    isReceiving: true,
    purposes: [{ name: 'marketing', granted: true }],
  })
  for (let times = 0; times < 3; times += 1)
    expect(await links.leave(token)).toMatchObject({
      purposes: [{ name: 'marketing', granted: false }],
    })
  await line.settleDown(worker)
  expect(await consentsOf(contactId)).toEqual([
    { purpose: 'marketing', status: 'revoked', way: 'one_click' },
  ])
  expect(await eventsOf(contactId)).toEqual(['consent.revoked'])
  const [actor] = await line.rows(
    "select state->'contact'->'consents' as consents from actor_snapshots where contact_id = $1",
    [contactId],
  )
  expect(actor).toEqual({ consents: { marketing: false } })
})

test('who wants no letter at all gets none: the actor ends its runs, the next send is refused, and the way back is open', async () => {
  const { contactId, tokenOf } = await sendLetter()
  const token = tokenOf('u')
  for (let times = 0; times < 2; times += 1)
    expect(await links.choose(token, { isReceiving: false })).toMatchObject({ isReceiving: false })
  await line.settleDown(worker)
  expect(await links.standing(token)).toMatchObject({ isReceiving: false })
  expect(await stateOf(contactId)).toEqual([])
  expect(await eventsOf(contactId)).toEqual(['channel.opted_out'])
  await links.choose(token, { isReceiving: true })
  await line.settleDown(worker)
  expect(await links.standing(token)).toMatchObject({ isReceiving: true })
  expect(await consentsOf(contactId)).toEqual([
    { purpose: 'email', status: 'revoked', way: 'page' },
    { purpose: 'email', status: 'granted', way: 'page' },
  ])
})

test('I9 a link of one installation, kind or contact is of no other', async () => {
  const { tokenOf } = await sendLetter()
  expect(await links.standing(tokenOf('c'))).toBeNull()
  expect(await links.clicked(tokenOf('u'), person)).toBeNull()
  const gone = letters.tokens.make('choice', {
    tenantId: line.tenant.id,
    contactId: 'cnt_nobody',
    effectId: 'eff_1',
    channelId: 'chn_1',
    purpose: null,
  })
  expect(await links.leave(gone)).toBeNull()
})

test('nothing is sent to an address that is suppressed', async () => {
  await line.pool.query(
    'insert into email_suppressions (tenant_id, email, reason) values ($1, $2, $3)',
    [line.tenant.id, `ana${count + 1}@example.com`, 'hard_bounce'],
  )
  const { seen, effectId } = await sendLetter()
  expect(seen).toEqual([])
  expect(await line.rows('select code from dead_letters where id = $1', [effectId])).toEqual([
    { code: 'EMAIL_SUPPRESSED' },
  ])
})

test('a template is kept when it can be rendered, with what it asks for, and stays while something needs it', async () => {
  const { actor } = line.tenant
  const [item] = (await templates.list(actor)).items
  expect(item).toMatchObject({ name: 'promo', variables: ['nome'], subject: 'Oi, {{ nome }}' })
  const id = item?.id ?? ''
  expect(await templates.get(actor, id)).toMatchObject({ html: TEMPLATE.html, text: null })
  expect((await templates.save(actor, { ...TEMPLATE, subject: 'Olá, {{ nome }}' })).id).toBe(id)
  await expect(
    templates.save(actor, { ...TEMPLATE, html: "{% render 'nada' %}" }),
  ).rejects.toMatchObject({
    code: 'REQUEST_INVALID',
    field: 'html',
  })
  await expect(
    templates.savePartial(actor, { name: 'rodape', html: "{% render 'rodape' %}" }),
  ).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
  await expect(templates.removePartial(actor, 'rodape')).rejects.toMatchObject({
    code: 'ACTION_NOT_POSSIBLE',
  })
  await expect(templates.remove(actor, id)).rejects.toMatchObject({ code: 'ACTION_NOT_POSSIBLE' })
  const stranger = (await createTenant(line.pool)).actor
  expect(await templates.list(stranger)).toEqual({ items: [] })
  await expect(templates.get(stranger, id)).rejects.toMatchObject({ code: 'RESOURCE_NOT_FOUND' })
  const other = await templates.save(actor, { ...TEMPLATE, name: 'outra' })
  await templates.remove(actor, other.id)
  expect((await templates.list(actor)).items).toHaveLength(1)
})

test('a preview shows the finished letter and what it could do better; a try arrives and its links are nobody’s', async () => {
  const { actor } = line.tenant
  const html = '<img src="http://a.example/x.png"><script>x</script><p>{{ nome }} {{ falta }}</p>'
  const draft = {
    subject: '{{ nome }}',
    html,
    text: null,
    language: 'pt_BR',
    tracking: TEMPLATE.tracking,
  }
  const preview = await templates.preview(actor, { ...draft, vars: { nome: 'Bia' } })
  expect(preview).toMatchObject({ problems: [], subject: 'Bia', variables: ['falta', 'nome'] })
  expect(preview.html).toContain('<p>Bia [falta]</p>')
  expect(preview.hints.map(({ code }) => code)).toEqual([
    'ELEMENTS_DROPPED',
    'IMAGES_WITHOUT_ALT',
    'IMAGES_WITHOUT_HTTPS',
    'UNSUBSCRIBE_MISSING',
  ])
  expect(await templates.preview(actor, { ...draft, html: '{{ x', vars: {} })).toMatchObject({
    problems: [{ field: 'html' }],
  })
  const to = 'prova@example.com'
  const tried = { ...draft, html: TEMPLATE.html, vars: { nome: 'Bia' }, to }
  expect(await templates.sendTest(actor, tried)).toEqual({ outcome: 'accepted', error: null })
  const response = await fetch(`${sandbox.url}/email/messages?to=${to}`)
  const { items } = (await response.json()) as { items: Seen[] }
  expect(items[0]?.html).toContain('href="https://loja.example/?x=1&amp;y=2"')
  const token = /e\/u\/([A-Za-z0-9_-]+)/.exec(items[0]?.html ?? '')?.[1] ?? ''
  expect(await links.leave(token)).toBeNull()
  const stranger = (await createTenant(line.pool)).actor
  await expect(templates.sendTest(stranger, tried)).rejects.toMatchObject({
    code: 'ACTION_NOT_POSSIBLE',
  })
})
