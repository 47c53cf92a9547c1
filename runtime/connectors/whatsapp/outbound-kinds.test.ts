// Every kind of WhatsApp message before the stand-in, which checks as Meta does: what we write is taken, and what Meta
// would refuse is refused by us first, with the field.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { MessageCommand } from '#machines/contracts/effect.ts'
import type { CarouselCard } from '#machines/contracts/whatsapp-command.ts'
import { createEgress, type Egress } from '../../egress/egress.ts'
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts'
import type { MediaShelf, OutboundEffect, Outcome, TenantFile } from '../connector.ts'
import { createWhatsAppConnector } from './outbound.ts'

let sandbox: Sandbox
let egress: Egress
let storeDir: string
const uploads = new Map<string, string>()
const PNG: TenantFile = { bytes: Buffer.from('png'), mime: 'image/png', filename: 'a.png' }
const files = new Map<string, TenantFile>([
  ['med_1', PNG],
  ['med_pdf', { ...PNG, mime: 'application/pdf', filename: 'a.pdf' }],
  ['med_large', { ...PNG, bytes: Buffer.alloc(5 * 1024 * 1024 + 1) }],
])
const shelf: MediaShelf = {
  read: async (_tenant, id) => files.get(id) ?? null,
  findUpload: async (_channel, id) => uploads.get(id) ?? null,
  keepUpload: async (_channel, id, providerId) => void uploads.set(id, providerId),
  forgetUpload: async (_channel, id) => void uploads.delete(id),
}

beforeAll(async () => {
  storeDir = await mkdtemp(join(tmpdir(), 'fluxo-kinds-'))
  sandbox = await createSandbox({ port: 0, host: '127.0.0.1', storeDir })
  egress = createEgress({ allow: [new URL(sandbox.url).host] })
})
beforeEach(() => {
  uploads.clear()
  sandbox.register({
    phoneNumberId: '1001',
    accessToken: 'token',
    appSecret: 'app-secret',
    webhookUrl: 'http://127.0.0.1:9/webhooks/whatsapp',
  })
})
afterAll(async () => {
  await Promise.all([sandbox.close(), egress.close()])
  await rm(storeDir, { recursive: true })
})

function perform(command: MessageCommand, more: Partial<OutboundEffect> = {}): Promise<Outcome> {
  const effect: OutboundEffect = {
    id: 'eff_1',
    tenantId: 'tnt_1',
    contactId: 'cnt_1',
    command,
    to: '+5531999999999',
    template: null,
    lastMessageId: 'wamid.last',
    channel: {
      id: 'chn_1',
      tenantId: 'tnt_1',
      kind: 'whatsapp',
      provider: 'meta',
      address: '1001',
      config: {},
      secrets: { accessToken: 'token' },
    },
    ...more,
  }
  const connector = createWhatsAppConnector({ graphUrl: sandbox.url, version: 'v24.0' })
  const signal = AbortSignal.timeout(5_000)
  return connector.perform(effect, { egress, signal, media: shelf })
}

interface Taken {
  kind: string
  body: Record<string, unknown>
}

async function lastTaken(): Promise<Taken | undefined> {
  const { items } = (await (await fetch(`${sandbox.url}/whatsapp/arrivals`)).json()) as {
    items: Taken[]
  }
  return items.at(-1)
}

const script = (...answers: object[]) =>
  fetch(`${sandbox.url}/script`, {
    method: 'POST',
    body: JSON.stringify({ provider: 'whatsapp', answers }),
  })
const image = 'https://cdn.example.com/a.png'
const card = (n: number, more: Partial<CarouselCard> = {}): CarouselCard => ({
  media: 'image',
  file: { link: image },
  body: `Plano ${n}`,
  url: null,
  replies: [{ id: `r${n}`, title: 'Quero' }],
  ...more,
})
const link = { text: 'Ver', url: 'https://loja.example.com' }
const CONTACT = {
  name: 'Bia',
  firstName: null,
  lastName: null,
  phones: [{ phone: '+55 11 98888-7777', type: 'WORK', waId: '+5511988887777' }],
  emails: [],
  urls: [],
  addresses: [],
  company: 'Loja Aurora',
  department: null,
  title: null,
  birthday: '1990-12-31',
}
const carousel = (...cards: CarouselCard[]): MessageCommand => ({
  kind: 'whatsapp.send_carousel',
  body: 'Veja',
  cards,
})
const reaction = (emoji: string, messageId: string | null = null): MessageCommand => ({
  kind: 'whatsapp.send_reaction',
  emoji,
  messageId,
})
const CTA = { header: null, footer: null, body: 'Oi', button: 'Abrir', url: link.url } as const

