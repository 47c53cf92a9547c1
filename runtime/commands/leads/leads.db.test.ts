// Sources, forms, repeated leads and attribution on a real database.

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FormDefinition } from '#machines/contracts/forms.ts'
import { signIntake } from '../../connectors/intake/authenticate.ts'
import { createSecretBox } from '../../db/secret-box.ts'
import { createEgress, type Egress } from '../../egress/egress.ts'
import type { Runtime } from '../../face.ts'
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts'
import { eventOf, leadOf, messageOf, newPhone } from '../../testing/arrivals.ts'
import { createTestLine, type TestLine } from '../../testing/line.ts'
import { createTenant, MASTER_KEY } from '../../testing/tenant.ts'
import { type Leads, openLeads } from './leads.ts'
import { createWebhooks } from '../webhooks/webhooks.ts'

let line: TestLine
let leads: Leads
let webhooks: Runtime['webhooks']
let sandbox: Sandbox
let egress: Egress
let storeDir: string
const refused: string[] = []
beforeAll(async () => {
  line = await createTestLine()
  storeDir = mkdtempSync(join(tmpdir(), 'fluxolab-leads-'))
  sandbox = await createSandbox({ port: 0, host: '127.0.0.1', storeDir })
  egress = createEgress({ allow: [new URL(sandbox.url).host] })
  const { pool, acceptor, logger } = line
  const secretBox = createSecretBox(MASTER_KEY)
  const onRefused = (code: string): void => void refused.push(code)
  leads = openLeads({
    pool,
    webhookPool: pool,
    acceptor,
    secretBox,
    egress,
    graphVersion: 'v24.0',
    providerUrls: sandbox.providerUrls,
    isWorker: false,
    logger,
    onRefused,
  })
  const { payloads } = leads
  webhooks = createWebhooks({
    pool,
    acceptor,
    secretBox,
    egress,
    connectors: [],
    payloads,
    onRefused,
  })
})
afterAll(async () => {
  vi.useRealTimers()
  await leads.stop()
  await egress.close()
  await sandbox.close()
  rmSync(storeDir, { recursive: true, force: true })
  await line.close()
})

function post(source: { id: string; secret: string }, body: object) {
  const rawBody = Buffer.from(JSON.stringify(body))
  const stamp = { timestamp: Math.floor(Date.now() / 1000), nonce: randomUUID() }
  const headers = signIntake(source.secret, rawBody, stamp)
  return webhooks.leads({ tenant: line.tenant.id, source: source.id, rawBody, headers })
}
const events = (contactId: string) =>
  line.rows<{ type: string }>('select type from events where contact_id = $1 order by id', [
    contactId,
  ])

test('a source: its secret is told once, two are good while one is replaced, and others never see it', async () => {
  const { actor } = line.tenant
  const { source, secret } = await leads.face.sources.create(actor, {
    type: 'leads',
    name: 'Site',
    signing: 'full',
    unknownContact: 'reject',
  })
  expect(await post({ id: source.id, secret }, { phone: newPhone() })).toMatchObject({
    accepted: true,
  })
  const rotated = await leads.face.sources.rotate(actor, source.id)
  expect(rotated.source.isRotating).toBe(true)
  const sealed = await line.rows<{ ciphertext: Buffer }>(
    'select k.ciphertext from secrets k join lead_sources s on s.secret_id = k.id where s.id = $1',
    [source.id],
  )
  const opened = createSecretBox(MASTER_KEY).open(
    line.tenant.id,
    sealed[0]?.ciphertext ?? Buffer.alloc(0),
  )
  expect(opened).toEqual({ current: rotated.secret, previous: secret })
  expect((await leads.face.sources.finishRotation(actor, source.id)).isRotating).toBe(false)
  expect(JSON.stringify(await leads.face.sources.list(actor))).not.toContain(rotated.secret)
  const stranger = (await createTenant(line.pool)).actor
  expect((await leads.face.sources.list(stranger)).items.map(({ id }) => id)).not.toContain(
    source.id,
  )
  await expect(leads.face.sources.rotate(stranger, source.id)).rejects.toMatchObject({
    code: 'RESOURCE_NOT_FOUND',
  })
})

