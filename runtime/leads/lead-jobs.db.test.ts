// Leads of Meta that are fetched and reconciled, and lists that are imported: each once, whoever dies in between.

import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { ImportOptions } from '#machines/contracts/imports.ts'
import { createImports } from '../commands/leads/imports.ts'
import { createMetaLeadPages } from '../commands/leads/meta-leads.ts'
import { createMetaIntake, type MetaIntake } from '../commands/webhooks/meta-leads-intake.ts'
import { metaGraphOf } from '../connectors/meta-leads/connector.ts'
import { sign } from '../connectors/signature.ts'
import { createSecretBox } from '../db/secret-box.ts'
import { createEgress, type Egress } from '../egress/egress.ts'
import { createSandbox, type Sandbox } from '../sandbox/sandbox.ts'
import { newPhone } from '../testing/arrivals.ts'
import { createTestLine, type TestLine } from '../testing/line.ts'
import { createTenant, MASTER_KEY } from '../testing/tenant.ts'
import { importBatch, type ImportLoopOptions } from './import-loop.ts'
import { fetchDue, type LeadgenOptions } from './leadgen-loop.ts'
import { readDuePage } from './leadgen-reconcile.ts'

const PAGE = '123456789012345'
const SECRETS = { accessToken: 'EAApage', appSecret: 'meta-app-secret', verifyToken: 'verify-meta' }
const CHANNEL = 'chn_metapage'
const secretBox = createSecretBox(MASTER_KEY)

let line: TestLine
let sandbox: Sandbox
let egress: Egress
let storeDir: string
let options: LeadgenOptions
let intake: MetaIntake
const hook = createServer((request, response) => {
  void buffer(request).then(async (rawBody) => {
    const status = await intake.receive({ rawBody, headers: request.headers }).then(
      () => 200,
      () => 503,
    )
    response.writeHead(status).end()
  })
})

beforeAll(async () => {
  line = await createTestLine()
  storeDir = mkdtempSync(join(tmpdir(), 'fluxolab-jobs-'))
  sandbox = await createSandbox({ port: 0, host: '127.0.0.1', storeDir })
  egress = createEgress({ allow: [new URL(sandbox.url).host] })
  const baseUrl = sandbox.providerUrls['meta_leads']
  const { pool, acceptor, logger } = line
  options = {
    pool,
    acceptor,
    secretBox,
    logger,
    graph: metaGraphOf(egress, { baseUrl, version: 'v24.0' }),
  }
  intake = createMetaIntake({ pool, secretBox, onTold: () => {} })
  await addPage(line.tenant.id)
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve))
  await configure({})
})
afterEach(() => line.rows('delete from leadgen_fetches'))
afterAll(async () => {
  hook.closeAllConnections()
  hook.close()
  await egress.close()
  await sandbox.close()
  rmSync(storeDir, { recursive: true, force: true })
  await line.close()
})

async function addPage(tenantId: string): Promise<void> {
  await line.rows(
    'insert into secrets (tenant_id, id, key_id, ciphertext) values ($1, $2, $3, $4)',
    [tenantId, 'sec_metapage', secretBox.keyId, secretBox.seal(tenantId, SECRETS)],
  )
  await line.rows(
    `insert into channels (tenant_id, id, kind, provider, address, display_address, secret_id, created_at)
     values ($1, $2, 'meta_leads', 'meta_leads', $3, 'Página', 'sec_metapage', now() - interval '3 days')`,
    [tenantId, CHANNEL, PAGE],
  )
}
const control = async (path: string, body: object) =>
  (
    await fetch(`${sandbox.url}/${path}`, { method: 'POST', body: JSON.stringify(body) })
  ).json() as Promise<{ id: string; statuses: number[] }>
function configure(page: object) {
  const { accessToken, appSecret } = SECRETS
  const webhookUrl = `http://127.0.0.1:${(hook.address() as AddressInfo).port}`
  return control('meta_leads/configure', {
    pageId: PAGE,
    accessToken,
    appSecret,
    webhookUrl,
    ...page,
  })
}
const fetches = () =>
  line.rows<Record<string, unknown>>(
    'select leadgen_id, status, attempts, found_by, last_error from leadgen_fetches order by created_at',
  )
