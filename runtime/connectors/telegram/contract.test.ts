// The contract of message connectors, kept by Telegram's connector before its stand-in and, with REAL_TELEGRAM_… set,
// before Telegram; and what its form says of a bot.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEgress } from '../../egress/egress.ts'
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts'
import {
  describeMessageConnector,
  HTTP_FAULTS,
  type LimitCase,
  type MessageConnectorSubject,
  realVariables,
} from '../../testing/connector-suite.ts'
import { openWebhookTap } from '../../testing/webhook-tap.ts'
import type { OpenChannel } from '../connector.ts'
import { createTelegram } from './connector.ts'

const HEADER = 'x-telegram-bot-api-secret-token'
const TOKEN = `1234567:${'r'.repeat(35)}`
const CHANNEL: OpenChannel = {
  id: 'chn_contract',
  tenantId: 'tnt_contract',
  kind: 'telegram',
  provider: 'telegram',
  address: '1234567',
  config: {},
  secrets: { botToken: TOKEN, webhookSecret: 'a-secret-of-the-webhook' },
}
const text = (words: string) =>
  ({ kind: 'message.send_text', channel: 'telegram', text: words }) as const
const LIMITS: readonly LimitCase[] = [
  { name: 'a text without words', command: text('\n'), field: 'text' },
  { name: 'a text of 4097 characters', command: text('x'.repeat(4097)), field: 'text' },
]

describeMessageConnector(
  'Telegram, before its stand-in',
  {
    faults: [
      ...HTTP_FAULTS,
      {
        name: 'a server error with words',
        answer: { status: 500 },
        type: 'uncertain',
        isTaken: false,
      },
      {
        name: 'a person who blocked the bot',
        answer: { status: 403 },
        type: 'failed',
        isTaken: false,
      },
    ],
    limits: LIMITS,
    reportsStatuses: false,
    inbound: { proofHeaders: [HEADER], coversBody: false },
  },
  openStandIn,
)

const real = realVariables('telegram', ['BOT_TOKEN', 'CHAT'])
if (real) {
  const [address = ''] = real.BOT_TOKEN.split(':')
  const channel = { ...CHANNEL, address, secrets: { botToken: real.BOT_TOKEN } }
  describeMessageConnector(
    'Telegram itself',
    { faults: [], limits: LIMITS, reportsStatuses: false },
    () => Promise.resolve({ ...subjectOf({}), channel, to: real.CHAT, allow: [] }),
  )
}

describe('the form of a bot', () => {
  let sandbox: Sandbox
  const storeDir = mkdtempSync(join(tmpdir(), 'fluxo-telegram-'))
  const context = () => {
    const egress = createEgress({ allow: [new URL(sandbox.url).host] })
    return { egress, signal: AbortSignal.timeout(5_000) }
  }
  const form = () => createTelegram({ baseUrl: `${sandbox.url}/telegram` }).channel
  beforeAll(async () => {
    sandbox = await createSandbox({ port: 0, host: '127.0.0.1', storeDir })
  })
  afterAll(async () => {
    await sandbox.close()
    rmSync(storeDir, { recursive: true })
  })

  it('knows the bot by its name, and names the field that is wrong', async () => {
    const check = (given: Partial<OpenChannel>) =>
      form()?.check?.({ ...CHANNEL, ...given }, context())
    expect(await check({})).toEqual({ ok: true, displayAddress: '@sandbox_1234567_bot' })
    expect(await check({ address: '7654321' })).toMatchObject({ ok: false, field: 'address' })
    expect(await check({ secrets: { botToken: 'x' } })).toMatchObject({
      ok: false,
      error: { code: 'PROVIDER_CREDENTIALS' },
      field: 'secrets.botToken',
    })
  })

  it('tells Telegram where to deliver; the secret goes along with every update', async () => {
    const tap = await openWebhookTap()
    const where = { webhookUrl: tap.url, context: context() }
    expect(await form()?.connect?.(CHANNEL, where)).toMatchObject({ ok: true })
    const coming = tap.next()
    const body = JSON.stringify({ from: '77', text: 'Oi' })
    await fetch(`${sandbox.url}/telegram/inbound`, { method: 'POST', body })
    expect((await coming).headers[HEADER]).toBe(CHANNEL.secrets['webhookSecret'])
    tap.close()
  })
})

function subjectOf(api: Parameters<typeof createTelegram>[0]): MessageConnectorSubject {
  const [outbound] = createTelegram(api).outbound
  if (!outbound || outbound.needsChannel === false) throw new Error('it sends nothing')
  return {
    outbound,
    channel: CHANNEL,
    to: '77',
    command: text('Oi, Ana!'),
    wrongSecrets: { botToken: `1234567:${'w'.repeat(35)}` },
    allow: [],
    close: () => Promise.resolve(),
  }
}

async function openStandIn(): Promise<MessageConnectorSubject> {
  const storeDir = mkdtempSync(join(tmpdir(), 'fluxo-contract-'))
  const sandbox = await createSandbox({ port: 0, host: '127.0.0.1', storeDir })
  const tap = await openWebhookTap()
  const api = { baseUrl: `${sandbox.url}/telegram`, timeoutMs: 300 }
  const post = async (path: string, body: unknown): Promise<void> => {
    const response = await fetch(sandbox.url + path, { method: 'POST', body: JSON.stringify(body) })
    if (!response.ok) throw new Error(await response.text())
  }
  const { webhookSecret = '' } = CHANNEL.secrets
  const webhook = { url: tap.url, secret_token: webhookSecret }
  await post(`/telegram/bot${TOKEN}/setWebhook`, webhook)
  const { inbound } = createTelegram(api)
  if (!inbound) throw new Error('it hears nothing')
  const update = (value: object): Buffer => Buffer.from(JSON.stringify({ update_id: 1, ...value }))
  const numbers = new Map<string, number>()
  return {
    ...subjectOf(api),
    allow: [new URL(sandbox.url).host],
    script: (answers) => post('/script', { provider: 'telegram', answers }),
    taken: async () => {
      const response = await fetch(`${sandbox.url}/telegram/messages?chat=77`)
      const { items } = (await response.json()) as { items: { id: string; direction: string }[] }
      return items.filter(({ direction }) => direction === 'out').map(({ id }) => id)
    },
    inbound: {
      write: async ({ id, text: words }) => {
        if (id !== undefined && !numbers.has(id)) numbers.set(id, 9_000 + numbers.size)
        const number = id === undefined ? {} : { id: numbers.get(id) }
        const coming = tap.next()
        await post('/telegram/inbound', { from: '88', text: words, ...number })
        return coming
      },
      prove: (rawBody) => ({
        method: 'POST',
        rawBody,
        headers: { [HEADER]: webhookSecret },
        query: {},
      }),
      unknown: [
        update({ poll_answer: { poll_id: '1' } }),
        update({ message: { message_id: 1, chat: { id: -5, type: 'group' }, text: 'Oi' } }),
        update({
          message: { message_id: 1, chat: { id: 5, type: 'private' }, from: { is_bot: true } },
        }),
      ],
      hear: async (request, secrets = CHANNEL.secrets) => {
        const channel = { ...CHANNEL, secrets }
        const context = { egress: createEgress({ allow: [] }), now: new Date() }
        await inbound.verify(request, channel, context)
        return inbound.read(request, channel, context)
      },
    },
    close: async () => {
      await sandbox.close()
      tap.close()
      rmSync(storeDir, { recursive: true })
    },
  }
}
