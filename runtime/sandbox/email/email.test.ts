// The stand-in for the mail providers over real sockets: what it takes, what it refuses as they do, what it tells and
// signs, and that it forgets nothing.

import { createHash, createHmac, verify, X509Certificate } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSandbox, type Sandbox } from '../sandbox.ts'

interface Hook {
  path: string
  headers: IncomingHttpHeaders
  body: Buffer
}

let hooks: Hook[]
let arrived: () => void
let owner: Server
let hookUrl: string
let hookStatus: number
let storeDir: string
let sandbox: Sandbox

beforeEach(async () => {
  hooks = []
  hookStatus = 200
  arrived = () => {}
  owner = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      response.writeHead(hookStatus).end()
      const { url = '', headers } = request
      hooks.push({ path: url, headers, body: Buffer.concat(chunks) })
      arrived()
    })
  })
  await new Promise<void>((resolve) => owner.listen(0, '127.0.0.1', resolve))
  hookUrl = `http://127.0.0.1:${(owner.address() as AddressInfo).port}`
  storeDir = await mkdtemp(join(tmpdir(), 'fluxo-mail-'))
  sandbox = await start()
})

afterEach(async () => {
  await sandbox.close()
  owner.closeAllConnections()
  await new Promise((resolve) => owner.close(resolve))
  await rm(storeDir, { recursive: true })
})

const start = (): Promise<Sandbox> => createSandbox({ port: 0, host: '127.0.0.1', storeDir })

async function hooksReach(count: number): Promise<void> {
  while (hooks.length < count) await new Promise<void>((resolve) => (arrived = resolve))
}

async function call(path: string, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(sandbox.url + path, { method: 'POST', body: text, headers })
  const reply = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: (reply === '' ? null : JSON.parse(reply)) as Record<string, unknown> | null,
  }
}

type View = Record<string, unknown> & { attachments: unknown[] }
const mails = async (to: string): Promise<View[]> =>
  (
    (await (await fetch(`${sandbox.url}/email/messages?to=${to}`)).json()) as {
      items: View[]
    }
  ).items

const script = (answer: object, kind = 'smtp') =>
  call('/script', { provider: 'email', match: { kind }, answers: [answer] })

function send(given: object = {}) {
  const { hostname, port } = new URL(sandbox.providerUrls['smtp'] ?? '')
  const transport = createTransport({ host: hostname, port: Number(port), ignoreTLS: true })
  return transport.sendMail({ from: 'loja@x.co', to: 'ana@y.co', text: 'Oi', ...given })
}

const SEND = {
  personalizations: [{ to: [{ email: 'ana@y.co' }] }],
  from: { email: 'loja@x.co', name: 'Loja' },
  subject: 'Oi',
  content: [{ type: 'text/plain', value: 'Olá' }],
  custom_args: { effect_id: 'eff_1_1' },
}
const sendgrid = (changed: object = {}, key = 'SG.sandbox') =>
  call('/sendgrid/v3/mail/send', { ...SEND, ...changed }, { authorization: `Bearer ${key}` })

describe('SMTP', () => {
  it('takes a mail and shows it as a mail program would', async () => {
    await send({
      subject: 'Pedido nº 7',
      html: '<p>Olá <img src="cid:logo"></p>',
      headers: { 'X-Fluxo-Effect': 'eff_1_1' },
      attachments: [
        { filename: 'ação.txt', content: 'conteúdo' },
        { filename: 'logo.png', content: Buffer.from('89504e47', 'hex'), cid: 'logo' },
      ],
    })
    expect(await mails('Ana@Y.co')).toMatchObject([
      {
        provider: 'smtp',
        from: 'loja@x.co',
        to: ['ana@y.co'],
        subject: 'Pedido nº 7',
        effectId: 'eff_1_1',
        html: expect.stringContaining('cid:logo'),
        attachments: [
          { filename: 'logo.png', cid: '<logo>' },
          { filename: 'ação.txt', content: Buffer.from('conteúdo').toString('base64') },
        ],
      },
    ])
  })

  it.each([
    [{ status: 421 }, { responseCode: 421 }, 0],
    [{ status: 450 }, { responseCode: 450 }, 0],
    [{ status: 550 }, { responseCode: 550 }, 0],
    [{ reset: 'before' }, { code: 'ESOCKET' }, 0],
    [{ reset: 'after' }, { code: 'ESOCKET' }, 1],
  ])('answers as scripted: %j', async (answer, error, taken) => {
    await script(answer)
    await expect(send()).rejects.toMatchObject(error)
    expect(await mails('ana@y.co')).toHaveLength(taken)
    const { items } = (await (await fetch(`${sandbox.url}/email/arrivals`)).json()) as {
      items: unknown[]
    }
    expect(items).toHaveLength(1)
  })

  it('lets only those in who know the password, once there is one', async () => {
    await call('/email/configure', { provider: 'smtp', user: 'loja', password: 'certa' })
    await expect(send()).rejects.toMatchObject({ responseCode: 530 })
    const { hostname, port } = new URL(sandbox.providerUrls['smtp'] ?? '')
    const as = (pass: string) =>
      createTransport({
        host: hostname,
        port: Number(port),
        ignoreTLS: true,
        auth: { user: 'loja', pass },
      }).sendMail({ from: 'loja@x.co', to: 'ana@y.co', text: 'Oi' })
    await expect(as('errada')).rejects.toMatchObject({ responseCode: 535 })
    await as('certa')
    expect(await mails('ana@y.co')).toHaveLength(1)
  })
})

