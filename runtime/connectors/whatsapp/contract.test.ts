// The contract of message connectors, kept by the Cloud API's connector before its stand-in and, with REAL_WHATSAPP_…
// set, before Meta.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSandbox } from '../../sandbox/sandbox.ts'
import {
  describeMessageConnector,
  HTTP_FAULTS,
  type InboundSubject,
  type LimitCase,
  type MessageConnectorSubject,
  realVariables,
} from '../../testing/connector-suite.ts'
import { openWebhookTap, type WebhookTap } from '../../testing/webhook-tap.ts'
import type { InboundRequest, OpenChannel } from '../connector.ts'
import { sign } from '../signature.ts'
import { parseWhatsAppWebhook, readWhatsAppWebhook } from './inbound.ts'
import { createWhatsAppConnector } from './outbound.ts'
import { verifyWhatsAppSignature } from './verify.ts'

const TIMEOUT_MS = 300
const SIGNATURE = 'x-hub-signature-256'
const CHANNEL: OpenChannel = {
  id: 'chn_contract',
  tenantId: 'tnt_contract',
  kind: 'whatsapp',
  provider: 'whatsapp_cloud',
  address: '1001',
  config: {},
  secrets: { accessToken: 'right-token', appSecret: 'app-secret' },
}

const text = (words: string) =>
  ({ kind: 'whatsapp.send_text', text: words, previewUrl: false }) as const
const buttons = (titles: string[]) =>
  ({
    kind: 'whatsapp.send_buttons',
    header: null,
    body: 'Como podemos ajudar?',
    footer: null,
    buttons: titles.map((title, index) => ({ id: `b${index}`, title })),
  }) as const

const LIMITS: readonly LimitCase[] = [
  { name: 'a text without words', command: text(' '), field: 'text' },
  { name: 'a text of 4097 characters', command: text('x'.repeat(4097)), field: 'text' },
  { name: 'four buttons', command: buttons(['a', 'b', 'c', 'd']), field: 'buttons' },
  {
    name: 'a title of 21 characters',
    command: buttons(['x'.repeat(21)]),
    field: 'buttons[0].title',
  },
  {
    name: 'a card alone',
    command: { kind: 'whatsapp.send_carousel', body: 'Veja', cards: [] },
    field: 'cards',
  },
  {
    name: 'words as a reaction',
    command: { kind: 'whatsapp.send_reaction', emoji: 'ok', messageId: 'wamid.1' },
    field: 'emoji',
  },
  {
    name: 'a template that is paused',
    command: { kind: 'whatsapp.send_template', template: 'hi', language: null, vars: {} },
    template: { name: 'hi', language: 'pt_BR', variables: [], status: 'PAUSED' },
    field: 'template',
  },
  {
    name: 'a template that nobody knows',
    command: { kind: 'whatsapp.send_template', template: 'none', language: null, vars: {} },
    field: 'template',
  },
  {
    name: 'a template whose variable is missing',
    command: { kind: 'whatsapp.send_template', template: 'hi', language: null, vars: {} },
    template: { name: 'hi', language: 'pt_BR', variables: ['nome'] },
    field: 'vars',
  },
]

describeMessageConnector(
  'WhatsApp, before its stand-in',
  {
    faults: [
      ...HTTP_FAULTS,
      {
        name: 'a server error of which Meta says that nothing was done',
        answer: { status: 500 },
        type: 'retry',
        isTaken: false,
      },
      { name: 'a closed window', answer: { error: 131047 }, type: 'failed', isTaken: false },
    ],
    limits: LIMITS,
    reportsStatuses: true,
    inbound: { proofHeaders: [SIGNATURE], coversBody: true },
  },
  openStandIn,
)

