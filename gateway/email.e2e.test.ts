// Mail through the whole line: a contact writes, a run starts and answers in the thread, the contact answers that, and
// what becomes of the answer is told.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Contact, Message } from '#machines/contracts/api.ts'
import type { Channel } from '#machines/contracts/channels.ts'
import { type Line, startLine } from './testing/line.ts'

const WORKFLOW = 'wf_mail'
const ADDRESS = 'loja@loja.example'

let line: Line
let webhookUrl: string
beforeAll(async () => {
  line = await startLine()
  const { sendgridPublicKey } = await sandbox<{ sendgridPublicKey: string }>('GET', '/email/keys')
  await sandbox('POST', '/email/configure', { provider: 'sendgrid', apiKey: 'SG.loja' })
  // The demo's own would send the answers.
  const { items } = (await line.call<{ items: Channel[] }>('GET', '/api/channels')).body
  for (const { id, kind } of items)
    if (kind === 'email') await line.call('POST', `/api/channels/${id}/remove`, { reason: 'prova' })
  const channel = await line.call<{ id: string }>('POST', '/api/channels', {
    kind: 'email',
    address: ADDRESS,
    config: { provider: 'sendgrid', inboundDomain: 'in.loja.example', sendgridPublicKey },
    secrets: { apiKey: 'SG.loja' },
  })
  if (channel.status !== 200) throw new Error(JSON.stringify(channel.body))
  webhookUrl = `${line.demo.baseUrl}/webhooks/email/${channel.body.id}`
  await sandbox('POST', '/email/configure', {
    provider: 'sendgrid',
    apiKey: 'SG.loja',
    webhookUrl,
    inbound: { via: 'sendgrid', url: webhookUrl },
  })
  const document = {
    id: WORKFLOW,
    name: 'Correio',
    trigger: { type: 'message.received.email', filter: { subject: ['pedido'] } },
    nodes: [
      { id: 'responde', type: 'message.send_text', channel: 'email', text: 'Qual é o número?' },
      { id: 'espera', type: 'wait.for.event', event: 'message.received', timeout: 'PT1H' },
      {
        id: 'agradece',
        type: 'message.send_text',
        channel: 'email',
        text: 'Anotado: {{espera.text}}',
      },
      { id: 'fim', type: 'end' },
    ],
  }
  await line.call('POST', '/api/workflows', document)
  const published = await line.call('POST', `/api/workflows/${WORKFLOW}/publish`, {})
  if (published.status !== 200) throw new Error(JSON.stringify(published.body))
})
afterAll(() => line.close())

async function sandbox<Body>(method: string, path: string, body?: unknown): Promise<Body> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
  const response = await fetch(`${line.demo.sandboxUrl}${path}`, init)
  if (response.status !== 200) throw new Error(await response.text())
  return (await response.json()) as Body
}

interface Mail {
  subject: string
  text: string
  messageId: string
  effectId: string
  replyTo: string[]
  inReplyTo: string | null
  references: string | null
}
const mailsTo = async (to: string, atLeast: number): Promise<Mail[]> => {
  const path = `/email/messages?to=${to}&atLeast=${atLeast}&waitMs=20000`
  return (await sandbox<{ items: Mail[] }>('GET', path)).items
}
const write = (mail: object) =>
  sandbox<{ messageId: string; status: number }>('POST', '/email/inbound', { to: ADDRESS, ...mail })

async function contactOf(email: string): Promise<Contact> {
  const { body } = await line.call<{ items: Contact[] }>(
    'GET',
    `/api/contacts?email=${encodeURIComponent(email)}`,
  )
  const contact = body.items.find((one) => one.email === email)
  if (!contact) throw new Error(`nobody has ${email}`)
  return contact
}
const messagesOf = async (contactId: string): Promise<Message[]> =>
  (await line.call<{ items: Message[] }>('GET', `/api/contacts/${contactId}/messages`)).body.items

describe('a contact that writes a mail', () => {
  const email = 'ana@y.example'

  it('starts a run that answers in the thread, and its answer to that moves the run on', async () => {
    const first = await write({ from: email, name: 'Ana', subject: 'Meu pedido', text: 'Cadê?' })
    expect(first.status).toBe(200)
    const [answer] = await mailsTo(email, 1)
    expect(answer).toMatchObject({
      subject: 'Re: Meu pedido',
      text: expect.stringContaining('Qual é o número?'),
      inReplyTo: `<${first.messageId}>`,
      references: expect.stringContaining(first.messageId),
      replyTo: [`reply+${answer?.effectId}@in.loja.example`],
    })
    await write({
      from: 'ana.do.trabalho@z.example',
      to: answer?.replyTo[0],
      subject: 'Re: Seu pedido',
      text: 'É o 42\n\nEm seg., Loja escreveu:\n> Qual é o número?\n',
    })
    const mails = await mailsTo(email, 2)
    expect(mails[1]?.text).toContain('Anotado: É o 42')
    const { id, name } = await contactOf(email)
    expect(name).toBe('Ana')
    const said = await messagesOf(id)
    const outgoing = said.find(
      ({ direction, text }) => direction === 'out' && text.includes('Qual'),
    )
    const reply = said.find(({ text }) => text === 'É o 42')
    expect(reply).toMatchObject({
      direction: 'in',
      kind: 'email',
      content: { subject: 'Re: Seu pedido', replyTo: outgoing?.id },
    })
  })

  it('is told of once, whatever comes twice, backwards or late: a message never goes back', async () => {
    const { id } = await contactOf(email)
    const [answer] = await mailsTo(email, 1)
    const tell = (event: string, more: object = {}) =>
      sandbox('POST', '/email/events', { message: answer?.effectId, event, ...more })
    const statusOf = async (): Promise<string | undefined> =>
      (await messagesOf(id)).find(
        ({ direction, text }) => direction === 'out' && text.includes('Qual'),
      )?.status
    await tell('open', { times: 3 })
    expect(await statusOf()).toBe('read')
    await tell('delivered', { times: 2 })
    await tell('processed', { agoMs: 86_400_000 })
    expect(await statusOf()).toBe('read')
    await tell('bounce')
    expect(await statusOf()).toBe('failed')
    await tell('delivered')
    expect(await statusOf()).toBe('failed')
  })
})

it('refuses what is not signed', async () => {
  for (const body of ['[{"event":"bounce","sg_event_id":"x"}]', '--b\r\n\r\n--b--', '{}', '']) {
    const response = await fetch(webhookUrl, { method: 'POST', body })
    expect(response.status).toBe(401)
  }
})
