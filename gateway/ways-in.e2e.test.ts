// Every way by which somebody reaches us, through the whole line: each is in the contact's timeline and starts a workflow
// or moves one on. The kinds of WhatsApp's messages have a test of their own (runtime/whatsapp-inbound.e2e.test.ts).

import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ActorView, Contact, Message } from '#machines/contracts/api.ts'
import type { Channel } from '#machines/contracts/channels.ts'
import { isIn, type Line, startLine } from './testing/line.ts'

const SHOP = 'loja@loja.example'
const PAGE = '123456789012345'
const META = {
  accessToken: 'EAApage',
  appSecret: 'meta-app-secret',
  verifyToken: 'verify-meta-with-care',
}
/** A red dot. */
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='

let line: Line
beforeAll(async () => {
  line = await startLine()
  await openMail()
  await openMetaPage()
  await publish('wf_carta', { type: 'message.received.email', filter: { subject: ['foto'] } })
  await publish('wf_do_anuncio', { type: 'lead.captured', filter: { source: ['meta_leads'] } })
  await publish('wf_do_formulario', { type: 'form.submitted', filter: { form: 'protegido' } })
  await publish(
    'wf_devolvida',
    { type: 'message.received.email', filter: { subject: ['endereço'] } },
    [
      { id: 'escreve', type: 'message.send_text', channel: 'email', text: 'Chegou?' },
      { id: 'aguarda', type: 'wait.for.event', event: 'message.failed', timeout: 'PT1H' },
    ],
  )
})
afterAll(() => line.close())

async function ask<Body>(method: string, path: string, body?: unknown): Promise<Body> {
  const answer = await line.call<Body>(method, path, body)
  if (answer.status !== 200) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

async function sandbox<Body>(method: string, path: string, body?: unknown): Promise<Body> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
  const response = await fetch(`${line.demo.sandboxUrl}${path}`, init)
  if (response.status !== 200) throw new Error(`${path}: ${await response.text()}`)
  return (await response.json()) as Body
}

/** Every run ends where it waits for a day. */
async function publish(id: string, trigger: object, nodes: object[] = []): Promise<void> {
  const rest = { id: 'espera', type: 'delay', duration: 'P1D' }
  await ask('POST', '/api/workflows', { id, name: id, trigger, nodes: [...nodes, rest] })
  await ask('POST', `/api/workflows/${id}/publish`, {})
}

async function openMail(): Promise<void> {
  const { sendgridPublicKey } = await sandbox<{ sendgridPublicKey: string }>('GET', '/email/keys')
  const account = { provider: 'sendgrid', apiKey: 'SG.loja' }
  await sandbox('POST', '/email/configure', account)
  // The demo's own would send the answers.
  const { items } = await ask<{ items: Channel[] }>('GET', '/api/channels')
  for (const { id, kind } of items)
    if (kind === 'email') await ask('POST', `/api/channels/${id}/remove`, { reason: 'prova' })
  const { id } = await ask<{ id: string }>('POST', '/api/channels', {
    kind: 'email',
    address: SHOP,
    config: { provider: 'sendgrid', inboundDomain: 'in.loja.example', sendgridPublicKey },
    secrets: { apiKey: 'SG.loja' },
  })
  const webhookUrl = `${line.demo.baseUrl}/webhooks/email/${id}`
  const inbound = { via: 'sendgrid', url: webhookUrl }
  await sandbox('POST', '/email/configure', { ...account, webhookUrl, inbound })
}

async function openMetaPage(): Promise<void> {
  const webhookUrl = `${line.demo.baseUrl}/webhooks/meta`
  const { accessToken, appSecret } = META
  await sandbox('POST', '/meta_leads/configure', {
    pageId: PAGE,
    accessToken,
    appSecret,
    webhookUrl,
  })
  await ask('POST', '/api/channels', { kind: 'meta_leads', address: PAGE, secrets: META })
}

async function contactBy(query: string): Promise<Contact> {
  const find = async (): Promise<Contact | undefined> =>
    (await ask<{ items: Contact[] }>('GET', `/api/contacts?${query}`)).items[0]
  await expect.poll(find, { timeout: 15_000 }).toBeDefined()
  return (await find()) as Contact
}

const messagesOf = async (id: string): Promise<Message[]> =>
  (await ask<{ items: Message[] }>('GET', `/api/contacts/${id}/messages`)).items

/** Types in the contact's journal, the latest first. */
const heardOf = ({ journal }: ActorView): string[] => journal.items.map(({ event }) => event)

