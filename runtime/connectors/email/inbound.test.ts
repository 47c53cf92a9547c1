// What providers really post, made by the sandbox with its keys: the same mail by each way is the same arrival, what is
// not proven is refused, and every word of feedback finds its meaning.

import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createEgress, type Egress } from '../../egress/egress.ts'
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts'
import type { ArrivedFile } from '../file-keeper.ts'
import type { Inbox, InboundContext, InboundRequest, OpenChannel } from '../connector.ts'
import { createEmailInbound, type EmailInbound } from './inbound.ts'

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:mail'
const KEY = 'a key of sixteen characters'

let storeDir: string
let sandbox: Sandbox
let egress: Egress
let owner: Server
let hookUrl: string
let channel: OpenChannel
let inbound: EmailInbound
/** What was posted, and what we made of it. */
let posted: InboundRequest[]
let inboxes: Inbox[]
let kept: ArrivedFile[]
let heard: () => void
let context: InboundContext

beforeAll(async () => {
  storeDir = await mkdtemp(join(tmpdir(), 'fluxo-mail-in-'))
  sandbox = await createSandbox({ port: 0, host: '127.0.0.1', storeDir })
  egress = createEgress({ allow: sandbox.hosts })
  owner = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const url = new URL(request.url ?? '/', hookUrl)
      const query = Object.fromEntries(url.searchParams)
      const { headers } = request
      take({ method: 'POST', rawBody: Buffer.concat(chunks), headers, query }).then(
        (status) => response.writeHead(status).end(),
        () => response.writeHead(500).end(),
      )
    })
  })
  await new Promise<void>((resolve) => owner.listen(0, '127.0.0.1', resolve))
  hookUrl = `http://127.0.0.1:${(owner.address() as AddressInfo).port}/`
  const keys = (await (await fetch(`${sandbox.url}/email/keys`)).json()) as {
    sendgridPublicKey: string
  }
  channel = {
    id: 'chn_1',
    tenantId: 'tnt_1',
    kind: 'email',
    provider: 'sendgrid',
    address: 'loja@x.co',
    config: { sendgridPublicKey: `b2xk ${keys.sendgridPublicKey}`, snsTopicArns: `x, ${TOPIC}` },
    secrets: { inboundKey: KEY },
  }
  inbound = createEmailInbound({ providerUrls: sandbox.providerUrls })
  reset()
  for (const account of [
    {
      provider: 'sendgrid',
      apiKey: 'SG.x',
      webhookUrl: hookUrl,
      inbound: { via: 'sendgrid', url: hookUrl },
    },
    {
      provider: 'ses',
      accessKeyId: 'AKIA',
      secretAccessKey: 'secret',
      topicArn: TOPIC,
      webhookUrl: hookUrl,
      inbound: { via: 'ses', url: hookUrl },
    },
  ])
    await post('/email/configure', account)
})
beforeEach(() => reset())
afterAll(async () => {
  await sandbox.close()
  await egress.close()
  owner.closeAllConnections()
  await new Promise((resolve) => owner.close(resolve))
  await rm(storeDir, { recursive: true })
})

function reset(): void {
  posted = []
  inboxes = []
  kept = []
  heard = () => {}
  const keep = (file: ArrivedFile) => {
    kept.push(file)
    return { mediaId: `med_${kept.length}`, mimeType: file.mimeType, code: null }
  }
  context = {
    egress,
    now: new Date(),
    files: { keep: (_tenantId, file) => Promise.resolve(keep(file)) },
  }
}

async function take(request: InboundRequest): Promise<number> {
  posted.push(request)
  const now = new Date()
  await inbound.verify(request, channel, { ...context, now })
  inboxes.push(await inbound.read(request, channel, { ...context, now }))
  heard()
  return 200
}

