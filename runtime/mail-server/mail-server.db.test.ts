// Mail from server to server into a real database: whose it is, which message it answers, what is kept of it, and what
// a server's report does to the mail that it names.

import { generateKeyPairSync } from 'node:crypto'
import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createSecretBox } from '../db/secret-box.ts'
import { createEgress } from '../egress/egress.ts'
import { createId } from '../ids.ts'
import { readMedia } from '../media/read-media.ts'
import { createCertificate } from '../sandbox/email/certificate.ts'
import { composeBounce, composeMail } from '../sandbox/email/compose.ts'
import { leadOf } from '../testing/arrivals.ts'
import { createTestLine, type TestLine } from '../testing/line.ts'
import { createTenant, MASTER_KEY } from '../testing/tenant.ts'
import { type MailServer, type MailServerParts, startMailServer } from './mail-server.ts'
import { createSenderLimit } from './sender-limit.ts'

let line: TestLine
let server: MailServer
let channelId: string
let ana: string

const ADDRESS = 'loja@loja.example'
const EFFECT = 'eff_01mail_3'

beforeAll(async () => {
  line = await createTestLine()
  server = await startMailServer({ port: 0, host: '127.0.0.1' }, parts())
  channelId = await addChannel(line.tenant.id, ADDRESS)
  const address = { email: 'ana@y.example' }
  ana = (await line.accept(leadOf(line.tenant, { address }))).contactId ?? ''
  await addSent(ana, EFFECT)
})
afterAll(async () => {
  await server.close()
  await line.close()
})

const parts = (): MailServerParts => ({
  pool: line.pool,
  acceptor: line.acceptor,
  secretBox: createSecretBox(MASTER_KEY),
  egress: createEgress({ allow: [] }),
  onRefused: () => {},
  logger: line.logger,
})

async function addChannel(tenantId: string, address: string): Promise<string> {
  const box = createSecretBox(MASTER_KEY)
  const [id, secretId] = [createId('channel'), createId('secret')]
  await line.rows(
    'insert into secrets (tenant_id, id, key_id, ciphertext) values ($1, $2, $3, $4)',
    [tenantId, secretId, box.keyId, box.seal(tenantId, {})],
  )
  const config = {
    inboundDomain: 'in.loja.example',
    inboundAddresses: 'vendas@loja.example, x@loja.example',
  }
  await line.rows(
    `insert into channels (tenant_id, id, kind, provider, address, display_address, config_json, secret_id)
     values ($1, $2, 'email', 'smtp', $3, $3, $4, $5)`,
    [tenantId, id, address, JSON.stringify(config), secretId],
  )
  return id
}

/** A mail that we sent. */
async function addSent(contactId: string, effectId: string): Promise<string> {
  const conversation = createId('conversation')
  const message = createId('message')
  await line.rows(
    `with v as (
       insert into conversations (tenant_id, id, contact_id, channel_id) values ($1, $2, $3, $4)
       on conflict (tenant_id, contact_id, channel_id) do update set status = 'open' returning id)
     insert into messages (tenant_id, id, conversation_id, contact_id, channel, direction, kind, effect_id,
       provider_msg_id, content_json, status, status_rank)
     select $1, $5, v.id, $3, 'email', 'out', 'template', $6, $6 || '@loja.example', '{}', 'accepted', 1 from v`,
    [line.tenant.id, conversation, contactId, channelId, message, effectId],
  )
  return message
}

function bring(raw: Buffer, to = ADDRESS, from = 'ana@y.example') {
  const transport = createTransport({ host: '127.0.0.1', port: server.port, ignoreTLS: true })
  return transport.sendMail({ envelope: { from, to: [to] }, raw })
}

let count = 0
const letter = (given: Partial<Parameters<typeof composeMail>[0]> = {}): Promise<Buffer> => {
  count += 1
  return composeMail({
    from: '"Ana" <ana@y.example>',
    to: [ADDRESS],
    subject: 'Oi',
    text: 'Quero',
    messageId: `<m${count}@y.example>`,
    ...given,
  })
}