test('what a source sent is kept, tried against a mapping, and taken once when the mapping is right; strangers leave no trace', async () => {
  const { actor } = line.tenant
  const made = await leads.face.sources.create(actor, {
    type: 'leads',
    name: 'Loja',
    signing: 'full',
    unknownContact: 'reject',
  })
  const { id } = made.source
  const phone = newPhone()
  const body = { cliente: { fone: phone, nome: 'Ana' } }
  await expect(post({ id, secret: made.secret }, body)).rejects.toMatchObject({
    code: 'CONTACT_ADDRESS_INVALID',
  })
  await expect(post({ id, secret: 'another' }, body)).rejects.toMatchObject({
    code: 'WEBHOOK_SIGNATURE_INVALID',
  })
  const { items } = await leads.face.sources.payloads(actor, id)
  expect(items).toMatchObject([{ outcome: 'refused', code: 'CONTACT_ADDRESS_INVALID', body }])
  const payloadId = items[0]?.id ?? ''
  const seen = await leads.face.sources.payloads({ ...actor, role: 'viewer' }, id)
  expect(JSON.stringify(seen)).not.toContain(phone.slice(4))
  const mapping = {
    rules: [
      { to: 'phone', path: '$.cliente.fone', transforms: [{ type: 'phone' as const }] },
      { to: 'name', path: '$.cliente.nome', transforms: [] },
    ],
  }
  const wrong = {
    rules: [{ to: 'phone', path: '$.cliente.nome', transforms: [{ type: 'phone' as const }] }],
  }
  const { test: tryOut } = leads.face.sources
  expect(await tryOut(actor, id, { payloadId, mapping: wrong })).toMatchObject({
    ok: false,
    field: 'rules[0]',
  })
  expect(await tryOut(actor, id, { payloadId, mapping })).toMatchObject({
    ok: true,
    lead: { phone, name: 'Ana' },
  })
  await leads.face.sources.edit(actor, id, { mapping })
  const replayed = await leads.face.sources.replay(actor, id, payloadId)
  expect(replayed).toMatchObject({ accepted: true })
  expect(await events(replayed.contactId ?? '')).toEqual([{ type: 'lead.captured' }])
  await expect(leads.face.sources.replay(actor, id, payloadId)).rejects.toMatchObject({
    code: 'ACTION_NOT_POSSIBLE',
  })
})

test('the latest 20 payloads of a source are kept, however many come', async () => {
  const { actor, sourceId: id, sourceSecret: secret } = line.tenant
  for (let n = 0; n < 23; n += 1) await post({ id, secret }, { phone: newPhone(), n })
  const { items } = await leads.face.sources.payloads(actor, id)
  expect(items.map(({ body }) => body?.['n'])).toEqual(Array.from({ length: 20 }, (_, n) => 22 - n))
})

test("within a source's window one person is one lead, also at the same instant; what it agrees to still holds", async () => {
  const address = { phone: newPhone() }
  const lead = (consents?: Record<string, boolean>) =>
    leadOf(line.tenant, {
      address,
      windowSeconds: 3600,
      contact: { name: 'Ana', ...address, tags: [], ...(consents && { consents }) },
    })
  const outcomes = await Promise.all([
    line.accept(lead()),
    line.accept(lead()),
    line.accept(lead()),
  ])
  expect(outcomes.filter(({ duplicate }) => !duplicate)).toHaveLength(1)
  const first = outcomes.find(({ duplicate }) => !duplicate)
  const again = await line.accept(lead({ marketing: true }))
  expect(again).toMatchObject({ duplicate: true, repeated: true, eventId: first?.eventId })
  const contactId = first?.contactId ?? ''
  expect(await events(contactId)).toHaveLength(1)
  const kept = await line.rows('select is_repeat from leads where contact_id = $1 order by id', [
    contactId,
  ])
  expect(kept.filter(({ is_repeat: isRepeat }) => isRepeat)).toHaveLength(3)
  const [contact] = await line.rows('select consents_json from contacts where id = $1', [contactId])
  expect(contact).toEqual({ consents_json: { marketing: true } })
  await line.rows(
    "update lead_windows set until = now() - interval '1 second' where contact_id = $1",
    [contactId],
  )
  expect(await line.accept(lead())).toMatchObject({ duplicate: false })
})

