import { describe, expect, test } from 'vitest'
import { compile } from '../compile/compile.ts'
import { EMPTY_CONTACT } from '../contracts/contact.ts'
import type { JsonObject } from '../contracts/json.ts'
import type { Outcome } from '../contracts/versions.ts'
import { documentOf, textNode } from '../testing/document.ts'
import { differencesOf, type Happening, playHistory } from './what-if.ts'

const at = (minutes: number): string => new Date(Date.UTC(2026, 2, 10, 12, minutes)).toISOString()
const DAY = 24 * 60

const envelope = (type: string, payload: JsonObject = {}, source = 'instagram') => ({
  event_id: 'evt_1',
  tenant_id: 'tnt_1',
  contact_id: 'cnt_1',
  type,
  source,
  occurred_at: at(0),
  correlation_id: 'evt_1',
  payload,
})

function play(
  nodes: object[],
  happenings: Happening[],
  { until = 10 * DAY, more = {} as object, trigger = envelope('lead.captured') } = {},
): Outcome | null {
  const { workflow, diagnostics } = compile(documentOf(nodes, more))
  if (!workflow) throw new Error(JSON.stringify(diagnostics))
  const contact = { ...EMPTY_CONTACT, name: 'Ana', phone: '+5531999999999' }
  return playHistory(
    workflow,
    { trigger, startedAt: at(0), contact, happenings, until: at(until) },
    'UTC',
  )
}

const happened = (minutes: number, type: string, payload?: JsonObject): Happening => ({
  at: at(minutes),
  type: 'event',
  envelope: envelope(type, payload),
})
const result = (
  minutes: number,
  nodeId: string,
  outcome: object,
  kind = 'whatsapp.send_text',
): Happening => ({ at: at(minutes), type: 'result', nodeId, kind, outcome }) as Happening

const wait = (id: string, more: object = {}) => ({
  id,
  type: 'wait.for.event',
  event: 'x.y',
  next: null,
  ...more,
})

describe('a history that goes through a draft', () => {
  test('gets its events at their times; time-outs pass on the way, and not after the end', () => {
    const nodes = [
      wait('w', { timeout: 'PT1H', timeoutNext: 'late', next: 'ok' }),
      textNode('ok', { next: null }),
      textNode('late', { text: 'Tarde', next: null }),
    ]
    expect(play(nodes, [happened(30, 'x.y')])).toMatchObject({
      states: ['ok'],
      status: 'done',
      effects: ['ok whatsapp.send_text'],
    })
    expect(play(nodes, [happened(90, 'x.y')])).toMatchObject({
      states: ['late'],
      messages: ['Tarde'],
    })
    expect(play(nodes, [], { until: 59 })).toMatchObject({ states: ['w'], status: 'active' })
  })

  test('gets the results that really came for the same node and kind, at their times', () => {
    const nodes = [
      textNode('a', { onError: 'failed' }),
      wait('w', { timeout: 'PT10M', timeoutNext: null }),
      textNode('failed', { text: 'Falhou', next: null }),
    ]
    expect(
      play(nodes, [result(5, 'a', { error: { code: 'HTTP_500', message: '' } })]),
    ).toMatchObject({
      states: ['failed'],
    })
    // The event was there before the result: nobody waited for it yet.
    expect(
      play(nodes, [happened(1, 'x.y'), result(5, 'a', { output: {} })], { until: 10 }),
    ).toMatchObject({ states: ['w'] })
  })

  test('answers by rule what never happened: accepted, but no free text into a closed window', () => {
    const nodes = [wait('w'), textNode('b', { text: 'Novo', onError: null })].map((node, index) =>
      index === 0 ? { ...node, next: 'b' } : node,
    )
    const trigger = envelope('message.received', { channel: 'whatsapp', text: 'Oi' })
    const more = { trigger: { type: 'message.received.whatsapp' } }
    expect(play(nodes, [happened(60, 'x.y')], { trigger, more })).toMatchObject({
      status: 'done',
      messages: ['Novo'],
    })
    const failing = [wait('w', { next: 'b' }), textNode('b', { next: null })]
    expect(play(failing, [happened(2 * DAY, 'x.y')], { trigger, more })).toMatchObject({
      status: 'failed',
    })
  })

  test('knows the contact as it was told on the way, and what a person did', () => {
    const nodes = [
      wait('w', { timeout: 'P1D', timeoutNext: 'b', next: 'b' }),
      textNode('b', { text: 'Oi, {{contact.name}}', next: 'z' }),
      wait('z', { timeout: 'P9D' }),
    ]
    const bia = { ...EMPTY_CONTACT, name: 'Bia' }
    const told: Happening[] = [
      { at: at(1), type: 'contact', contact: bia },
      { at: at(2), type: 'skip' },
    ]
    expect(play(nodes, told)).toMatchObject({ messages: ['Oi, Bia'] })
    const stopped: Happening[] = [{ at: at(1), type: 'stop' }, happened(2, 'x.y')]
    expect(play(nodes, stopped)).toEqual({
      status: 'stopped',
      states: ['w'],
      effects: [],
      messages: [],
    })
  })

  test('does not start where the draft’s trigger would not have', () => {
    const more = { trigger: { type: 'lead.captured', filter: { source: ['landing'] } } }
    expect(play([textNode('a')], [], { more })).toBeNull()
  })
})

test('outcomes differ by their end, their effects in order, their messages', () => {
  const one: Outcome = { status: 'done', states: ['b', 'a'], effects: ['a x'], messages: ['Oi'] }
  expect(differencesOf(one, { ...one, states: ['a', 'b'] })).toEqual([])
  expect(differencesOf(one, null)).toEqual(['notStarted'])
  expect(differencesOf(one, { ...one, status: 'failed' })).toEqual(['end'])
  expect(differencesOf(one, { ...one, effects: [], messages: ['Olá'] })).toEqual([
    'effects',
    'messages',
  ])
})