interface MessageRow {
  contact_id: string
  content_json: Record<string, unknown> & { attachments: { mediaId: string }[] }
}
const messages = (subject: string) =>
  line.rows<MessageRow>(
    `select contact_id, content_json from messages
     where tenant_id = $1 and direction = 'in' and content_json ->> 'subject' = $2`,
    [line.tenant.id, subject],
  )

it('I1: a mail that was answered with 250 is a message of its sender, once however often it comes', async () => {
  const raw = await letter({ subject: 'uma vez' })
  await bring(raw)
  await bring(raw)
  await bring(raw, 'VENDAS@loja.example')
  expect(await messages('uma vez')).toMatchObject([
    { contact_id: ana, content_json: { from: 'ana@y.example', text: 'Quero' } },
  ])
})

it('keeps what is attached, judged by what it really is, and shows images within', async () => {
  const files = [
    { filename: 'nota.pdf', mime: 'application/pdf', content: Buffer.from('%PDF-1.7 nota') },
    { filename: 'foto.png', mime: 'image/png', content: Buffer.from('MZ a program') },
  ]
  await bring(await letter({ subject: 'anexos', html: '<p onclick="x()">Oi</p>', files }))
  const [message] = await messages('anexos')
  expect(message?.content_json.attachments).toMatchObject([
    { name: 'nota.pdf', mime: 'application/pdf', code: null },
    { name: 'foto.png', mediaId: null, code: 'MEDIA_TYPE_REFUSED' },
  ])
  const read = async (id: unknown): Promise<string> => {
    const file = await readMedia(line.pool, line.tenant.id, String(id))
    const chunks: Buffer[] = []
    for await (const chunk of file?.chunks ?? []) chunks.push(chunk)
    return Buffer.concat(chunks).toString()
  }
  expect(await read(message?.content_json.attachments[0]?.mediaId)).toBe('%PDF-1.7 nota')
  expect(await read(message?.content_json['htmlMediaId'])).toBe('<p>Oi</p>')
  const stranger = await createTenant(line.pool)
  const mediaId = message?.content_json.attachments[0]?.mediaId ?? ''
  expect(await readMedia(line.pool, stranger.id, mediaId)).toBeNull()
})

it('knows the message that is answered, and its contact where nobody else has the address', async () => {
  const [sent] = await line.rows<{ id: string }>(
    'select id from messages where tenant_id = $1 and effect_id = $2',
    [line.tenant.id, EFFECT],
  )
  const thread = { headers: { 'In-Reply-To': `<${EFFECT}@loja.example>` } }
  await bring(await letter({ subject: 'resposta', ...thread }))
  const elsewhere = { from: 'ana.souza@trabalho.example', ...thread }
  await bring(await letter({ subject: 'do trabalho', ...elsewhere }))
  const token = `reply+${EFFECT}@in.loja.example`
  await bring(await letter({ subject: 'por token', from: 'outra@ana.example', to: [token] }), token)
  const bia = (await line.accept(leadOf(line.tenant, { address: { email: 'bia@y.example' } })))
    .contactId
  await bring(await letter({ subject: 'encaminhada', from: 'bia@y.example', ...thread }))
  const replyTo = sent?.id
  expect(await messages('resposta')).toMatchObject([{ contact_id: ana, content_json: { replyTo } }])
  expect(await messages('do trabalho')).toMatchObject([
    { contact_id: ana, content_json: { replyTo } },
  ])
  expect(await messages('por token')).toMatchObject([
    { contact_id: ana, content_json: { replyTo } },
  ])
  const [forwarded] = await messages('encaminhada')
  expect([forwarded?.contact_id, forwarded?.content_json['replyTo']]).toEqual([bia, undefined])
})