describe('SendGrid', () => {
  it('takes a mail with 202, an id and no body', async () => {
    const reply = await sendgrid()
    expect([reply.status, reply.body]).toEqual([202, null])
    const [mail] = await mails('ana@y.co')
    expect(mail).toMatchObject({
      provider: 'sendgrid',
      subject: 'Oi',
      text: 'Olá\n',
      effectId: 'eff_1_1',
      providerMessageId: reply.headers.get('x-message-id'),
    })
  })

  it.each([
    [{ personalizations: [] }, 'personalizations'],
    [{ from: { email: 'nobody' } }, 'from.email'],
    [{ subject: undefined }, 'subject'],
    [{ content: undefined }, 'content'],
    [
      {
        content: [
          { type: 'text/html', value: 'a' },
          { type: 'text/plain', value: 'b' },
        ],
      },
      'content',
    ],
    [{ headers: { 'DKIM-Signature': 'x' } }, 'headers'],
    [{ custom_args: { a: 'x'.repeat(10_001) } }, 'custom_args'],
  ])('refuses %j as the API does', async (changed, field) => {
    expect(await sendgrid(changed)).toMatchObject({ status: 400, body: { errors: [{ field }] } })
  })

  it('refuses another key, and what the script says', async () => {
    expect((await sendgrid({}, 'SG.other')).status).toBe(401)
    await script({ status: 429, retryAfter: 2 }, 'sendgrid')
    const limited = await sendgrid()
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '2'])
    await script({ reset: 'after' }, 'sendgrid')
    await expect(sendgrid()).rejects.toThrow('fetch failed')
    expect(await mails('ana@y.co')).toHaveLength(1)
  })

  it('tells what became of it in signed webhooks: twice and backwards when the script says so', async () => {
    await call('/email/configure', { provider: 'sendgrid', apiKey: 'SG.x', webhookUrl: hookUrl })
    await script({ duplicateStatuses: 2, reorderStatuses: true }, 'sendgrid')
    await sendgrid({}, 'SG.x')
    await hooksReach(4)
    const events = hooks.map(({ body }) => JSON.parse(body.toString())[0])
    expect(events.map(({ event }) => event)).toEqual([
      'delivered',
      'delivered',
      'processed',
      'processed',
    ])
    expect(new Set(events.map((event) => event.sg_event_id)).size).toBe(2)
    expect(events[0]).toMatchObject({ email: 'ana@y.co', effect_id: 'eff_1_1' })
    const { sendgridPublicKey } = (await (await fetch(`${sandbox.url}/email/keys`)).json()) as {
      sendgridPublicKey: string
    }
    const [hook] = hooks
    const signed = Buffer.concat([
      Buffer.from(String(hook?.headers['x-twilio-email-event-webhook-timestamp'])),
      hook?.body ?? Buffer.alloc(0),
    ])
    const signature = String(hook?.headers['x-twilio-email-event-webhook-signature'])
    const key = `-----BEGIN PUBLIC KEY-----\n${sendgridPublicKey}\n-----END PUBLIC KEY-----`
    expect(verify('sha256', signed, key, Buffer.from(signature, 'base64'))).toBe(true)
  })
})

