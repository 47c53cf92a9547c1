// A payload of every kind that Meta documents, and of some that it does not: none is dropped, each says what it can.

import { expect, it, test } from 'vitest'
import { parseWhatsAppWebhook, readWhatsAppWebhook } from './inbound.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const AT = '2025-11-22T12:00:00.000Z'

function read(field: string, value: object) {
  const body = {
    object: 'whatsapp_business_account',
    entry: [
      {
        id: 'waba',
        changes: [{ field, value: { metadata: { phone_number_id: '1001' }, ...value } }],
      },
    ],
  }
  const changes = parseWhatsAppWebhook(Buffer.from(JSON.stringify(body)))
  return readWhatsAppWebhook(changes, { now: NOW, resolveChannel: () => 'chn_1' })
}

const message = (content: object) => ({
  from: '553199999999',
  id: 'wamid.A',
  timestamp: '1763812800',
  ...content,
})

const MEDIA = {
  id: 'm1',
  mime_type: 'image/jpeg',
  sha256: 'x',
  url: 'https://lookaside.fbsbx.com/1',
}
const CARD = (name: string) => ({ name: { formatted_name: name }, phones: [{ phone: '+55 31 9' }] })

it.each<[kind: string, text: string, content: object]>([
  ['text', 'Oi', { type: 'text', text: { body: 'Oi' } }],
  ['image', 'foto', { type: 'image', image: { ...MEDIA, caption: 'foto' } }],
  ['image', '', { type: 'image', image: MEDIA }],
  ['video', 'veja', { type: 'video', video: { ...MEDIA, caption: 'veja' } }],
  ['audio', '', { type: 'audio', audio: { ...MEDIA, voice: true } }],
  [
    'document',
    'contrato.pdf',
    { type: 'document', document: { ...MEDIA, filename: 'contrato.pdf' } },
  ],
  [
    'document',
    'assinado',
    { type: 'document', document: { ...MEDIA, filename: 'contrato.pdf', caption: 'assinado' } },
  ],
  ['sticker', '', { type: 'sticker', sticker: { ...MEDIA, animated: true } }],
  [
    'location',
    '-18.5, -46.5',
    { type: 'location', location: { latitude: -18.5, longitude: -46.5 } },
  ],
  [
    'location',
    'Praça, Rua A 1',
    {
      type: 'location',
      location: { latitude: 1, longitude: 2, name: 'Praça', address: 'Rua A 1' },
    },
  ],
  ['contacts', 'Bia, Caio', { type: 'contacts', contacts: [CARD('Bia'), CARD('Caio'), {}] }],
  ['button', 'Sim', { type: 'button', button: { payload: 'p', text: 'Sim' } }],
  [
    'button_reply',
    'Quero',
    {
      type: 'interactive',
      interactive: { type: 'button_reply', button_reply: { id: 'y', title: 'Quero' } },
    },
  ],
  [
    'list_reply',
    'Plano',
    {
      type: 'interactive',
      interactive: {
        type: 'list_reply',
        list_reply: { id: 'r', title: 'Plano', description: 'd' },
      },
    },
  ],
  [
    'nfm_reply',
    'Sent',
    {
      type: 'interactive',
      interactive: {
        type: 'nfm_reply',
        nfm_reply: { name: 'flow', body: 'Sent', response_json: '{}' },
      },
    },
  ],
  ['reaction', '👍', { type: 'reaction', reaction: { message_id: 'wamid.B', emoji: '👍' } }],
  ['reaction', '', { type: 'reaction', reaction: { message_id: 'wamid.B' } }],
  [
    'order',
    'para hoje',
    { type: 'order', order: { catalog_id: 'c', text: 'para hoje', product_items: [] } },
  ],
  [
    'order',
    '2 × SKU-1, 1 × SKU-2',
    {
      type: 'order',
      order: {
        product_items: [
          { product_retailer_id: 'SKU-1', quantity: 2, item_price: 9.9, currency: 'BRL' },
          { product_retailer_id: 'SKU-2' },
        ],
      },
    },
  ],
  [
    'system',
    'Ana mudou de número',
    {
      type: 'system',
      system: { type: 'user_changed_number', wa_id: '553188888888', body: 'Ana mudou de número' },
    },
  ],
  [
    'unsupported',
    'Message type is currently not supported.',
    {
      type: 'unsupported',
      errors: [
        {
          code: 131051,
          title: 'Unknown',
          error_data: { details: 'Message type is currently not supported.' },
        },
      ],
    },
  ],
  ['unsupported', 'Unknown', { type: 'unknown', errors: [{ code: 131051, title: 'Unknown' }] }],
  ['unsupported', '', { type: 'poll', poll: { name: 'novo' } }],
  // Odd forms of known kinds.
  ['unsupported', '', { type: 'text' }],
  ['unsupported', '', { type: 'image', image: { caption: 'sem id' } }],
  ['unsupported', '', { type: 'location', location: {} }],
  ['unsupported', '', { type: 'interactive', interactive: { type: 'new' } }],
])('%s is heard as "%s"', (kind, text, content) => {
  const { arrivals, ignored } = read('messages', { messages: [message(content)] })
  expect(ignored).toEqual([])
  expect(arrivals).toMatchObject([{ type: 'message', kind, text, providerMessageId: 'wamid.A' }])
})