const hurry = () => line.rows("update leadgen_fetches set next_at = now() - interval '1 second'")
const leadsOf = (leadgenId: string) =>
  line.rows<{ contact_id: string; payload_json: object }>(
    'select contact_id, payload_json from leads where external_id = $1',
    [leadgenId],
  )

test('I1, I2: a lead of Meta is a row before it is answered, and one lead however often it is told and fetched', async () => {
  const phone = newPhone()
  const made = await control('meta_leads/leads', {
    answers: { full_name: 'Ana', phone_number: phone, 'qual_cidade?': 'Patos' },
    ad: { ad_id: '55', ad_name: 'Promo' },
    disclaimers: { marketing: true },
    copies: 3,
  })
  expect(made.statuses).toEqual([200, 200, 200])
  expect(await fetches()).toMatchObject([
    { leadgen_id: made.id, status: 'waiting', found_by: 'webhook' },
  ])
  await fetchDue(options)
  const [lead, ...others] = await leadsOf(made.id)
  expect(others).toEqual([])
  expect(lead?.payload_json).toMatchObject({
    phone_e164: phone,
    'qual_cidade?': 'Patos',
    ad: { ad_id: '55' },
  })
  const [known] = await line.rows('select last_json from attributions where contact_id = $1', [
    lead?.contact_id,
  ])
  expect(known).toMatchObject({ last_json: { kind: 'meta_ad', adId: '55', adName: 'Promo' } })
  const [consent] = await line.rows('select purpose, status from consents where contact_id = $1', [
    lead?.contact_id,
  ])
  expect(consent).toEqual({ purpose: 'marketing', status: 'granted' })
  // As if the process had died between the lead's commit and the row's.
  await line.rows("update leadgen_fetches set status = 'waiting', next_at = now()")
  await fetchDue(options)
  expect(await fetches()).toMatchObject([{ status: 'done' }])
  expect(await leadsOf(made.id)).toHaveLength(1)
})

test('what Meta cannot say now is asked again later; a fetch whose process died is taken over after its lease', async () => {
  await control('script', {
    provider: 'meta_leads',
    answers: [{ status: 500 }, { reset: 'before' }, { status: 400, error: 100 }],
  })
  const { id } = await control('meta_leads/leads', { answers: { email: 'so@mail.example' } })
  for (const attempts of [1, 2, 3]) {
    await fetchDue(options)
    expect(await fetches()).toMatchObject([{ status: 'waiting', attempts }])
    // Nobody else takes it before its time.
    expect(await fetchDue(options)).toBe(0)
    await hurry()
  }
  await fetchDue(options)
  expect(await leadsOf(id)).toHaveLength(1)
})

test('an expired token is an alarm beside the channel; what waits is fetched once it is renewed', async () => {
  await configure({ isTokenValid: false })
  const { id } = await control('meta_leads/leads', { answers: { email: 'token@mail.example' } })
  await fetchDue(options)
  expect(await fetches()).toMatchObject([{ status: 'waiting', attempts: 0 }])
  const pages = createMetaLeadPages(options)
  const { actor } = line.tenant
  expect(await pages.pages(actor)).toMatchObject({ items: [{ token: 'expired', waiting: 1 }] })
  const soon = Math.floor(Date.now() / 1000) + 86_400
  await configure({ tokenExpiresAt: soon, isSubscribed: false })
  expect(await pages.check(actor, CHANNEL)).toMatchObject({
    token: 'expiring',
    isSubscribed: false,
  })
  expect(await pages.subscribe(actor, CHANNEL)).toMatchObject({ isSubscribed: true })
  await pages.reconcile(actor, CHANNEL)
  await fetchDue(options)
  expect(await leadsOf(id)).toHaveLength(1)
  const stranger = (await createTenant(line.pool)).actor
  expect(await pages.pages(stranger)).toEqual({ items: [] })
  await expect(pages.check(stranger, CHANNEL)).rejects.toMatchObject({ code: 'RESOURCE_NOT_FOUND' })
})