const real = realVariables('whatsapp', ['PHONE_NUMBER_ID', 'ACCESS_TOKEN', 'TO'])
if (real) {
  describeMessageConnector(
    'WhatsApp itself',
    { faults: [], limits: LIMITS, reportsStatuses: false },
    () =>
      Promise.resolve({
        outbound: createWhatsAppConnector({
          graphUrl: 'https://graph.facebook.com',
          version: 'v24.0',
        }),
        channel: {
          ...CHANNEL,
          address: real.PHONE_NUMBER_ID,
          secrets: { accessToken: real.ACCESS_TOKEN },
        },
        to: real.TO,
        command: text('FluxoLab'),
        wrongSecrets: { accessToken: 'wrong-token' },
        allow: [],
        close: () => Promise.resolve(),
      }),
  )
}

async function openStandIn(): Promise<MessageConnectorSubject> {
  const storeDir = mkdtempSync(join(tmpdir(), 'fluxo-contract-'))
  const statusDelays = { sent: 1, delivered: 2, read: 3 }
  const sandbox = await createSandbox({ port: 0, host: '127.0.0.1', storeDir, statusDelays })
  const tap = await openWebhookTap()
  const { accessToken = '', appSecret = '' } = CHANNEL.secrets
  sandbox.register({ phoneNumberId: CHANNEL.address, accessToken, appSecret, webhookUrl: tap.url })
  const post = async (path: string, body: unknown): Promise<unknown> => {
    const response = await fetch(sandbox.url + path, { method: 'POST', body: JSON.stringify(body) })
    if (!response.ok) throw new Error(await response.text())
    return response.json()
  }
  return {
    outbound: createWhatsAppConnector({
      graphUrl: sandbox.url,
      version: 'v24.0',
      timeoutMs: TIMEOUT_MS,
    }),
    channel: CHANNEL,
    to: '+5531999999999',
    command: text('Oi, Ana!'),
    wrongSecrets: { accessToken: 'wrong-token' },
    allow: [new URL(sandbox.url).host],
    script: async (answers) => void (await post('/script', { provider: 'whatsapp', answers })),
    taken: async () => {
      const response = await fetch(`${sandbox.url}/whatsapp/messages`)
      const { items } = (await response.json()) as { items: { id: string }[] }
      return items.map(({ id }) => id)
    },
    inbound: inboundOf(tap, (message) => post('/whatsapp/inbound', message)),
    close: async () => {
      await sandbox.close()
      tap.close()
      rmSync(storeDir, { recursive: true })
    },
  }
}

function inboundOf(tap: WebhookTap, write: (message: object) => Promise<unknown>): InboundSubject {
  const holds = (part: string) => (request: InboundRequest) => request.rawBody.includes(part)
  const unknown = (changes: unknown[]): Buffer =>
    Buffer.from(
      JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: '1', changes }] }),
    )
  return {
    write: async ({ id, text: words }) => {
      const coming = tap.next(holds('"messages":['))
      await write({ from: '+5531988887777', text: words, ...(id && { id: `wamid.${id}` }) })
      return coming
    },
    statusOf: (id) =>
      tap.next((request) => holds('"statuses":[')(request) && holds(id)(request), 0),
    prove: (rawBody) => ({
      method: 'POST',
      rawBody,
      headers: { [SIGNATURE]: sign('app-secret', [rawBody]) },
      query: {},
    }),
    unknown: [
      unknown([{ field: 'a_field_of_tomorrow', value: { event: 'X' } }]),
      unknown([
        { field: 'messages', value: { metadata: { phone_number_id: '999' }, messages: [] } },
      ]),
    ],
    hear: (request, secrets = CHANNEL.secrets) =>
      Promise.resolve().then(() => hear(request, secrets)),
  }
}

function hear({ rawBody, headers }: InboundRequest, secrets: Record<string, string>) {
  const { appSecret, previousAppSecret } = secrets
  const given = [appSecret, previousAppSecret].filter((secret) => secret !== undefined)
  verifyWhatsAppSignature(rawBody, headers[SIGNATURE], given)
  return readWhatsAppWebhook(parseWhatsAppWebhook(rawBody), {
    resolveChannel: (phoneNumberId) => (phoneNumberId === CHANNEL.address ? CHANNEL.id : null),
    now: new Date(),
  })
}