async function inboxesReach(count: number): Promise<void> {
  while (inboxes.length < count) await new Promise<void>((resolve) => (heard = resolve))
}

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const init = { method: 'POST', body: JSON.stringify(body), headers }
  const response = await fetch(sandbox.url + path, init)
  const text = await response.text()
  return {
    status: response.status,
    body: text === '' ? {} : (JSON.parse(text) as { status?: number }),
  }
}

const PIXEL = Buffer.from('89504e470d0a1a0a', 'hex').toString('base64')
const MAIL = {
  from: 'Ana@Y.co',
  name: 'Ana Souza',
  to: 'loja@x.co',
  subject: 'Re: Seu pedido nº 7',
  text: 'Quero sim!\n\nEm seg., Loja <loja@x.co> escreveu:\n> Você quer?\n',
  html: '<p>Quero <b>sim</b>!</p><img src="cid:logo@y" alt="logo"><script>x()</script>',
  attachments: [
    {
      filename: 'nota.pdf',
      mime: 'application/pdf',
      content: Buffer.from('%PDF-1.7').toString('base64'),
    },
    { filename: 'logo.png', mime: 'image/png', content: PIXEL, cid: 'logo@y' },
  ],
  inReplyTo: 'eff_01a_3@x.co',
  messageId: 'm1@y.co',
}

describe('a mail', () => {
  it.each(['sendgrid', 'ses'])('by %s is one message with all that is in it', async (account) => {
    const reply = await post('/email/inbound', { ...MAIL, account })
    expect(reply.body.status).toBe(200)
    expect(inboxes[0]?.arrivals).toMatchObject([
      {
        type: 'message',
        channel: 'email',
        channelId: 'chn_1',
        kind: 'email',
        address: { email: 'ana@y.co' },
        profileName: 'Ana Souza',
        providerMessageId: 'm1@y.co',
        text: 'Quero sim!',
        thread: { effectIds: ['eff_01a_3'], providerMessageIds: [] },
        content: {
          subject: 'Re: Seu pedido nº 7',
          from: 'ana@y.co',
          to: ['loja@x.co'],
          messageId: 'm1@y.co',
          inReplyTo: 'eff_01a_3@x.co',
          references: ['eff_01a_3@x.co'],
          fullText: expect.stringContaining('Você quer?'),
          attachments: expect.arrayContaining([
            expect.objectContaining({ name: 'nota.pdf', inline: false, cid: null, size: 8 }),
            expect.objectContaining({ name: 'logo.png', inline: true, cid: 'logo@y' }),
          ]),
          htmlMediaId: 'med_3',
        },
      },
    ])
    const html = kept.find(({ mimeType }) => mimeType === 'text/html')?.bytes.toString()
    const image = kept.findIndex(({ filename }) => filename === 'logo.png') + 1
    expect(html).toBe(`<p>Quero <b>sim</b>!</p><img data-media="med_${image}" alt="logo" />`)
  })

  it('by both ways, and again, has the same key and the same files', async () => {
    await post('/email/inbound', { ...MAIL, account: 'sendgrid', times: 2 })
    const first = kept.splice(0).map(({ key }) => key)
    await post('/email/inbound', { ...MAIL, account: 'ses' })
    const keys = inboxes.map(({ arrivals }) => arrivals[0]?.dedupeKey)
    expect([new Set(keys).size, keys.length]).toEqual([1, 3])
    expect(new Set([...first, ...kept.map(({ key }) => key)]).size).toBe(3)
  })

  it('in any character set keeps its letters', async () => {
    const raw = Buffer.concat([
      Buffer.from('From: ana@y.co\r\nTo: loja@x.co\r\nSubject: =?iso-8859-1?q?ol=E1?=\r\n'),
      Buffer.from(
        'Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n',
      ),
      Buffer.from('ação já', 'latin1'),
    ]).toString('base64')
    for (const account of ['sendgrid', 'ses'])
      await post('/email/inbound', { from: 'ana@y.co', to: 'loja@x.co', raw, account })
    for (const { arrivals } of inboxes)
      expect(arrivals).toMatchObject([{ text: 'ação já', content: { subject: 'olá' } }])
    expect(inboxes).toHaveLength(2)
  })

  it('in parts, as SendGrid posts without "raw", is the same', async () => {
    const form = new FormData()
    form.set('headers', 'From: Ana <ana@y.co>\nTo: loja@x.co\nSubject: Oi\nMessage-ID: <m2@y.co>\n')
    form.set('text', 'Quero')
    form.set('html', '<p>Quero <img src="cid:logo@y"></p>')
    form.set('envelope', '{"to":["reply+eff_01a_4@in.x.co"],"from":"ana@y.co"}')
    form.set('content-ids', '{"logo@y":"attachment1"}')
    form.set(
      'attachment1',
      new File([Buffer.from(PIXEL, 'base64')], 'logo.png', { type: 'image/png' }),
    )
    const response = await fetch(`${hookUrl}?key=${encodeURIComponent(KEY)}`, {
      method: 'POST',
      body: form,
    })
    expect(response.status).toBe(200)
    expect(inboxes[0]?.arrivals).toMatchObject([
      {
        text: 'Quero',
        providerMessageId: 'm2@y.co',
        thread: { effectIds: ['eff_01a_4'] },
        content: { attachments: [{ name: 'logo.png', inline: true, mediaId: 'med_1' }] },
      },
    ])
  })

  it('of a machine is an event and no message; our own is nothing', async () => {
    const automatic = { headers: { 'Auto-Submitted': 'auto-replied' }, account: 'ses' }
    await post('/email/inbound', { ...MAIL, ...automatic })
    await post('/email/inbound', { ...MAIL, from: 'loja@x.co', account: 'ses' })
    expect(inboxes[0]?.arrivals).toMatchObject([
      {
        type: 'event',
        eventType: 'message.auto_replied',
        address: { email: 'ana@y.co' },
        unknownContact: 'reject',
        payload: { reason: 'auto_submitted', effectId: 'eff_01a_3' },
      },
    ])
    expect(inboxes[1]).toMatchObject({ arrivals: [], ignored: [{ reason: 'The mail is our own' }] })
  })
})