test('leads that no webhook told of are found by reading the page whole, page by page, and none from before it was connected', async () => {
  await configure({ isSubscribed: false })
  const silent = (n: number, at?: string) =>
    control('meta_leads/leads', {
      answers: { email: `silent${n}@mail.example` },
      isTold: false,
      ...(at && { at }),
    })
  for (let n = 0; n < 30; n += 1) await silent(n)
  const old = await silent(99, '2020-01-01T00:00:00Z')
  await line.rows('delete from leadgen_pages where channel_id = $1', [CHANNEL])
  while (await readDuePage({ ...options, onFound: () => {} }));
  const found = (await fetches()).filter(({ found_by: by }) => by === 'reconcile')
  expect(found.length).toBeGreaterThanOrEqual(30)
  expect(found.map(({ leadgen_id: id }) => id)).not.toContain(old.id)
  while ((await fetchDue(options)) > 0);
  expect(new Set((await fetches()).map(({ status }) => status))).toEqual(new Set(['done']))
  const known = await line.rows("select 1 from contacts where email like 'silent%'")
  expect(known).toHaveLength(30)
  await line.rows('update leadgen_pages set next_at = now()')
  await readDuePage({ ...options, onFound: () => {} })
  expect((await fetches()).filter(({ status }) => status === 'waiting')).toEqual([])
})

test("Meta's webhook fails closed: an unknown page, no signature, another's signature, a body that was changed", async () => {
  const body = (page: string) =>
    Buffer.from(
      JSON.stringify({
        object: 'page',
        entry: [
          { id: page, changes: [{ field: 'leadgen', value: { leadgen_id: '1', page_id: page } }] },
        ],
      }),
    )
  const receive = (rawBody: Buffer, signature?: string) =>
    intake.receive({ rawBody, headers: { 'x-hub-signature-256': signature } })
  const good = body(PAGE)
  await expect(
    receive(body('999999'), sign(SECRETS.appSecret, [body('999999')])),
  ).rejects.toMatchObject({ code: 'WEBHOOK_CHANNEL_UNKNOWN' })
  await expect(receive(good)).rejects.toMatchObject({ code: 'WEBHOOK_SIGNATURE_MISSING' })
  await expect(receive(good, sign('another', [good]))).rejects.toMatchObject({
    code: 'WEBHOOK_SIGNATURE_INVALID',
  })
  await expect(
    receive(Buffer.concat([good, Buffer.from(' ')]), sign(SECRETS.appSecret, [good])),
  ).rejects.toMatchObject({ code: 'WEBHOOK_SIGNATURE_INVALID' })
  const query = (token: string) => ({
    'hub.mode': 'subscribe',
    'hub.verify_token': token,
    'hub.challenge': '42',
  })
  expect(await intake.challenge(query(SECRETS.verifyToken))).toBe('42')
  await expect(intake.challenge(query('guess'))).rejects.toMatchObject({
    code: 'WEBHOOK_VERIFY_TOKEN',
  })
  await expect(intake.challenge(query(''))).rejects.toMatchObject({ code: 'WEBHOOK_VERIFY_TOKEN' })
  expect(await fetches()).toEqual([])
})

const OPTIONS: ImportOptions = {
  mapping: {
    rules: [
      { to: 'name', path: "$['Nome']", transforms: [{ type: 'trim' }] },
      { to: 'phone', path: "$['Telefone']", transforms: [{ type: 'phone' }] },
      { to: 'fields.cidade', path: "$['Cidade']", transforms: [] },
      { to: 'consents.marketing', path: "$['Aceite']", transforms: [{ type: 'boolean' }] },
      { to: 'tags', transforms: [{ type: 'const', value: ['lista'] }] },
    ],
  },
  startsWorkflows: false,
  writesFacts: true,
  proof: 'feira de novembro',
}
async function* chunks(text: string, encoding: BufferEncoding = 'utf8'): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text, encoding)
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000)
}
const importLoop = (): ImportLoopOptions => options

