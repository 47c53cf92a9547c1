import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFluxoError } from '#machines/contracts/errors.ts'
import { listPhoneNumberIds, parseWhatsAppWebhook, readWhatsAppWebhook } from './inbound.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const options = {
  now: NOW,
  resolveChannel: (id: string) => (id === '1001' ? 'chn_1' : id === '1002' ? 'chn_2' : null),
}

const change = (value: object, phoneNumberId = '1001') => ({
  field: 'messages',
  value: {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '551140000000', phone_number_id: phoneNumberId },
    ...value,
  },
})
const webhook = (...changes: object[]) => ({
  object: 'whatsapp_business_account',
  entry: [{ id: 'waba', changes }],
})
const parse = (body: unknown) =>
  parseWhatsAppWebhook(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)))
const read = (body: unknown) => readWhatsAppWebhook(parse(body), options)

const message = (content: object) => ({
  from: '553199999999',
  id: 'wamid.A',
  timestamp: '1763812800',
  ...content,
})
const readOne = (content: object) => {
  const { arrivals } = read(webhook(change({ messages: [message(content)] })))
  return arrivals[0]
}

describe('messages', () => {
  it('become arrivals with address, profile name and key', () => {
    const contacts = [{ profile: { name: 'Ana ' }, wa_id: '553199999999' }]
    const messages = [message({ type: 'text', text: { body: 'Oi' } })]
    expect(read(webhook(change({ contacts, messages })))).toEqual({
      ignored: [],
      arrivals: [
        {
          type: 'message',
          channel: 'whatsapp',
          channelId: 'chn_1',
          dedupeKey: 'wa:1001:msg:wamid.A',
          occurredAt: '2025-11-22T12:00:00.000Z',
          source: 'whatsapp',
          address: { phone: '+5531999999999' },
          profileName: 'Ana',
          providerMessageId: 'wamid.A',
          kind: 'text',
          text: 'Oi',
          content: { type: 'text', body: 'Oi' },
        },
      ],
    })
  })

  it.each([
    [
      { type: 'image', image: { id: 'm1', mime_type: 'image/jpeg', caption: 'foto' } },
      'image',
      'foto',
    ],
    [{ type: 'video', video: { id: 'm1' } }, 'video', ''],
    [{ type: 'audio', audio: { id: 'm1', voice: true } }, 'audio', ''],
    [{ type: 'document', document: { id: 'm1', filename: 'a.pdf' } }, 'document', 'a.pdf'],
    [{ type: 'sticker', sticker: { id: 'm1', animated: false } }, 'sticker', ''],
    [
      { type: 'location', location: { latitude: -18.5, longitude: -46.5 } },
      'location',
      '-18.5, -46.5',
    ],
    [{ type: 'contacts', contacts: [{ name: { formatted_name: 'Bia' } }] }, 'contacts', 'Bia'],
    [{ type: 'button', button: { payload: 'p', text: 'Sim' } }, 'button', 'Sim'],
    [
      {
        type: 'interactive',
        interactive: { type: 'button_reply', button_reply: { id: 'y', title: 'Quero' } },
      },
      'button_reply',
      'Quero',
    ],
    [
      {
        type: 'interactive',
        interactive: {
          type: 'list_reply',
          list_reply: { id: 'r', title: 'Plano', description: 'd' },
        },
      },
      'list_reply',
      'Plano',
    ],
    [
      {
        type: 'interactive',
        interactive: {
          type: 'nfm_reply',
          nfm_reply: { name: 'flow', body: 'Sent', response_json: '{}' },
        },
      },
      'nfm_reply',
      'Sent',
    ],
    [{ type: 'reaction', reaction: { message_id: 'wamid.B', emoji: '👍' } }, 'reaction', '👍'],
    [{ type: 'reaction', reaction: { message_id: 'wamid.B' } }, 'reaction', ''],
    [
      { type: 'order', order: { catalog_id: 'c', text: 'dois', product_items: [] } },
      'order',
      'dois',
    ],
    [
      { type: 'system', system: { type: 'user_changed_number', wa_id: '55', body: 'mudou' } },
      'system',
      'mudou',
    ],
    [
      { type: 'unsupported', errors: [{ code: 131051, title: 'Message type unknown' }] },
      'unsupported',
      'Message type unknown',
    ],
    [{ type: 'unknown', errors: [{ code: 131051 }] }, 'unsupported', ''],
    [{ type: 'poll', poll: { name: 'novo' } }, 'unsupported', ''],
    [{ type: 'text' }, 'unsupported', ''],
    [{ type: 'interactive', interactive: { type: 'new' } }, 'unsupported', ''],
    [{ type: 'constructor' }, 'unsupported', ''],
    [{ type: 'interactive', interactive: { type: 'toString' } }, 'unsupported', ''],
  ])('of the form %j have kind %s', (content, kind, text) => {
    expect(readOne(content)).toMatchObject({ type: 'message', kind, text })
  })

  it('keep everything of a type that nobody knows', () => {
    expect(readOne({ type: 'poll', poll: { name: 'novo' } })).toMatchObject({
      content: { type: 'poll', poll: { name: 'novo' } },
    })
  })

  it('keep what they answer and where they came from', () => {
    const context = { from: '551140000000', id: 'wamid.B' }
    const referral = { source_url: 'https://fb.me/x', ctwa_clid: 'c' }
    expect(readOne({ type: 'text', text: { body: 'Oi' }, context, referral })).toMatchObject({
      content: { type: 'text', body: 'Oi', context, referral },
    })
  })

  it('too large to keep say so', () => {
    const contacts = Array.from({ length: 2000 }, () => ({
      name: { formatted_name: 'x'.repeat(50) },
    }))
    expect(readOne({ type: 'contacts', contacts })).toMatchObject({
      kind: 'contacts',
      content: { type: 'contacts', truncated: true },
    })
  })

  it('of people without a number are known by their user id', () => {
    const contacts = [{ user_id: 'US.1349', profile: { name: 'Ana', username: 'ana' } }]
    const messages = [{ id: 'w', type: 'text', text: { body: 'Oi' }, from_user_id: 'US.1349' }]
    const { arrivals } = read(webhook(change({ contacts, messages })))
    expect(arrivals[0]).toMatchObject({
      address: { identities: { whatsapp: 'US.1349' } },
      profileName: 'Ana',
      occurredAt: NOW.toISOString(),
    })
  })

  it('without an author or an id are named as ignored, their neighbours are read', () => {
    const messages = [
      { id: 'w', type: 'text' },
      { type: 'text' },
      'x',
      message({ type: 'text', text: { body: 'a' } }),
    ]
    const { arrivals, ignored } = read(webhook(change({ messages })))
    expect(arrivals).toHaveLength(1)
    expect(ignored.map(({ field }) => field)).toEqual(['messages', 'messages', 'messages'])
  })

  it('cleans what PostgreSQL would refuse', () => {
    const text = JSON.stringify(
      webhook(change({ messages: [message({ type: 'text', text: { body: 'aZb' } })] })),
    )
    expect(read(text.replace('aZb', 'a\\u0000b\\ud83d')).arrivals[0]).toMatchObject({
      text: 'ab\uFFFD',
    })
  })
})

