import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEgress, type Egress } from '../../egress/egress.ts'
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts'
import type { OutboundEffect, Outcome } from '../connector.ts'
import { createWhatsAppConnector } from './outbound.ts'

let sandbox: Sandbox
let egress: Egress
let storeDir: string

beforeEach(async () => {
  storeDir = await mkdtemp(join(tmpdir(), 'fluxo-outbound-'))
  sandbox = await createSandbox({ port: 0, host: '127.0.0.1', storeDir })
  egress = createEgress({ allow: [new URL(sandbox.url).host] })
  sandbox.register({
    phoneNumberId: '1001',
    accessToken: 'token',
    appSecret: 'app-secret',
    webhookUrl: 'http://127.0.0.1:9/webhooks/whatsapp',
  })
})

afterEach(async () => {
  await Promise.all([sandbox.close(), egress.close()])
  await rm(storeDir, { recursive: true })
})

const effect: OutboundEffect = {
  id: 'eff_1',
  tenantId: 'tnt_1',
  contactId: 'cnt_1',
  command: { kind: 'whatsapp.send_text', text: 'Oi, Ana!', previewUrl: false },
  to: '+5531999999999',
  template: null,
  channel: {
    id: 'chn_1',
    tenantId: 'tnt_1',
    kind: 'whatsapp',
    provider: 'meta',
    address: '1001',
    config: {},
    secrets: { accessToken: 'token' },
  },
}

function perform(changed: Partial<OutboundEffect> = {}, graphUrl = sandbox.url): Promise<Outcome> {
  const connector = createWhatsAppConnector({ graphUrl, version: 'v24.0', timeoutMs: 300 })
  const signal = new AbortController().signal
  return connector.perform({ ...effect, ...changed }, { egress, signal })
}

async function script(...answers: object[]): Promise<void> {
  const body = JSON.stringify({ provider: 'whatsapp', answers })
  expect((await fetch(`${sandbox.url}/script`, { method: 'POST', body })).status).toBe(200)
}

async function accepted(): Promise<{ id: string; effectId: string; body: unknown }[]> {
  const response = await fetch(
    `${sandbox.url}/whatsapp/messages?to=${encodeURIComponent(effect.to)}`,
  )
  return ((await response.json()) as { items: { id: string; effectId: string; body: unknown }[] })
    .items
}

describe('WhatsApp connector', () => {
  it('I5 sends a text and gives the wamid back', async () => {
    const outcome = await perform()
    const [message] = await accepted()
    expect(outcome).toMatchObject({ type: 'accepted', providerMessageId: message?.id })
    expect(message).toMatchObject({
      effectId: 'eff_1',
      body: { to: '5531999999999', type: 'text', text: { body: 'Oi, Ana!' } },
    })
  })

  it.each<[object, Outcome['type'], string, number]>([
    [{ status: 429, retryAfter: 1 }, 'retry', 'WHATSAPP_130429', 0],
    [{ status: 500 }, 'retry', 'WHATSAPP_131000', 0],
    [{ error: 131047 }, 'failed', 'WHATSAPP_131047', 0],
    [{ error: 131056 }, 'retry', 'WHATSAPP_131056', 0],
    [{ error: 190 }, 'failed', 'WHATSAPP_190', 0],
    [{ reset: 'before' }, 'uncertain', 'EGRESS_INTERRUPTED', 0],
    [{ reset: 'after' }, 'uncertain', 'EGRESS_INTERRUPTED', 1],
    [{ hang: 60_000 }, 'uncertain', 'EGRESS_INTERRUPTED', 1],
  ])('I6 reads %j as %s', async (answer, type, code, taken) => {
    await script(answer)
    expect(await perform()).toMatchObject({ type, error: { code } })
    expect(await accepted()).toHaveLength(taken)
    expect(await perform()).toMatchObject({ type: 'accepted' })
  })

  it('honours Retry-After', async () => {
    await script({ status: 429, retryAfter: 7 })
    expect(await perform()).toMatchObject({ type: 'retry', retryAfterMs: 7000 })
  })

  it('tries again where nobody listens', async () => {
    const closed = createServer().listen(0, '127.0.0.1')
    const address = await new Promise<string>((resolve) => {
      closed.on('listening', () => {
        const { port } = closed.address() as { port: number }
        closed.close(() => resolve(`127.0.0.1:${port}`))
      })
    })
    const open = createEgress({ allow: [address] })
    const connector = createWhatsAppConnector({ graphUrl: `http://${address}`, version: 'v24.0' })
    const outcome = await connector.perform(effect, {
      egress: open,
      signal: new AbortController().signal,
    })
    expect(outcome).toMatchObject({ type: 'retry', error: { code: 'EGRESS_UNREACHABLE' } })
    await open.close()
  })

  it('gives up before the send where sending cannot help', async () => {
    expect(await perform({}, 'http://127.0.0.1:1')).toMatchObject({
      type: 'failed',
      error: { code: 'EGRESS_BLOCKED' },
    })
    expect(await perform({ channel: { ...effect.channel, secrets: {} } })).toMatchObject({
      type: 'failed',
      error: { code: 'WHATSAPP_TOKEN_MISSING' },
    })
    expect(
      await perform({ command: { ...effect.command, text: '' } as OutboundEffect['command'] }),
    ).toMatchObject({
      type: 'failed',
      error: { code: 'WHATSAPP_TEXT_EMPTY' },
    })
    expect(await accepted()).toHaveLength(0)
  })

  it('is told of a wrong token and an unknown number', async () => {
    const wrong = { ...effect.channel, secrets: { accessToken: 'old' } }
    expect(await perform({ channel: wrong })).toMatchObject({
      type: 'failed',
      error: { code: 'WHATSAPP_190' },
    })
    const unknown = { ...effect.channel, address: '../1002' }
    expect(await perform({ channel: unknown })).toMatchObject({
      type: 'failed',
      error: { code: 'WHATSAPP_100' },
    })
  })
})
