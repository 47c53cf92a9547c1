// The contract of message connectors, kept by e-mail before the stand-ins of SMTP, SendGrid and SES, and before the
// real ones where REAL_SMTP_…, REAL_SENDGRID_… or REAL_SES_… are set; and what of a letter arrives.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EMAIL_LIMITS } from '#machines/contracts/email-command.ts'
import type { Command } from '#machines/contracts/effect.ts'
import { createEgress, type Egress } from '../../egress/egress.ts'
import { createLetterLinks } from '../../letters/letter-links.ts'
import { createLinkTokens } from '../../letters/link-token.ts'
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts'
import {
  describeMessageConnector,
  type FaultCase,
  HTTP_FAULTS,
  type LimitCase,
  type MessageConnectorSubject,
  realVariables,
} from '../../testing/connector-suite.ts'
import type { MediaShelf, OpenChannel, OutboundEffect, Outcome } from '../connector.ts'
import { createEmail, type Email } from './connector.ts'
import type { EmailDesk, LetterFacts, StoredLetter } from './desk.ts'
import type { EmailProviderName } from './provider.ts'

const tokens = createLinkTokens(Buffer.alloc(32, 1))
const LINKS = createLetterLinks(tokens, 'https://f.example')

const TEMPLATE: StoredLetter = {
  name: 'promo',
  language: 'pt_BR',
  subject: 'Oi, {{ nome }}',
  html: `<style>.b{color:red}</style><p class="b">{{ nome }} – {{ contact.name }}</p>
    <a href="https://loja.example/?x=1&amp;y=2">Ver</a> {% render 'rodape' %}`,
  text: null,
  tracking: { opens: true, clicks: true },
}

const FACTS: LetterFacts = {
  suppression: null,
  contact: { name: 'Ana', email: 'ana@example.com' },
  consents: {},
  template: TEMPLATE,
  partials: { rodape: '<a href="{{ unsubscribe_url }}">Sair</a>' },
  thread: null,
  zone: 'America/Sao_Paulo',
  locale: 'pt-BR',
}

function deskOf(facts: Partial<LetterFacts> = {}): EmailDesk {
  return { links: LINKS, find: () => Promise.resolve({ ...FACTS, ...facts }) }
}

const CHANNELS: Record<EmailProviderName, OpenChannel> = {
  smtp: channelOf('smtp', { user: 'sandbox' }, { password: 'sandbox' }),
  sendgrid: channelOf('sendgrid', {}, { apiKey: 'SG.sandbox' }),
  ses: channelOf(
    'ses',
    { region: 'sa-east-1' },
    { accessKeyId: 'AKIASANDBOX', secretAccessKey: 'sandbox' },
  ),
}
const WRONG: Record<EmailProviderName, Record<string, string>> = {
  smtp: { password: 'w'.repeat(20) },
  sendgrid: { apiKey: `SG.${'w'.repeat(20)}` },
  ses: { secretAccessKey: 'w'.repeat(20) },
}

function channelOf(
  provider: EmailProviderName,
  config: OpenChannel['config'],
  secrets: Record<string, string>,
): OpenChannel {
  return {
    id: 'chn_contract',
    tenantId: 'tnt_contract',
    kind: 'email',
    provider,
    address: 'contato@loja.example',
    config: { fromName: 'Loja Aurora', inboundDomain: 'r.loja.example', ...config },
    secrets,
  }
}

const text = (more: object = {}): Command => {
  return { kind: 'email.send_text', subject: 'Olá, Ana – é você?', text: 'Oi! 🌞', ...more }
}
const file = (count: number) =>
  Array.from({ length: count }, () => ({ link: null, mediaId: 'med_none', name: null }))