it('speaks TLS where it was given a certificate, and only there', async () => {
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString()
  const cert = createCertificate(pem, 'mx.loja.example', Date.now())
  const secure = await startMailServer(
    { port: 0, host: '127.0.0.1', tls: { key: pem, cert } },
    parts(),
  )
  const encrypted = (port: number) =>
    createTransport({
      host: '127.0.0.1',
      port,
      requireTLS: true,
      tls: { rejectUnauthorized: false },
    })
  const mail = {
    envelope: { from: 'ana@y.example', to: [ADDRESS] },
    raw: await letter({ subject: 'cifrada' }),
  }
  await encrypted(secure.port).sendMail(mail)
  await secure.close()
  expect(await messages('cifrada')).toHaveLength(1)
  await expect(encrypted(server.port).sendMail(mail)).rejects.toMatchObject({ code: 'ETLS' })
})

it('refuses what is too large, what is nothing to read, and what comes too often', async () => {
  const large = Buffer.concat([await letter(), Buffer.alloc(25 * 1024 * 1024, 'x')])
  await expect(bring(large)).rejects.toMatchObject({ responseCode: 552 })
  const nested = Array.from(
    { length: 40 },
    (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n`,
  )
  await expect(bring(Buffer.from(`From: a@b.co\r\n${nested.join('')}`))).rejects.toMatchObject({
    responseCode: 554,
  })
  const limit = createSenderLimit(2)
  expect([1, 2, 3].map((at) => limit.take('10.0.0.1', at))).toEqual([true, true, false])
  expect([limit.take('10.0.0.2', 3), limit.take('10.0.0.1', 60_001)]).toEqual([true, true])
})

it('takes nothing for those who are not here', async () => {
  for (const to of [
    'nobody@loja.example',
    'reply+eff_9@in.loja.example',
    `reply+${EFFECT}@other.example`,
  ])
    await expect(bring(await letter(), to)).rejects.toMatchObject({ responseCode: 550 })
  // An address that two tenants list is nobody's.
  const stranger = await createTenant(line.pool)
  await addChannel(stranger.id, 'estranho@loja.example')
  await expect(bring(await letter(), 'x@loja.example')).rejects.toMatchObject({ responseCode: 550 })
})

it('a machine’s answer is an event and no message', async () => {
  await bring(await letter({ subject: 'Resposta automática: férias' }))
  expect(await messages('Resposta automática: férias')).toEqual([])
  const [event] = await line.rows<{ contact_id: string; payload_json: object }>(
    "select contact_id, payload_json from events where tenant_id = $1 and type = 'message.auto_replied'",
    [line.tenant.id],
  )
  expect(event).toMatchObject({ contact_id: ana, payload_json: { reason: 'out_of_office' } })
})

it('F17, a report fails the mail that it names and closes the address; a made-up one closes none', async () => {
  const report = async (effect: string, recipient: string, status = '5.1.1') => {
    const headers = { 'X-Fluxo-Effect': effect }
    const original = await letter({ messageId: `<${effect}@loja.example>`, headers })
    const raw = composeBounce({ original, to: ADDRESS, recipient, status, diagnostic: 'smtp; 550' })
    await bring(raw, ADDRESS, '')
  }
  await addSent(ana, 'eff_01mail_4')
  await report('eff_01mail_4', 'vitima@y.example')
  await report('eff_00made_1', 'ana@y.example')
  const closed = () =>
    line.rows('select email, reason from email_suppressions where tenant_id = $1', [line.tenant.id])
  expect(await closed()).toEqual([])
  await addSent(ana, 'eff_01mail_5')
  await report('eff_01mail_5', 'ana@y.example', '4.2.2')
  await report('eff_01mail_5', 'Ana@y.example')
  const [failed] = await line.rows(
    "select status, error_json ->> 'code' as code from messages where tenant_id = $1 and effect_id = $2",
    [line.tenant.id, 'eff_01mail_5'],
  )
  expect(failed).toEqual({ status: 'failed', code: 'EMAIL_BOUNCED' })
  expect(await closed()).toEqual([{ email: 'ana@y.example', reason: 'hard_bounce' }])
})