describe('what is not proven', () => {
  const refusal = async (
    given: Partial<InboundRequest>,
    at: OpenChannel = channel,
    now = new Date(),
  ) => {
    const request = { ...(posted[0] as InboundRequest), ...given }
    return inbound.verify(request, at, { ...context, now }).then(
      () => null,
      (error: { code: string }) => error.code,
    )
  }
  const changed = (config: OpenChannel['config']): OpenChannel => ({ ...channel, config })

  it('of SendGrid is refused', async () => {
    await post('/email/inbound', { ...MAIL, account: 'sendgrid' })
    const { rawBody, headers } = posted[0] as InboundRequest
    const signature = 'x-twilio-email-event-webhook-signature'
    const later = new Date(Date.now() + 301_000)
    expect(await refusal({})).toBeNull()
    expect(await refusal({ rawBody: Buffer.concat([rawBody, Buffer.from(' ')]) })).toBe(
      'WEBHOOK_SIGNATURE_INVALID',
    )
    expect(await refusal({ headers: { ...headers, [signature]: 'AAAA' } })).toBe(
      'WEBHOOK_SIGNATURE_INVALID',
    )
    expect(await refusal({}, channel, later)).toBe('WEBHOOK_TIMESTAMP_STALE')
    expect(await refusal({}, changed({}))).toBe('WEBHOOK_SIGNATURE_INVALID')
    expect(await refusal({ headers: {} })).toBe('WEBHOOK_SIGNATURE_MISSING')
    expect(await refusal({ headers: {}, query: { key: KEY } })).toBeNull()
    expect(await refusal({ headers: {}, query: { key: 'x' } })).toBe('WEBHOOK_SIGNATURE_MISSING')
    expect(await refusal({ headers: {}, query: { key: '' } }, { ...channel, secrets: {} })).toBe(
      'WEBHOOK_SIGNATURE_MISSING',
    )
    const events = Buffer.from('[{"event":"bounce"}]')
    expect(await refusal({ rawBody: events, headers: {}, query: { key: KEY } })).toBe(
      'WEBHOOK_SIGNATURE_MISSING',
    )
  })

  it('of SNS is refused: another topic, another host, another word', async () => {
    await post('/email/inbound', { ...MAIL, account: 'ses' })
    const notice = JSON.parse((posted[0] as InboundRequest).rawBody.toString()) as Record<
      string,
      string
    >
    const refused = (given: object, at = channel) =>
      refusal({ rawBody: Buffer.from(JSON.stringify({ ...notice, ...given })) }, at)
    const fresh = createEmailInbound({ providerUrls: {} })
    expect(await refused({})).toBeNull()
    for (const given of [
      { Message: '{}' },
      { Signature: 'AAAA' },
      { SignatureVersion: '1' },
      { SignatureVersion: '3' },
      { TopicArn: 'arn:aws:sns:us-east-1:123456789012:other' },
      {
        SigningCertURL:
          'https://sns.us-east-1.amazonaws.com.evil.example/SimpleNotificationService-a.pem',
      },
      {
        SigningCertURL:
          'https://evil.example/?sns.us-east-1.amazonaws.com/SimpleNotificationService-a.pem',
      },
      { SigningCertURL: 'http://sns.us-east-1.amazonaws.com/SimpleNotificationService-a.pem' },
      { SigningCertURL: 'https://sns.us-east-1.amazonaws.com:444/SimpleNotificationService-a.pem' },
      { SigningCertURL: 'https://a@sns.us-east-1.amazonaws.com/SimpleNotificationService-a.pem' },
      { SigningCertURL: 'https://sns.us-east-1.amazonaws.com/other.pem' },
      { Type: 'SubscriptionConfirmation', SubscribeURL: 'https://evil.example/' },
    ])
      expect(await refused(given), JSON.stringify(given)).toBe('WEBHOOK_SIGNATURE_INVALID')
    expect(await refused({}, changed({}))).toBe('WEBHOOK_SIGNATURE_INVALID')
    // Where nothing stands in for AWS, the sandbox's certificate proves nothing.
    const request = posted[0] as InboundRequest
    await expect(fresh.verify(request, channel, context)).rejects.toMatchObject({
      code: 'WEBHOOK_SIGNATURE_INVALID',
    })
  })

  it.each(['', 'x', '"x"', 'null', '--', '{"a":'])('%j proves nothing', async (body) => {
    posted.push({ method: 'POST', rawBody: Buffer.from(body), headers: {}, query: { key: KEY } })
    expect(await refusal({})).toMatch(/^WEBHOOK_SIGNATURE/)
  })
})