test('first and last touch stay with the contact to the purchase, whatever order they come in', async () => {
  const address = { phone: newPhone() }
  const touch = (campaign: string) => ({ kind: 'link' as const, campaign })
  const at = (hour: string) => `2026-01-15T${hour}:00:00.000Z`
  await line.accept(leadOf(line.tenant, { address, touch: touch('middle'), occurredAt: at('12') }))
  const { contactId } = await line.accept(
    leadOf(line.tenant, { address, touch: touch('first'), occurredAt: at('09') }),
  )
  const referral = { source_type: 'ad', source_id: '77', ctwa_clid: 'c' }
  await line.accept(
    messageOf(line.tenant, { address, content: { type: 'text', referral }, occurredAt: at('15') }),
  )
  const payload = { value: '199,90', currency: 'BRL' }
  await line.accept(eventOf(line.tenant, { address, payload, occurredAt: at('18') }))
  const known = await leads.face.attribution.get(line.tenant.actor, contactId ?? '')
  expect(known).toMatchObject({
    first: { campaign: 'first' },
    last: { kind: 'ctwa', adId: '77' },
    touches: 3,
    conversions: [
      { type: 'purchase.approved', valueCents: 19_990, currency: 'BRL', touch: { adId: '77' } },
    ],
    revenue: [{ currency: 'BRL', cents: 19_990 }],
  })
  await line.accept(
    leadOf(line.tenant, { address, touch: touch('later'), occurredAt: '2026-02-01T00:00:00.000Z' }),
  )
  const after = await leads.face.attribution.get(line.tenant.actor, contactId ?? '')
  expect([after.last?.campaign, after.conversions[0]?.touch?.adId]).toEqual(['later', '77'])
})

const both = (text: string) => ({ 'pt-BR': text, en: `${text} (en)` })
const DEFINITION: FormDefinition = {
  title: both('Fale <conosco>'),
  fields: [
    { type: 'text', key: 'name', label: both('Nome'), required: true },
    { type: 'phone', key: 'phone', label: both('Telefone'), required: true },
    { type: 'email', key: 'email', label: both('E-mail') },
    { type: 'consent', key: 'aceite', purpose: 'marketing', label: both('Aceito novidades') },
    { type: 'text', key: 'empresa', label: both('Empresa'), progressive: true },
    { type: 'text', key: 'cargo', label: both('Cargo'), progressive: true },
  ],
  progressiveCount: 1,
  origins: ['https://loja.example'],
  tags: ['form'],
}
const visit = (formId: string, query = {}) => ({ formId, query, answered: [] as string[] })

async function open(formId: string, answered: string[] = []) {
  const { body } = await leads.face.forms.page({ ...visit(formId), answered })
  if (!('html' in body)) throw new Error('the form has no page')
  const token = /name="token" value="([^"]+)"/.exec(body.html)?.[1] ?? ''
  return { ...body, token }
}
const send = (formId: string, given: Record<string, string>, more: object = {}) =>
  leads.face.forms.submit({
    ...visit(formId),
    given,
    isJson: false,
    ip: '203.0.113.9',
    userAgent: 'test',
    ...more,
  })
/** A person needs a moment. */
const later = () => vi.setSystemTime(Date.now() + 5_000)

test('a form: wrong answers come back with the page, a submission counts once, its consent is kept as it was shown', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const { actor } = line.tenant
  const form = await leads.face.forms.create(actor, {
    name: 'Contato',
    key: 'contato',
    definition: DEFINITION,
  })
  const page = await open(form.id)
  expect(page.html).toContain('Fale &lt;conosco&gt;')
  expect(page.html).not.toContain('name="cargo"')
  expect(page.policy).toContain("frame-ancestors 'self' https://loja.example")
  later()
  const wrong = await send(form.id, { token: page.token, name: 'Ana "<b>"', phone: '123' })
  expect(wrong.status).toBe(422)
  const shown = 'html' in wrong.body ? wrong.body.html : ''
  expect(shown).toContain('value="Ana &quot;&lt;b&gt;&quot;"')
  expect(shown).toContain('escreva um telefone com DDD')
  const phone = newPhone()
  const given = {
    token: page.token,
    name: 'Ana',
    phone,
    aceite: '1',
    empresa: 'ACME',
    utm_source: 'ig',
  }
  const sends = await Promise.all([send(form.id, given), send(form.id, given)])
  expect(sends.map(({ status }) => status)).toEqual([303, 303])
  expect((await send(form.id, given)).answered).toEqual(['empresa'])
  const [contact] = await line.rows<{ id: string; name: string }>(
    'select id, name from contacts where phone_e164 = $1',
    [phone],
  )
  const stored = await line.rows('select type, payload_json from events where contact_id = $1', [
    contact?.id,
  ])
  expect(stored).toMatchObject([
    {
      type: 'form.submitted',
      payload_json: { form: 'contato', form_id: form.id, empresa: 'ACME' },
    },
  ])
  expect(await line.rows('select 1 from leads where contact_id = $1', [contact?.id])).toHaveLength(
    1,
  )
  const [consent] = await line.rows(
    'select status, evidence_json from consents where contact_id = $1',
    [contact?.id],
  )
  expect(consent).toMatchObject({
    status: 'granted',
    evidence_json: { formVersion: 1, texts: { marketing: 'Aceito novidades' }, ip: '203.0.113.9' },
  })
  expect((await leads.face.attribution.get(actor, contact?.id ?? '')).first).toMatchObject({
    source: 'ig',
    formId: form.id,
  })
  const next = await open(form.id, ['empresa'])
  expect([next.html.includes('name="empresa"'), next.html.includes('name="cargo"')]).toEqual([
    false,
    true,
  ])
})