const LIMITS: readonly LimitCase[] = [
  { name: 'no subject', command: text({ subject: ' ' }), field: 'subject' },
  { name: 'a long subject', command: text({ subject: 'x'.repeat(256) }), field: 'subject' },
  { name: 'no words', command: text({ text: '\n' }), field: 'text' },
  {
    name: 'a long text',
    command: text({ text: 'x'.repeat(EMAIL_LIMITS.text + 1) }),
    field: 'text',
  },
  { name: 'a wrong reply address', command: text({ replyTo: 'a b@c' }), field: 'replyTo' },
  {
    name: 'a file that is not there',
    command: text({ attachments: file(1) }),
    field: 'attachments[0].mediaId',
  },
  { name: 'too many files', command: text({ attachments: file(11) }), field: 'attachments' },
  {
    name: 'a file on this machine',
    command: text({ attachments: [{ link: 'https://127.0.0.1/x', mediaId: null, name: null }] }),
    field: 'attachments[0].link',
  },
]

const REFUSED: FaultCase = {
  name: 'an address that is refused',
  answer: { status: 400 },
  type: 'failed',
  isTaken: false,
}
const FAULTS: Record<EmailProviderName, readonly FaultCase[]> = {
  sendgrid: [...HTTP_FAULTS, REFUSED],
  // SES says that it was too fast, and not for how long.
  ses: [...HTTP_FAULTS.map(({ retryAfterMs: _none, ...fault }) => fault), REFUSED],
  smtp: [
    ...HTTP_FAULTS.filter(({ answer }) => !('status' in answer)),
    { ...REFUSED, answer: { status: 550 } },
    { name: 'greylisting', answer: { status: 450 }, type: 'retry', isTaken: false },
    { name: 'a server that closes', answer: { status: 421 }, type: 'retry', isTaken: false },
  ],
}

for (const provider of ['smtp', 'sendgrid', 'ses'] as const) {
  describeMessageConnector(
    `E-mail over ${provider}, before its stand-in`,
    {
      faults: FAULTS[provider],
      limits: LIMITS,
      isHttp: provider !== 'smtp',
      reportsStatuses: false,
    },
    () => openStandIn(provider),
  )
}

const REAL = {
  smtp: realVariables('smtp', ['HOST', 'PORT', 'SECURITY', 'USER', 'PASSWORD', 'FROM', 'TO']),
  sendgrid: realVariables('sendgrid', ['API_KEY', 'FROM', 'TO']),
  ses: realVariables('ses', ['REGION', 'ACCESS_KEY_ID', 'SECRET_ACCESS_KEY', 'FROM', 'TO']),
}
if (REAL.smtp) {
  const { HOST: host, PORT, SECURITY: security, USER: user, PASSWORD: password } = REAL.smtp
  describeReal(
    REAL.smtp,
    channelOf('smtp', { host, port: Number(PORT), security, user }, { password }),
  )
}
if (REAL.sendgrid)
  describeReal(REAL.sendgrid, channelOf('sendgrid', {}, { apiKey: REAL.sendgrid.API_KEY }))
if (REAL.ses) {
  const {
    REGION: region,
    ACCESS_KEY_ID: accessKeyId,
    SECRET_ACCESS_KEY: secretAccessKey,
  } = REAL.ses
  describeReal(REAL.ses, channelOf('ses', { region }, { accessKeyId, secretAccessKey }))
}

function describeReal({ FROM, TO }: { FROM: string; TO: string }, channel: OpenChannel): void {
  const provider = channel.provider as EmailProviderName
  describeMessageConnector(
    `E-mail over ${provider} itself`,
    { faults: [], limits: LIMITS, isHttp: provider !== 'smtp', reportsStatuses: false },
    () => {
      const email = createEmail({ desk: deskOf(), providerUrls: {} })
      const subject = subjectOf(email, provider)
      return Promise.resolve({
        ...subject,
        channel: { ...channel, address: FROM },
        to: TO,
        allow: [],
      })
    },
  )
}

