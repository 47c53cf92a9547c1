import { expect, test } from 'vitest'
import { compile } from '../compile/compile.ts'
import type { Envelope } from '../contracts/envelope.ts'
import { documentOf } from '../testing/document.ts'
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

function starts(trigger: { type: string; [field: string]: unknown }, incoming: Envelope): boolean {
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

const BODIES = [
  { type: 'lead.captured' },
  { type: 'message.received.whatsapp' },
  { type: 'message.received.email' },
  { type: 'message.received' },
  { type: 'form.submitted' },
  { type: 'purchase.approved' },
  { type: 'tag.added' },
  { type: 'segment.entered' },
  { type: 'schedule', cron: '0 9 * * *' },
  { type: 'event', event: 'invoice.overdue' },
  { type: 'manual' },
]
const accepts = (body: { type: string; [field: string]: unknown }): boolean =>
  triggerKindOf(body.type)?.schema.safeParse(body).success ?? false

test.each(BODIES)('$type accepts its body and refuses fields that it does not know', (body) => {
  expect(accepts(body)).toBe(true)
  expect(accepts({ ...body, when: 'x' })).toBe(false)
  expect(accepts({ ...body, filter: { campaign: 'x' } })).toBe(false)
})

test.each(BODIES)('$type says whether a contact may start again', (body) => {
  for (const reentry of ['always', 'once', 'not while running', { cooldown: 'P7D' }]) {
    expect(accepts({ ...body, reentry }), JSON.stringify(reentry)).toBe(true)
  }
  for (const reentry of ['never', { cooldown: '7 days' }, { cooldown: 'PT0S' }, {}, null]) {
    expect(accepts({ ...body, reentry }), JSON.stringify(reentry)).toBe(false)
  }
})

test('form.submitted, tag.added and segment.entered start by one name or a list of names', () => {
  for (const [type, field] of [
    ['form.submitted', 'form'],
    ['tag.added', 'tag'],
    ['segment.entered', 'segment'],
  ] as const) {
    const startsBy = (filter: unknown) =>
      starts({ type, filter: { [field]: filter } }, envelope(type, { payload: { [field]: 'a' } }))
    expect([startsBy('a'), startsBy(['b', 'a']), startsBy([]), startsBy('b')], type).toEqual([
      true,
      true,
      true,
      false,
    ])
  }
})

test('purchase.approved takes a total that is written as text, and none that is no number', () => {
  const startsAt = (total: unknown) =>
    starts(
      { type: 'purchase.approved', filter: { minimum: 100 } },
      envelope('purchase.approved', { payload: { total } as never }),
    )
  expect(['100', 100, 100.5].map(startsAt)).toEqual([true, true, true])
  expect(['99', '', 'muito', null, undefined, [500], true].some(startsAt)).toBe(false)
})

test('schedule refuses what is no cron text', () => {
  expect(accepts({ type: 'schedule' })).toBe(false)
  expect(accepts({ type: 'schedule', cron: 'every day' })).toBe(false)
})

test('schedule takes a zone and an audience, and starts its own workflow only', () => {
  const schedule = { type: 'schedule', cron: '0 9 * * *' }
  expect(accepts({ ...schedule, zone: 'America/Manaus', audience: { tags: ['vip'] } })).toBe(true)
  expect(accepts({ ...schedule, audience: { all: true } })).toBe(true)
  for (const audience of [{}, { tags: [] }, { all: false }, { all: true, tags: ['vip'] }]) {
    expect(accepts({ ...schedule, audience }), JSON.stringify(audience)).toBe(false)
  }
  expect(accepts({ ...schedule, zone: 'Marte/Base' })).toBe(false)
})

test.each([
  ['manual', 'run.requested', { type: 'manual' }, {}],
  ['schedule', 'schedule.fired', { type: 'schedule', cron: '0 9 * * *' }, { cron: '0 9 * * *' }],
])('%s starts by an event for this very workflow, and not by one for another', (...given) => {
  const [, type, trigger, payload] = given
  const { workflow } = compile(documentOf([{ type: 'end' }], { trigger }))
  const isStartedBy = (workflowId: string) =>
    workflow?.isTriggeredBy(envelope(type, { payload: { ...payload, workflowId } }))
  expect([isStartedBy('wf_test'), isStartedBy('wf_other')]).toEqual([true, false])
})

test('event refuses events that no run can receive and conditions that cannot be read', () => {
  for (const event of ['effect.done', 'timer.fired', 'Bad.Name', 'one']) {
    expect(accepts({ type: 'event', event }), event).toBe(false)
  }
  const where = (to: string) => ({
    type: 'event',
    event: 'invoice.overdue',
    where: { value: '$.payload.days', op: 'equals', to },
  })
  expect(accepts(where('{{payload.limit}}'))).toBe(true)
  expect(accepts(where('{{'))).toBe(false)
  expect(accepts(where('$.['))).toBe(false)
})

test('event sees where the event came from', () => {
  const where = { value: '$.source', op: 'in', to: ['landing', 'instagram'] }
  const trigger = { type: 'event', event: 'invoice.overdue', where }
  expect(starts(trigger, envelope('invoice.overdue'))).toBe(true)
  expect(starts(trigger, envelope('invoice.overdue', { source: 'loja' }))).toBe(false)
})

test('event sees the event and the contact, also one of whom nothing is known', () => {
  const trigger = {
    type: 'event',
    event: 'invoice.overdue',
    where: { value: '$.contact.tags', op: 'contains', to: 'vip' },
  }
  const contact = { name: 'Ana', phone: null, email: null, tags: ['vip'], fields: {} }
  expect(starts(trigger, envelope('invoice.overdue', { contact }))).toBe(true)
  expect(starts(trigger, envelope('invoice.overdue'))).toBe(false)
})