it('a mail with a file and a picture in its text', async () => {
  await sandbox('POST', '/email/inbound', {
    from: 'fe@y.example',
    to: SHOP,
    subject: 'A foto',
    text: 'Veja a foto',
    html: '<p>Veja: <img src="cid:ponto"></p>',
    attachments: [
      { filename: 'nota.txt', mime: 'text/plain', content: Buffer.from('nota').toString('base64') },
      { filename: 'ponto.png', mime: 'image/png', content: PNG, cid: 'ponto' },
    ],
  })
  const { id } = await contactBy('email=fe%40y.example')
  const view = await line.until(id, isIn('espera'))
  expect(heardOf(view)).toContain('message.received')
  const [message] = await messagesOf(id)
  const content = message?.content as {
    attachments: { mediaId: string; name: string; inline: boolean }[]
  }
  const [file, picture] = content.attachments.toSorted((left, right) =>
    left.name.localeCompare(right.name),
  )
  expect([file, picture]).toMatchObject([
    { name: 'nota.txt', inline: false },
    { name: 'ponto.png', inline: true },
  ])
  const session = await ask<{ token: string }>('POST', '/api/session', {
    email: line.demo.email,
    password: line.demo.password,
  })
  const kept = await fetch(`${line.demo.baseUrl}/api/media/${file?.mediaId}`, {
    headers: { authorization: `Bearer ${session.token}` },
  })
  expect([kept.status, await kept.text()]).toEqual([200, 'nota'])
})

it('a mail of ours that comes back', async () => {
  await sandbox('POST', '/email/inbound', {
    from: 'ze@y.example',
    to: SHOP,
    subject: 'Meu endereço',
    text: 'Mudou',
  })
  const { id } = await contactBy('email=ze%40y.example')
  await line.until(id, isIn('aguarda'))
  const { items } = await sandbox<{ items: { effectId: string }[] }>(
    'GET',
    '/email/messages?to=ze@y.example&atLeast=1&waitMs=20000',
  )
  await sandbox('POST', '/email/events', {
    message: items[0]?.effectId,
    event: 'bounce',
    kind: 'hard',
  })
  const view = await line.until(id, isIn('espera'))
  expect(heardOf(view)).toContain('message.status')
  const sent = (await messagesOf(id)).find(({ direction }) => direction === 'out')
  expect(sent).toMatchObject({ status: 'failed' })
})

it('a form with a captcha', async () => {
  const words = (text: string) => ({ 'pt-BR': text, en: text })
  const { id: form } = await ask<{ id: string }>('POST', '/api/forms', {
    name: 'Protegido',
    key: 'protegido',
    captchaSecret: 'sandbox',
    definition: {
      title: words('Fale com a gente'),
      fields: [
        { type: 'text', key: 'name', label: words('Nome'), required: true },
        { type: 'phone', key: 'phone', label: words('Telefone'), required: true },
      ],
      origins: ['https://loja.example'],
      captcha: { provider: 'turnstile', siteKey: 'site' },
    },
  })
  const send = async (more: object): Promise<number> => {
    const response = await fetch(`${line.demo.baseUrl}/f/${form}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://loja.example' },
      body: JSON.stringify({
        submission_id: '5a3b8f0e-6d8a-4a52-8a1e-2f6d4c1b9e70',
        name: 'Gil',
        phone: '(31) 96666-5555',
        ...more,
      }),
    })
    return response.status
  }
  expect(await send({ 'cf-turnstile-response': 'robot' })).toBe(422)
  expect(await send({ 'cf-turnstile-response': 'pass:gil' })).toBe(200)
  const { id } = await contactBy('phone=%2B5531966665555')
  const view = await line.until(id, isIn('espera'))
  expect(heardOf(view)).toContain('form.submitted')
})

it('a lead of an ad on Meta', async () => {
  const answers = { full_name: 'Rui', phone_number: '+55 31 95555-4444', email: 'rui@y.example' }
  await sandbox('POST', '/meta_leads/leads', { pageId: PAGE, answers, ad: { ad_id: '99' } })
  const { id, name } = await contactBy('phone=%2B5531955554444')
  expect(name).toBe('Rui')
  const view = await line.until(id, isIn('espera'))
  expect(heardOf(view)).toContain('lead.captured')
  const { last } = await ask<{ last: { ad?: object } }>('GET', `/api/contacts/${id}/attribution`)
  expect(JSON.stringify(last)).toContain('99')
})