test("a list: read with Brazil's separators and letters, tried, imported once a row, its invalid rows given back", async () => {
  const { actor } = line.tenant
  const imports = createImports(line.pool)
  const [old, fresh] = [newPhone(), newPhone()]
  await line.rows(
    'insert into contacts (tenant_id, id, phone_e164, shard, tags) values ($1, $2, $3, 0, $4)',
    [actor.tenantId, 'cnt_old', old, ['antiga']],
  )
  const file = `Nome;Telefone;Cidade;Aceite\r\n"São João; o próprio";${fresh};Brasília;sim\r\nAna;${old};;não\r\n=cmd();abc;;\r\nAna de novo;${fresh};;\r\n`
  const { id, ...read } = await imports.upload(actor, 'feira.csv', chunks(file, 'latin1'))
  expect(read).toMatchObject({
    status: 'ready',
    total: 4,
    columns: ['Nome', 'Telefone', 'Cidade', 'Aceite'],
  })
  expect(read.sample[0]).toEqual(['São João; o próprio', fresh, 'Brasília', 'sim'])
  const counts = { new: 1, existing: 1, repeated: 1, invalid: 1 }
  const trial = await imports.dryRun(actor, id, OPTIONS)
  expect(trial).toMatchObject({ counts, invalid: [{ line: 4, field: 'rules[1]' }] })
  await imports.start(actor, id, OPTIONS)
  await expect(imports.start(actor, id, OPTIONS)).rejects.toMatchObject({
    code: 'ACTION_NOT_POSSIBLE',
  })
  while (await importBatch(importLoop()));
  expect(await imports.get(actor, id)).toMatchObject({ status: 'done', done: 4, counts })
  const [contact] = await line.rows<{ id: string }>(
    'select id, name, tags, fields_json, consents_json from contacts where phone_e164 = $1',
    [fresh],
  )
  expect(contact).toMatchObject({
    tags: ['lista'],
    fields_json: { cidade: 'Brasília' },
    consents_json: { marketing: true },
  })
  const [proof] = await line.rows('select evidence_json from consents where contact_id = $1', [
    contact?.id,
  ])
  expect(proof).toMatchObject({ evidence_json: { proof: 'feira de novembro', line: 2 } })
  const told = await line.rows('select type from events where contact_id = $1', [contact?.id])
  expect(told).toEqual([{ type: 'lead.imported' }])
  const [known] = await line.rows('select tags from contacts where phone_e164 = $1', [old])
  expect(known).toEqual({ tags: ['antiga', 'lista'] })
  const text = (await Readable.from(imports.invalidRows(actor, id)).toArray()).join('')
  expect(text).toContain(`"'=cmd()";"abc";"";"";"4";"rules[1]"`)
  const stranger = (await createTenant(line.pool)).actor
  await expect(imports.get(stranger, id)).rejects.toMatchObject({ code: 'RESOURCE_NOT_FOUND' })
})

test('I2: an import whose process dies after a batch was stored and before it was noted goes on without a row twice', async () => {
  const { actor } = line.tenant
  const imports = createImports(line.pool)
  const phones = Array.from({ length: 450 }, newPhone)
  const { id } = await imports.upload(
    actor,
    'grande.csv',
    chunks(`Nome,Telefone,Cidade,Aceite\n${phones.map((phone) => `Ana,${phone},,`).join('\n')}`),
  )
  await imports.start(actor, id, OPTIONS)
  let accepted = 0
  const dying = {
    ...importLoop(),
    acceptor: {
      accept: async (...given: Parameters<TestLine['acceptor']['accept']>) => {
        const acceptance = await line.acceptor.accept(...given)
        accepted += 1
        if (accepted > 120) throw new Error('killed')
        return acceptance
      },
    },
  }
  await importBatch(dying).catch(() => null)
  expect(await imports.get(actor, id)).toMatchObject({ status: 'running' })
  await line.rows('update imports set claimed_until = now() where id = $1', [id])
  while (await importBatch(importLoop()));
  const after = await imports.get(actor, id)
  expect(after).toMatchObject({ status: 'done', done: 450 })
  const stored = await line.rows<{ contacts: number; leads: number }>(
    `select count(distinct c.id)::int as contacts, count(l.id)::int as leads from contacts c
     left join leads l on l.contact_id = c.id where c.phone_e164 = any($1)`,
    [phones],
  )
  expect(stored).toEqual([{ contacts: 450, leads: 450 }])
})