test('a form lets no program in: honeypot, forged and stale tokens, tokens of other forms', async () => {
  const { actor } = line.tenant
  const form = await leads.face.forms.create(actor, {
    name: 'Outro',
    key: 'outro',
    definition: DEFINITION,
  })
  const { token } = await open(form.id)
  later()
  const phone = newPhone()
  const given = { token, name: 'Bot', phone }
  expect((await send(form.id, { ...given, website_url: 'http://spam' })).status).toBe(303)
  expect((await send(form.id, { ...given, token: `${token.slice(0, -1)}x` })).status).toBe(409)
  const [other] = (await leads.face.forms.list(actor)).items.filter(({ key }) => key === 'contato')
  expect((await send(other?.id ?? '', given)).status).toBe(409)
  vi.setSystemTime(Date.now() + 25 * 3_600_000)
  expect((await send(form.id, given)).status).toBe(409)
  expect(await line.rows('select 1 from contacts where phone_e164 = $1', [phone])).toEqual([])
  expect(refused).toContain('FORM_SPAM')
  await leads.face.forms.edit(actor, form.id, { active: false })
  vi.setSystemTime(Date.now() + 5_000)
  await expect(open('frm_nobody')).rejects.toMatchObject({ code: 'FORM_UNKNOWN' })
})

test.each(['recaptcha_v2', 'recaptcha_v3', 'hcaptcha', 'turnstile'] as const)(
  'a form with %s asks its provider, fails closed, and takes the same submission again although the token is used up',
  async (provider) => {
    const { actor } = line.tenant
    const definition = { ...DEFINITION, captcha: { provider, siteKey: 'site' } }
    const given = { name: provider, key: provider, definition }
    await expect(leads.face.forms.create(actor, given)).rejects.toMatchObject({
      field: 'captchaSecret',
    })
    const form = await leads.face.forms.create(actor, { ...given, captchaSecret: 'sandbox' })
    const field = {
      recaptcha_v2: 'g-recaptcha-response',
      recaptcha_v3: 'g-recaptcha-response',
      hcaptcha: 'h-captcha-response',
      turnstile: 'cf-turnstile-response',
    }[provider]
    const { token } = await open(form.id)
    later()
    const phone = newPhone()
    const answers = { token, name: 'Ana', phone }
    expect((await send(form.id, answers)).status).toBe(422)
    expect((await send(form.id, { ...answers, [field]: 'robot' })).status).toBe(422)
    if (provider === 'recaptcha_v3')
      expect((await send(form.id, { ...answers, [field]: 'pass:0.1:low' })).status).toBe(422)
    await fetch(`${sandbox.url}/script`, {
      method: 'POST',
      body: JSON.stringify({ provider: 'captcha', answers: [{ status: 500 }] }),
    })
    const good = { ...answers, [field]: `pass:0.9:${randomUUID()}` }
    expect((await send(form.id, good)).status).toBe(503)
    expect(await line.rows('select 1 from contacts where phone_e164 = $1', [phone])).toEqual([])
    expect((await send(form.id, good)).status).toBe(303)
    expect((await send(form.id, good)).status).toBe(303)
    expect(
      await line.rows(
        'select 1 from leads l join contacts c on c.id = l.contact_id where c.phone_e164 = $1',
        [phone],
      ),
    ).toHaveLength(1)
    await leads.face.forms.edit(actor, form.id, { captchaSecret: 'wrong key' })
    later()
    const fresh = await open(form.id)
    later()
    expect(
      (await send(form.id, { ...good, token: fresh.token, [field]: `pass:0.9:${randomUUID()}` }))
        .status,
    ).toBe(503)
  },
)