interface Viewed {
  from: string
  to: string[]
  effectId: string | null
  messageId: string | null
  providerMessageId: string
  subject: string
  text: string
  html: string | null
  replyTo: string[]
  inReplyTo: string | null
  references: string | null
  headers: { name: string; value: string }[]
  attachments: { filename: string; mime: string; cid: string | null; content: string }[]
}

describe('a letter arrives as it was written', () => {
  let sandbox: Sandbox
  let egress: Egress
  let email: Email
  let facts: Partial<LetterFacts> = {}
  const storeDir = mkdtempSync(join(tmpdir(), 'fluxo-letters-'))
  let count = 0

  beforeAll(async () => {
    sandbox = await createSandbox({ port: 0, host: '127.0.0.1', storeDir })
    egress = createEgress({ allow: [new URL(sandbox.url).host] })
    const desk: EmailDesk = { links: LINKS, find: (effect) => deskOf(facts).find(effect) }
    email = createEmail({ desk, providerUrls: sandbox.providerUrls, timeoutMs: 2_000 })
  })
  afterAll(async () => {
    await email.close()
    await egress.close()
    await sandbox.close()
    rmSync(storeDir, { recursive: true })
  })

  const media: MediaShelf = {
    read: async (tenantId, mediaId) =>
      tenantId === 'tnt_contract' && mediaId === 'med_logo'
        ? { bytes: Buffer.from('PNG'), mime: 'image/png', filename: 'logo.png' }
        : null,
    findUpload: async () => null,
    keepUpload: async () => {},
    forgetUpload: async () => {},
  }

  async function send(
    given: Partial<OutboundEffect>,
  ): Promise<{ outcome: Outcome; id: string; seen: Viewed[] }> {
    count += 1
    const id = `eff_letters_${count}`
    const to = given.to ?? `ana${count}@example.com`
    const effect: OutboundEffect = {
      id,
      tenantId: 'tnt_contract',
      contactId: 'cnt_1',
      command: text(),
      channel: CHANNELS.smtp,
      template: null,
      ...given,
      to,
    }
    const context = { egress, signal: AbortSignal.timeout(10_000), media }
    const outcome = await email.outbound[0].perform(effect, context)
    const response = await fetch(`${sandbox.url}/email/messages?to=${to}`)
    const { items } = (await response.json()) as { items: Viewed[] }
    return { outcome, id, seen: items }
  }
  const headerOf = ({ headers }: Viewed, name: string): string | undefined =>
    headers.find((header) => header.name.toLowerCase() === name)?.value

  const promo = (more: object = {}): Command => ({
    kind: 'email.send_template',
    template: 'promo',
    language: null,
    vars: { nome: 'Ana <b>' },
    purpose: 'marketing',
    ...more,
  })

  it.each(['smtp', 'sendgrid', 'ses'] as const)(
    'over %s: subject, both bodies, who from, whose answer, how to leave',
    async (provider) => {
      const attachments = [{ link: null, mediaId: 'med_logo', name: null, cid: 'logo' }]
      const channel = CHANNELS[provider]
      const { outcome, id, seen } = await send({ channel, command: promo({ attachments }) })
      expect(outcome).toMatchObject({ type: 'accepted' })
      const [letter] = seen
      if (!letter || seen.length !== 1) throw new Error(`${seen.length} letters arrived`)
      expect(letter).toMatchObject({
        from: expect.stringContaining('contato@loja.example'),
        subject: 'Oi, Ana <b>',
        replyTo: [`reply+${id}@r.loja.example`],
        attachments: [{ filename: 'logo.png', mime: 'image/png', content: 'UE5H' }],
      })
      expect(letter.attachments[0]?.cid).toContain('logo')
      expect(letter.html).toContain('<p class="b" style="color: red;">Ana &lt;b&gt; – Ana</p>')
      expect(letter.text).toContain('Ana <b> – Ana')
      expect(letter.text).toContain('Ver (https://loja.example/?x=1&y=2)')
      expect(headerOf(letter, 'x-fluxo-effect')).toBe(id)
      expect(headerOf(letter, 'list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
      const [, choice = ''] =
        /^<https:\/\/f\.example\/e\/u\/(.+)>$/.exec(headerOf(letter, 'list-unsubscribe') ?? '') ??
        []
      expect(tokens.read('choice', choice)).toEqual({
        tenantId: 'tnt_contract',
        contactId: 'cnt_1',
        effectId: id,
        channelId: 'chn_contract',
        purpose: 'marketing',
      })
      if (outcome.type !== 'accepted') return
      expect(outcome.providerMessageId).toBe(letter.providerMessageId)
      // SES writes an id of its own over ours.
      if (provider !== 'ses') expect(letter.messageId).toBe(`${id}@loja.example`)
      expect(letter.effectId).toBe(id)
    },
  )

  it('counts links and opening as far as channel, template and contact allow; never its own links', async () => {
    const linksIn = async (given: {
      tracking?: string
      facts?: Partial<LetterFacts>
    }): Promise<string[]> => {
      facts = given.facts ?? {}
      const channel = {
        ...CHANNELS.smtp,
        config: { ...CHANNELS.smtp.config, tracking: given.tracking ?? 'all' },
      }
      const { seen } = await send({ channel, command: promo() })
      facts = {}
      const kinds = [...(seen[0]?.html ?? '').matchAll(/https:\/\/(?:f\.example\/e\/(\w)\/|loja)/g)]
      return kinds.map(([, kind]) => kind ?? 'plain')
    }
    const off = { ...TEMPLATE, tracking: { opens: false, clicks: false } }
    expect(await linksIn({})).toEqual(['c', 'u', 'o'])
    expect(await linksIn({ tracking: 'off' })).toEqual(['plain', 'u'])
    expect(await linksIn({ tracking: 'consented' })).toEqual(['plain', 'u'])
    expect(
      await linksIn({ tracking: 'consented', facts: { consents: { tracking: true } } }),
    ).toEqual(['c', 'u', 'o'])
    expect(await linksIn({ facts: { template: off } })).toEqual(['plain', 'u'])
  })

  it('what a contract asks for is no list to leave', async () => {
    const { seen } = await send({ command: promo({ purpose: 'billing' }) })
    expect(headerOf(seen[0] as Viewed, 'list-unsubscribe')).toBeUndefined()
    expect((await send({})).seen[0]?.headers.map(({ name }) => name.toLowerCase())).toContain(
      'list-unsubscribe',
    )
  })

  it('an answer stands below what it answers', async () => {
    facts = { thread: { messageId: 'b@ana', references: ['a@loja'], subject: 'RE: Pedido 7' } }
    const command: Command = { kind: 'message.send_text', channel: 'email', text: 'Já saiu!' }
    const { seen } = await send({ command })
    facts = {}
    expect(seen[0]).toMatchObject({
      subject: 'Re: Pedido 7',
      inReplyTo: '<b@ana>',
      references: '<a@loja> <b@ana>',
    })
  })

  it('nothing leaves to an address that is suppressed, and none without its template', async () => {
    facts = { suppression: { reason: 'hard_bounce', since: '2026-03-10T12:00:00Z' } }
    expect(await send({})).toMatchObject({
      outcome: {
        type: 'failed',
        error: {
          code: 'EMAIL_SUPPRESSED',
          message: expect.stringContaining('hard_bounce since 2026-03-10'),
        },
      },
      seen: [],
    })
    facts = { template: null }
    expect(await send({ command: promo() })).toMatchObject({
      outcome: { type: 'failed', error: { code: 'TEMPLATE_MISSING' } },
      seen: [],
    })
    facts = { partials: {} }
    expect(await send({ command: promo() })).toMatchObject({
      outcome: {
        type: 'failed',
        error: { code: 'EMAIL_TEMPLATE_INVALID', message: expect.stringContaining('rodape') },
      },
    })
    facts = {}
  })

  it('no header can be written by a value', async () => {
    const subject = 'Oi\r\nBcc: b@example.com\r\n\r\nx'
    const { seen } = await send({ command: text({ subject }) })
    expect(seen).toHaveLength(1)
    expect(seen[0]?.subject).toBe('Oi Bcc: b@example.com x')
    expect(headerOf(seen[0] as Viewed, 'bcc')).toBeUndefined()
    expect(await send({ to: 'a@b.com, c@d.com' })).toMatchObject({ outcome: { type: 'failed' } })
  })

  it.each(['smtp', 'sendgrid', 'ses'] as const)(
    'the form finds out whether %s takes the credentials, and names the field that is wrong',
    async (provider) => {
      const check = (given: Partial<OpenChannel>) =>
        email.channel?.check?.(
          { ...CHANNELS[provider], ...given },
          { egress, signal: AbortSignal.timeout(5_000) },
        )
      expect(await check({})).toEqual({ ok: true, displayAddress: 'contato@loja.example' })
      const secrets = { ...CHANNELS[provider].secrets, ...WRONG[provider] }
      for (const wrong of [{ secrets }, { secrets: {} }])
        expect(await check(wrong)).toMatchObject({
          ok: false,
          field: expect.stringMatching(/^secrets\./),
        })
    },
  )

  it('SMTP goes to public addresses only, and never without encryption', async () => {
    const own = createEmail({ desk: deskOf(), providerUrls: {} })
    const to = async (config: object): Promise<Outcome> => {
      const channel = { ...CHANNELS.smtp, config: { ...CHANNELS.smtp.config, ...config } }
      const effect = {
        id: 'eff_x_1',
        tenantId: 'tnt_contract',
        contactId: 'cnt_1',
        to: 'a@b.com',
        template: null,
      }
      const context = { egress, signal: AbortSignal.timeout(5_000) }
      return own.outbound[0].perform({ ...effect, command: text(), channel }, context)
    }
    for (const host of ['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', 'localhost'])
      expect(await to({ host }), host).toMatchObject({
        type: 'failed',
        error: { code: 'EGRESS_BLOCKED' },
      })
    expect(await to({ host: 'example.com', port: 22 })).toMatchObject({
      error: { code: 'EGRESS_BLOCKED' },
    })
    expect(await to({})).toMatchObject({
      error: { message: expect.stringContaining('config.host') },
    })
    await own.close()
  })
})

function subjectOf(email: Email, provider: EmailProviderName): MessageConnectorSubject {
  return {
    outbound: email.outbound[0],
    channel: CHANNELS[provider],
    to: 'ana@example.com',
    command: text(),
    wrongSecrets: WRONG[provider],
    allow: [],
    close: () => email.close(),
  }
}

async function openStandIn(provider: EmailProviderName): Promise<MessageConnectorSubject> {
  const storeDir = mkdtempSync(join(tmpdir(), 'fluxo-email-'))
  const sandbox = await createSandbox({ port: 0, host: '127.0.0.1', storeDir })
  const email = createEmail({ desk: deskOf(), providerUrls: sandbox.providerUrls, timeoutMs: 400 })
  const post = async (path: string, body: unknown): Promise<void> => {
    const response = await fetch(sandbox.url + path, { method: 'POST', body: JSON.stringify(body) })
    if (!response.ok) throw new Error(await response.text())
  }
  return {
    ...subjectOf(email, provider),
    allow: [new URL(sandbox.url).host],
    script: (answers) => post('/script', { provider: 'email', match: { kind: provider }, answers }),
    taken: async () => {
      const response = await fetch(`${sandbox.url}/email/messages?to=ana@example.com`)
      const { items } = (await response.json()) as { items: Viewed[] }
      return items.map(({ providerMessageId }) => providerMessageId)
    },
    close: async () => {
      await email.close()
      await sandbox.close()
      rmSync(storeDir, { recursive: true })
    },
  }
}
