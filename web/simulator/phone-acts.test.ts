import { expect, test } from 'vitest'
import { phoneMessageOf } from './command-message.ts'
import { offeredEvents } from './offered-events.ts'
import { actOfTap, actOfWords } from './phone-acts.ts'
import { windowStateOf } from './window-state.ts'

test('What the composer hands over becomes an act; the bytes of a file are left behind', () => {
  expect(actOfWords({ text: 'Oi' }, 'telegram')).toEqual({
    do: 'say',
    text: 'Oi',
    channel: 'telegram',
  })
  const file = { base64: 'AAAA', mimeType: 'application/pdf', filename: 'a.pdf' }
  const message = { type: 'document', document: { caption: 'Segue' } }
  expect(actOfWords({ message, file }, 'whatsapp')).toEqual({
    do: 'attach',
    media: 'document',
    filename: 'a.pdf',
    mimeType: 'application/pdf',
    caption: 'Segue',
  })
  const location = { type: 'location', location: { latitude: 1, longitude: 2, name: 'Praça' } }
  expect(actOfWords({ message: location }, 'whatsapp')).toMatchObject({
    do: 'send place',
    name: 'Praça',
  })
})

test('A tap is of the kind that its message asks for', () => {
  const list = phoneMessageOf({
    kind: 'whatsapp.send_list',
    header: null,
    body: 'Planos',
    footer: null,
    button: 'Ver',
    sections: [{ title: null, rows: [{ id: 'a', title: 'A', description: null }] }],
  })!
  const row = list.list!.sections[0]!.rows[0]!
  expect(actOfTap(list, row, '')).toMatchObject({ do: 'tap', kind: 'list_reply', id: 'a' })
  const template = phoneMessageOf({
    kind: 'whatsapp.send_template',
    template: 'oferta',
    language: null,
    vars: { nome: 'Ana' },
    buttons: [{ index: 0, type: 'quick_reply', payload: 'quero' }],
  })!
  expect(template).toMatchObject({ text: '[oferta]', footer: 'Ana' })
  expect(actOfTap(template, template.buttons[0]!, '')).toMatchObject({ kind: 'button' })
  const place = phoneMessageOf({ kind: 'whatsapp.request_location', body: 'Onde?' })!
  expect(actOfTap(place, place.buttons[0]!, 'Praça')).toMatchObject({
    do: 'send place',
    name: 'Praça',
  })
})

test('Awaited events are offered first, and none twice', () => {
  const awaited = ['purchase.approved', 'message.received.whatsapp', 'handoff.returned', 'a.b']
  const offered = offeredEvents(awaited)
  expect(offered.slice(0, 2)).toEqual([
    { type: 'a.b', isAwaited: true },
    { type: 'purchase.approved', isAwaited: true },
  ])
  expect(new Set(offered.map(({ type }) => type)).size).toBe(offered.length)
  expect(offered.some(({ type }) => type.startsWith('message.'))).toBe(false)
})

test('The window is open for a day after the contact wrote, unless it was closed or left', () => {
  const trace = {
    now: '2026-03-10T12:00:00.000Z',
    windowOpen: true,
    lastInboundAt: {} as Record<string, string>,
    optedOut: [] as string[],
    awaits: [],
    steps: [],
    settled: {},
    transcript: [],
  }
  expect(windowStateOf(trace)).toEqual({ state: 'unknown' })
  const wrote = { ...trace, lastInboundAt: { whatsapp: '2026-03-09T12:00:00.000Z' } }
  expect(windowStateOf(wrote)).toEqual({ state: 'open', until: trace.now })
  expect(windowStateOf({ ...wrote, now: '2026-03-10T12:00:01.000Z' })).toEqual({ state: 'closed' })
  expect(windowStateOf({ ...trace, windowOpen: false })).toEqual({ state: 'closed' })
  expect(windowStateOf({ ...trace, optedOut: ['whatsapp'] })).toEqual({ state: 'left' })
})