it('keeps everything that a message says beside', () => {
  const context = { from: '551140000000', id: 'wamid.B', forwarded: true }
  const referral = {
    source_url: 'https://fb.me/x',
    source_id: '120',
    source_type: 'ad',
    headline: 'Promo',
    ctwa_clid: 'clid',
  }
  const { arrivals } = read('messages', {
    messages: [message({ type: 'image', image: MEDIA, context, referral })],
  })
  expect(arrivals[0]).toMatchObject({ content: { type: 'image', ...MEDIA, context, referral } })
})

test.each([
  [{ type: 'user_changed_number', wa_id: '553188888888' }, '+5531988888888'],
  [{ type: 'customer_changed_number', new_wa_id: '5531988888888' }, '+5531988888888'],
  [{ type: 'user_changed_number', wa_id: '553199999999' }, undefined],
  [{ type: 'customer_identity_changed' }, undefined],
])('a notice %j gives the number %s', (system, phone) => {
  const { arrivals } = read('messages', { messages: [message({ type: 'system', system })] })
  expect(arrivals[0]).toMatchObject({ kind: 'system', address: { phone: '+5531999999999' } })
  expect((arrivals[0] as { newPhone?: string }).newPhone).toBe(phone)
})

test('what a person wrote on the phone is an echo to the contact', () => {
  const echo = { from: '551140000000', to: '553199999999', id: 'wamid.E', timestamp: '1763812800' }
  const { arrivals } = read('smb_message_echoes', {
    message_echoes: [
      { ...echo, type: 'text', text: { body: 'Já te ligo' } },
      { ...echo, to: 7 },
    ],
  })
  expect(arrivals).toEqual([
    {
      type: 'echo',
      channel: 'whatsapp',
      channelId: 'chn_1',
      dedupeKey: 'wa:1001:msg:wamid.E',
      occurredAt: AT,
      source: 'whatsapp',
      address: { phone: '+5531999999999' },
      profileName: null,
      providerMessageId: 'wamid.E',
      kind: 'text',
      text: 'Já te ligo',
      content: { type: 'text', body: 'Já te ligo', author: 'phone' },
    },
  ])
})

test.each([
  ['stop', 'consent.revoked'],
  ['resume', 'consent.granted'],
])('the preference %s is %s for marketing', (value, eventType) => {
  const preference = {
    wa_id: '553199999999',
    category: 'marketing_messages',
    value,
    timestamp: 1763812800,
  }
  const { arrivals } = read('user_preferences', { user_preferences: [preference] })
  expect(arrivals).toMatchObject([
    {
      type: 'event',
      eventType,
      occurredAt: AT,
      address: { phone: '+5531999999999' },
      payload: { purpose: 'marketing' },
    },
  ])
})

test('preferences of other kinds and without an owner are named as ignored', () => {
  const { arrivals, ignored } = read('user_preferences', {
    user_preferences: [
      { wa_id: '553199999999', category: 'other', value: 'stop' },
      { wa_id: '553199999999', category: 'marketing_messages', value: 'maybe' },
      { category: 'marketing_messages', value: 'stop' },
      7,
    ],
  })
  expect(arrivals).toEqual([])
  expect(ignored).toHaveLength(4)
})

test('a status carries the price, and 131050 the word about marketing', () => {
  const pricing = { billable: true, pricing_model: 'PMP', category: 'marketing', type: 'regular' }
  const status = { id: 'wamid.A', timestamp: '1763812800', recipient_id: '553199999999' }
  const { arrivals } = read('messages', {
    statuses: [
      { ...status, status: 'sent', pricing },
      { ...status, status: 'delivered', pricing: 'odd' },
      { ...status, status: 'failed', errors: [{ code: 131050, title: 'stopped' }] },
    ],
  })
  expect(arrivals).toMatchObject([
    {
      status: 'sent',
      pricing: { billable: true, model: 'PMP', category: 'marketing', type: 'regular' },
    },
    { status: 'delivered' },
    { status: 'failed', error: { code: 'WHATSAPP_131050' } },
    { type: 'event', eventType: 'consent.revoked', address: { phone: '+5531999999999' } },
  ])
  expect(arrivals[1]).not.toHaveProperty('pricing')
})

test('history is counted and not taken', () => {
  const { arrivals, ignored } = read('history', {
    history: [{ threads: [{}, {}] }, { threads: [{}] }, 7],
  })
  expect(arrivals).toEqual([])
  expect(ignored).toEqual([{ field: 'history', reason: 'history is not taken: 3 conversations' }])
})