describe('statuses', () => {
  const status = (fields: object) =>
    change({ statuses: [{ id: 'wamid.A', timestamp: '1763812800', ...fields }] })

  it('carry the effect id back', () => {
    const { arrivals } = read(
      webhook(status({ status: 'delivered', biz_opaque_callback_data: 'eff_1', pricing: {} })),
    )
    expect(arrivals).toEqual([
      {
        type: 'status',
        channel: 'whatsapp',
        channelId: 'chn_1',
        dedupeKey: 'wa:1001:status:wamid.A:delivered',
        occurredAt: '2025-11-22T12:00:00.000Z',
        source: 'whatsapp',
        effectId: 'eff_1',
        providerMessageId: 'wamid.A',
        status: 'delivered',
        error: null,
      },
    ])
  })

  it('tell why a message failed', () => {
    const errors = [
      {
        code: 131047,
        title: 'Re-engagement message',
        error_data: { details: 'more than 24 hours' },
      },
    ]
    expect(read(webhook(status({ status: 'failed', errors }))).arrivals[0]).toMatchObject({
      status: 'failed',
      effectId: null,
      error: { code: 'WHATSAPP_131047', message: 'more than 24 hours' },
    })
    expect(read(webhook(status({ status: 'failed' }))).arrivals[0]).toMatchObject({
      error: { code: 'WHATSAPP_UNKNOWN' },
    })
  })

  it('that we do not know are named as ignored', () => {
    const { arrivals, ignored } = read(
      webhook(status({ status: 'deleted' }), status({ status: '__proto__' })),
    )
    expect(arrivals).toEqual([])
    expect(ignored.map(({ field }) => field)).toEqual(['statuses', 'statuses'])
  })
})

describe('webhooks', () => {
  it('may hold several entries and numbers, and the same thing twice', () => {
    const one = change({ messages: [message({ type: 'text', text: { body: 'a' } })] })
    const two = change({ messages: [message({ type: 'text', text: { body: 'b' } })] }, '1002')
    const body = {
      object: 'whatsapp_business_account',
      entry: [...webhook(one, one).entry, ...webhook(two).entry],
    }
    expect(
      read(body).arrivals.map((arrival) => [
        arrival.dedupeKey,
        'channelId' in arrival && arrival.channelId,
      ]),
    ).toEqual([
      ['wa:1001:msg:wamid.A', 'chn_1'],
      ['wa:1002:msg:wamid.A', 'chn_2'],
    ])
    expect(listPhoneNumberIds(parse(body))).toEqual(['1001', '1002'])
  })

  it('of other fields, unknown numbers and odd values are named as ignored', () => {
    const { arrivals, ignored } = read(
      webhook(
        { field: 'flows', value: { event: 'x' } },
        change({ messages: [message({ type: 'text', text: { body: 'a' } })] }, '9'),
        { field: 'messages', value: 7 },
        { field: 'messages' },
        change({ errors: [{ code: 130429 }] }),
      ),
    )
    expect(arrivals).toEqual([])
    expect(ignored.map(({ field }) => field)).toEqual([
      'flows',
      'messages',
      'messages',
      'messages',
      'errors',
    ])
  })

  it.each([
    '',
    '[]',
    '{"object":"page","entry":[]}',
    '{"object":"whatsapp_business_account"}',
    '{',
  ])('of another shape are refused: %s', (body) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ code: 'WEBHOOK_BODY_INVALID' }))
  })

  it('of any content never break the reader', () => {
    const anything = fc.jsonValue({ maxDepth: 4 })
    fc.assert(
      fc.property(
        fc.array(anything),
        fc.array(anything),
        fc.array(anything),
        (messages, statuses, contacts) => {
          try {
            read(webhook(change({ messages, statuses, contacts, errors: contacts })))
          } catch (error) {
            expect(isFluxoError(error)).toBe(true)
          }
        },
      ),
    )
  })
})