describe('feedback', () => {
  const send = (account: 'sendgrid' | 'smtp', effect: string) =>
    account === 'sendgrid'
      ? post(
          '/sendgrid/v3/mail/send',
          {
            personalizations: [{ to: [{ email: 'ana@y.co' }] }],
            from: { email: 'loja@x.co' },
            subject: 'Oi',
            content: [{ type: 'text/plain', value: 'Oi' }],
            custom_args: { effect_id: effect },
          },
          { authorization: 'Bearer SG.x' },
        )
      : sendSmtp(effect)

  function sendSmtp(effect: string) {
    const { hostname, port } = new URL(sandbox.providerUrls['smtp'] ?? '')
    const transport = createTransport({ host: hostname, port: Number(port), ignoreTLS: true })
    return transport.sendMail({
      from: 'loja@x.co',
      to: 'ana@y.co',
      text: 'Oi',
      messageId: `<${effect}@x.co>`,
      headers: { 'X-Fluxo-Effect': effect },
    })
  }

  it.each([
    ['deferred', {}, [{ eventType: 'email.deferred' }], undefined],
    ['open', {}, [{ status: 'read' }, { eventType: 'message.opened' }], undefined],
    ['open', { isMachine: true }, [], undefined],
    [
      'click',
      { url: 'https://x.co/a' },
      [{ status: 'read' }, { eventType: 'link.clicked', payload: { url: 'https://x.co/a' } }],
      undefined,
    ],
    [
      'bounce',
      {},
      [
        { status: 'failed', error: { code: 'EMAIL_BOUNCED' } },
        { eventType: 'email.bounced', payload: { kind: 'hard' } },
      ],
      'hard_bounce',
    ],
    [
      'bounce',
      { kind: 'soft' },
      [
        { status: 'failed', error: { code: 'EMAIL_BLOCKED' } },
        { eventType: 'email.bounced', payload: { kind: 'soft' } },
      ],
      undefined,
    ],
    ['dropped', {}, [{ status: 'failed', error: { code: 'EMAIL_DROPPED' } }], 'hard_bounce'],
    [
      'complaint',
      {},
      [{ eventType: 'channel.opted_out', payload: { channel: 'email', reason: 'complaint' } }],
      'complaint',
    ],
    [
      'unsubscribe',
      {},
      [{ eventType: 'channel.opted_out', payload: { channel: 'email', reason: 'unsubscribe' } }],
      undefined,
    ],
  ])('of SendGrid: %s %j', async (event, given, arrivals, reason) => {
    const effect = `eff_sg_${event}${JSON.stringify(given).length}`
    await send('sendgrid', effect)
    await inboxesReach(2)
    const sent = inboxes.flatMap((inbox) => inbox.arrivals)
    expect(sent.map((arrival) => 'status' in arrival && arrival.status)).toEqual(
      expect.arrayContaining(['delivered', 'sent']),
    )
    inboxes = []
    await post('/email/events', { message: effect, event, ...given })
    const statuses = inboxes[0]?.arrivals.filter(({ type }) => type === 'status') ?? []
    expect(inboxes[0]?.arrivals).toMatchObject(arrivals)
    for (const status of statuses) expect(status).toMatchObject({ effectId: effect })
    expect(inboxes[0]?.suppressions?.[0]?.reason).toBe(reason)
  })

  it('has the same key when it comes again, and another for each of its meanings', async () => {
    await send('sendgrid', 'eff_sg_twice')
    await inboxesReach(2)
    inboxes = []
    await post('/email/events', { message: 'eff_sg_twice', event: 'open', times: 2 })
    const keys = inboxes.flatMap(({ arrivals }) => arrivals.map(({ dedupeKey }) => dedupeKey))
    expect([keys.length, new Set(keys).size]).toEqual([4, 2])
  })

  it('of a mail server is a report by mail, which counts only for the mail that it names', async () => {
    const url = `${hookUrl}?key=${encodeURIComponent(KEY)}`
    await post('/email/configure', { provider: 'smtp', inbound: { via: 'sendgrid', url } })
    await post('/script', {
      provider: 'email',
      match: { kind: 'smtp' },
      answers: [{ failStatus: 550 }],
    })
    await send('smtp', 'eff_smtp_1')
    await inboxesReach(1)
    expect(inboxes[0]).toMatchObject({
      arrivals: [
        {
          type: 'status',
          status: 'failed',
          effectId: 'eff_smtp_1',
          providerMessageId: 'eff_smtp_1@x.co',
          error: { code: 'EMAIL_BOUNCED', message: expect.stringContaining('5.1.1') },
        },
        { type: 'event', eventType: 'email.bounced', address: { email: 'ana@y.co' } },
      ],
      suppressions: [{ email: 'ana@y.co', reason: 'hard_bounce', effectId: 'eff_smtp_1' }],
    })
  })
})