describe('SES', () => {
  const PATH = '/ses/v2/email/outbound-emails'
  const hmac = (key: string | Buffer, text: string): Buffer =>
    createHmac('sha256', key).update(text).digest()
  const sha = (text: string): string => createHash('sha256').update(text).digest('hex')

  /** Signed by the rules of AWS, written down apart from those that check it. */
  function signed(body: string, secret: string, at = new Date()): Record<string, string> {
    const time = at.toISOString().replace(/[-:]|\.\d+/g, '')
    const date = time.slice(0, 8)
    const { host } = new URL(sandbox.url)
    const canonical = `POST\n${PATH}\n\nhost:${host}\nx-amz-date:${time}\n\nhost;x-amz-date\n${sha(body)}`
    const scope = `${date}/us-east-1/ses/aws4_request`
    const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha(canonical)}`
    const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, date), 'us-east-1'), 'ses'), 'aws4_request')
    const signature = hmac(key, text).toString('hex')
    return {
      'x-amz-date': time,
      authorization: `AWS4-HMAC-SHA256 Credential=AKIASANDBOX/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`,
    }
  }
  const SIMPLE = JSON.stringify({
    FromEmailAddress: 'Loja <loja@x.co>',
    Destination: { ToAddresses: ['ana@y.co'] },
    EmailTags: [{ Name: 'effect_id', Value: 'eff_1_1' }],
    Content: { Simple: { Subject: { Data: 'Oi' }, Body: { Text: { Data: 'Olá' } } } },
  })
  const RAW = JSON.stringify({
    Content: {
      Raw: {
        Data: Buffer.from('From: loja@x.co\r\nTo: ana@y.co\r\nSubject: Oi\r\n\r\nOlá').toString(
          'base64',
        ),
      },
    },
  })

  it('takes a mail, in parts and raw, and gives it an id of its own', async () => {
    const reply = await call(PATH, SIMPLE, signed(SIMPLE, 'sandbox'))
    const raw = await call(PATH, RAW, signed(RAW, 'sandbox'))
    expect([reply.status, raw.status]).toEqual([200, 200])
    expect(await mails('ana@y.co')).toMatchObject([
      { from: 'loja@x.co', effectId: 'eff_1_1', providerMessageId: reply.body?.['MessageId'] },
      { from: 'loja@x.co', subject: 'Oi', providerMessageId: raw.body?.['MessageId'] },
    ])
  })

  it.each([
    ['another secret', () => signed(SIMPLE, 'other')],
    ['another body', () => signed(`${SIMPLE} `, 'sandbox')],
    ['an old date', () => signed(SIMPLE, 'sandbox', new Date(Date.now() - 600_000))],
    ['no signature', () => ({})],
  ])('refuses %s', async (_name, headers) => {
    const reply = await call(PATH, SIMPLE, headers())
    expect(reply.status).toBe(403)
    expect(await mails('ana@y.co')).toEqual([])
  })

  it('asks for confirmation of its topic first, and signs so that the certificate proves it, both ways', async () => {
    const topicArn = 'arn:aws:sns:us-east-1:123456789012:mail'
    await call('/email/configure', {
      provider: 'ses',
      accessKeyId: 'AKIASANDBOX',
      secretAccessKey: 'sandbox',
      topicArn,
      webhookUrl: hookUrl,
    })
    await call(PATH, SIMPLE, signed(SIMPLE, 'sandbox'))
    const [confirmation] = hooks.map(({ body }) => JSON.parse(body.toString()))
    expect(confirmation).toMatchObject({ Type: 'SubscriptionConfirmation', TopicArn: topicArn })
    expect((await fetch(confirmation.SubscribeURL)).status).toBe(200)
    await hooksReach(3)
    for (const signatureVersion of ['1', '2'])
      await call('/email/events', { message: 'eff_1_1', event: 'open', signatureVersion })
    const notices = hooks.slice(1).map(({ body }) => JSON.parse(body.toString()))
    const kinds = notices.map(({ Message }) => JSON.parse(Message).eventType)
    expect(kinds).toEqual(expect.arrayContaining(['Delivery', 'Send']))
    expect(kinds.filter((kind) => kind === 'Open')).toHaveLength(2)
    expect(JSON.parse(notices[0].Message).mail.tags).toMatchObject({ effect_id: ['eff_1_1'] })
    const pem = await (await fetch(notices[0].SigningCertURL)).text()
    const { publicKey } = new X509Certificate(pem)
    for (const notice of notices) {
      const { Message, MessageId, Timestamp, TopicArn, Type, SignatureVersion, Signature } = notice
      const text = `Message\n${Message}\nMessageId\n${MessageId}\nTimestamp\n${Timestamp}\nTopicArn\n${TopicArn}\nType\n${Type}\n`
      const hash = SignatureVersion === '1' ? 'sha1' : 'sha256'
      expect(verify(hash, Buffer.from(text), publicKey, Buffer.from(Signature, 'base64'))).toBe(
        true,
      )
    }
  })
})

describe('memory', () => {
  it('keeps mails, keys and what was not yet delivered over a restart, and the port of its mail server', async () => {
    await call('/email/configure', { provider: 'sendgrid', apiKey: 'SG.x', webhookUrl: hookUrl })
    hookStatus = 503
    await sendgrid({}, 'SG.x')
    await hooksReach(2)
    const keys = await (await fetch(`${sandbox.url}/email/keys`)).json()
    const { smtp } = sandbox.providerUrls
    await sandbox.close()
    hooks = []
    hookStatus = 200
    sandbox = await start()
    await hooksReach(2)
    expect(sandbox.providerUrls['smtp']).toBe(smtp)
    expect(await (await fetch(`${sandbox.url}/email/keys`)).json()).toEqual(keys)
    expect(await mails('ana@y.co')).toHaveLength(1)
    expect(sandbox.hosts).toEqual([new URL(sandbox.url).host, new URL(smtp ?? '').host])
  })
})