describe('I5 is taken', () => {
  it.each<[string, MessageCommand, object]>([
    [
      'a link',
      { kind: 'whatsapp.send_cta_url', ...CTA },
      { interactive: { action: { parameters: { display_text: 'Abrir', url: link.url } } } },
    ],
    [
      'the request for a location',
      { kind: 'whatsapp.request_location', body: 'Onde?' },
      { interactive: { type: 'location_request_message', action: { name: 'send_location' } } },
    ],
    [
      'cards with replies',
      carousel(card(1), card(2)),
      { interactive: { action: { cards: [{ card_index: 0 }, { card_index: 1 }] } } },
    ],
    [
      'cards with links',
      carousel(card(1, { url: link, replies: [] }), card(2, { url: link, replies: [] })),
      { interactive: { action: { cards: [{ type: 'cta_url' }, {}] } } },
    ],
    [
      'a contact',
      { kind: 'whatsapp.send_contacts', contacts: [CONTACT] },
      { contacts: [{ name: { formatted_name: 'Bia' }, phones: [{ wa_id: '5511988887777' }] }] },
    ],
    [
      "a reaction to the contact's last message",
      reaction('👍🏽'),
      { reaction: { message_id: 'wamid.last', emoji: '👍🏽' } },
    ],
    [
      'a reaction taken back',
      reaction('', 'wamid.1'),
      { reaction: { message_id: 'wamid.1', emoji: '' } },
    ],
    [
      'an answer to a message',
      { kind: 'whatsapp.send_text', text: 'Sim', previewUrl: false, replyTo: 'last' },
      { context: { message_id: 'wamid.last' } },
    ],
  ])('%s', async (_name, command, body) => {
    expect(await perform(command)).toMatchObject({ type: 'accepted' })
    expect((await lastTaken())?.body).toMatchObject({ to: '5531999999999', ...body })
  })

  it('a mark that the message was read, with the sign of writing; twice is no harm', async () => {
    const command = { kind: 'whatsapp.mark_read', messageId: null, typing: true } as const
    expect(await perform(command)).toEqual({
      type: 'accepted',
      providerMessageId: null,
      output: { success: true },
    })
    expect(await lastTaken()).toMatchObject({
      kind: 'typing',
      body: { status: 'read', message_id: 'wamid.last', typing_indicator: { type: 'text' } },
    })
    await script({ reset: 'after' })
    expect(await perform(command)).toMatchObject({ type: 'retry' })
  })

  it("to Meta's own id of somebody who shows no number", async () => {
    await perform(
      { kind: 'whatsapp.send_text', text: 'Oi', previewUrl: false },
      { to: 'US.1349abc' },
    )
    expect((await lastTaken())?.body).toMatchObject({ recipient: 'US.1349abc' })
  })
})

describe('is refused before it leaves, with the field', () => {
  it.each<[string, MessageCommand, string]>([
    ['one card', carousel(card(1)), 'cards:'],
    [
      'a mix of links and replies',
      carousel(card(1), card(2, { url: link, replies: [] })),
      'cards[1]',
    ],
    ['a mix of media', carousel(card(1), card(2, { media: 'video' })), 'cards[1].media'],
    ['a reply twice', carousel(card(1), card(1)), 'cards[1].replies[0].id'],
    ['a long card', carousel(card(1), card(2, { body: 'x'.repeat(161) })), 'cards[1].body'],
    ['words as a reaction', reaction('ok'), 'emoji'],
    ['two emojis', reaction('👍👍'), 'emoji'],
    [
      'no web address',
      { kind: 'whatsapp.send_cta_url', ...CTA, url: 'javascript:alert(1)' },
      'url',
    ],
    [
      'a contact without a name',
      { kind: 'whatsapp.send_contacts', contacts: [{ ...CONTACT, name: '' }] },
      'contacts[0].name',
    ],
    ['a long request', { kind: 'whatsapp.request_location', body: 'x'.repeat(1025) }, 'body'],
  ])('%s', async (_name, command, field) => {
    const outcome = await perform(command)
    expect(outcome.type).toBe('failed')
    expect(outcome.type === 'failed' && outcome.error.message).toContain(field)
  })

  it('a reaction and a mark where the contact has written nothing', async () => {
    const mark = { kind: 'whatsapp.mark_read', messageId: null, typing: false } as const
    for (const command of [reaction('👍'), mark])
      expect(await perform(command, { lastMessageId: null })).toMatchObject({
        type: 'failed',
        error: { code: 'WHATSAPP_MESSAGE_UNKNOWN' },
      })
  })
})

describe("the tenant's own files", () => {
  const media = (mediaId: string, more: object = {}): MessageCommand => ({
    kind: 'whatsapp.send_media',
    media: 'image',
    link: null,
    mediaId,
    caption: null,
    filename: null,
    ...more,
  })

  it('are uploaded once and sent by their id', async () => {
    expect(await perform(media('med_1'))).toMatchObject({ type: 'accepted' })
    const id = uploads.get('med_1')
    expect((await lastTaken())?.body).toMatchObject({ image: { id } })
    expect(
      await perform(carousel(card(1, { file: { link: null, mediaId: 'med_1' } }), card(2))),
    ).toMatchObject({
      type: 'accepted',
    })
    expect(uploads.get('med_1')).toBe(id)
  })

  it('are uploaded again when Meta has dropped them', async () => {
    uploads.set('med_1', 'gone')
    expect(await perform(media('med_1'))).toMatchObject({ type: 'retry' })
    expect(await perform(media('med_1'))).toMatchObject({ type: 'accepted' })
  })

  it.each([
    ['med_none', 'WHATSAPP_MEDIA_MISSING'],
    ['med_pdf', 'WHATSAPP_MEDIA_TYPE'],
    ['med_large', 'WHATSAPP_MEDIA_TOO_LARGE'],
  ])('%s fails before anything leaves', async (id, code) => {
    expect(await perform(media(id))).toMatchObject({ type: 'failed', error: { code } })
  })

  it.each<[object, Outcome['type']]>([
    [{ reset: 'after' }, 'retry'],
    [{ status: 500 }, 'retry'],
    [{ error: 131053 }, 'failed'],
    [{ error: 190 }, 'failed'],
  ])('I6 an upload that ends with %j is %s: nobody has seen anything', async (answer, type) => {
    await script(answer)
    expect(await perform(media('med_1'))).toMatchObject({ type })
    await script()
  })
})
