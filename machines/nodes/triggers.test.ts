import { expect, test } from 'vitest'
import type { Envelope } from '../contracts/envelope.ts'
import { triggerKindOf } from './registry.ts'

const envelope = (type: string, more: Partial<Envelope> = {}): Envelope => ({
  event_id: 'evt_1',
  tenant_id: 'tnt_1',
  contact_id: 'cnt_1',
  type,
  source: 'instagram',
  occurred_at: '2026-03-10T12:00:00Z',
  correlation_id: 'evt_1',
  payload: {},
  ...more,
})

function starts(trigger: { type: string; filter?: object }, incoming: Envelope): boolean {
  const kind = triggerKindOf(trigger.type)
  if (!kind) throw new Error(`no trigger ${trigger.type}`)
  return kind.matches(kind.schema.parse(trigger), incoming)
}

test('lead.captured starts for any source, one source or a list of them', () => {
  const lead = envelope('lead.captured')
  const withSource = (source?: string | string[]) =>
    starts({ type: 'lead.captured', ...(source ? { filter: { source } } : {}) }, lead)
  expect(withSource()).toBe(true)
  expect(withSource('instagram')).toBe(true)
  expect(withSource(['landing', 'instagram'])).toBe(true)
  expect(withSource(['landing'])).toBe(false)
  expect(withSource('insta')).toBe(false)
})

test('message.received.whatsapp starts for that channel only', () => {
  const trigger = { type: 'message.received.whatsapp' }
  expect(starts(trigger, envelope('message.received', { payload: { channel: 'whatsapp' } }))).toBe(
    true,
  )
  expect(starts(trigger, envelope('message.received', { payload: { channel: 'email' } }))).toBe(
    false,
  )
})

test('message.received.whatsapp looks for its words whatever the case', () => {
  const trigger = { type: 'message.received.whatsapp', filter: { contains: ['AÇAÍ', 'menu'] } }
  const wrote = (text: unknown) =>
    starts(
      trigger,
      envelope('message.received', { payload: { channel: 'whatsapp', text } as never }),
    )
  expect(['quero açaí', 'MENU', 'oi', undefined, 7, {}].map(wrote)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ])
})

test('triggers refuse filters that they do not know', () => {
  for (const type of ['lead.captured', 'message.received.whatsapp']) {
    const schema = triggerKindOf(type)?.schema
    expect(schema?.safeParse({ type, filter: { campaign: 'x' } }).success, type).toBe(false)
    expect(schema?.safeParse({ type, when: 'x' }).success, type).toBe(false)
  }
})

test('triggers say which envelopes can start them and sum up their filter', () => {
  const lead = triggerKindOf('lead.captured')
  const message = triggerKindOf('message.received.whatsapp')
  expect([lead?.eventType, message?.eventType]).toEqual(['lead.captured', 'message.received'])
  expect(lead?.summarize({ type: 'lead.captured', filter: { source: ['a', 'b'] } } as never)).toBe(
    'a, b',
  )
})
