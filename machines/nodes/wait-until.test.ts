import { expect, test } from 'vitest'
import { simulate } from '../simulate/simulate.ts'
import {
  behaviourOf,
  documentOf,
  NOW,
  parsedNode,
  refusalOf,
  scopeWith,
  targetsOf,
  textNode,
  ZONE,
} from '../testing/document.ts'

const HOUR = 3_600_000
const body = (at: unknown, more: object = {}) => ({ type: 'wait.until', at, ...more })
/** Hours from Tuesday 10 March 2026, 09:00 in São Paulo. */
const hoursUntil = (at: unknown, now = NOW) =>
  (behaviourOf(body(at)).delay?.(now, ZONE, {}) ?? Number.NaN) / HOUR

test('wait.until accepts moments and times of day and refuses the rest', () => {
  for (const at of [
    '2026-12-24T09:00:00-03:00',
    '2026-12-24T09:00:00Z',
    '2026-12-24T09:00',
    { time: '09:00' },
    { time: '09:00', weekday: 'mon', calendar: 'business' },
  ]) {
    expect(refusalOf(body(at)), JSON.stringify(at)).toBeNull()
  }
  for (const at of [
    '2026-12-24',
    '09:00',
    '2026-02-30T09:00',
    '$.payload.at',
    { time: '25:00' },
    { time: '09:00', weekday: 'monday' },
    { weekday: 'mon' },
    { time: '09:00', weekday: 'sat', calendar: 'business' },
    5,
  ]) {
    expect(refusalOf(body(at)), JSON.stringify(at)).not.toBeNull()
  }
})

test('wait.until leads to the next node and has no failure', () => {
  expect(targetsOf(body({ time: '09:00' }, { next: null }))).toEqual({ next: null })
  expect(refusalOf(body({ time: '09:00' }, { onError: 'n2' }))).toEqual(['onError'])
})

test('wait.until counts to an instant, and to a time by the clock of the tenant', () => {
  expect(hoursUntil('2026-03-10T15:00:00Z')).toBe(3)
  expect(hoursUntil('2026-03-10T15:00:00+03:00')).toBe(0)
  expect(hoursUntil('2026-03-10T15:00')).toBe(6)
})

test('wait.until does not wait for a moment that has passed', () => {
  expect(hoursUntil('2020-01-01T00:00:00Z')).toBe(0)
})

test('wait.until counts to the next time of day, never to this very minute', () => {
  expect(hoursUntil({ time: '10:00' })).toBe(1)
  expect(hoursUntil({ time: '08:00' })).toBe(23)
  expect(hoursUntil({ time: '09:00' })).toBe(24)
  expect(hoursUntil({ time: '09:00', weekday: 'tue' })).toBe(7 * 24)
  expect(hoursUntil({ time: '09:00', weekday: 'fri' })).toBe(3 * 24)
})

test('wait.until skips weekends and holidays where it counts business days', () => {
  // Thursday before Good Friday 2026: the next business day is Monday.
  expect(hoursUntil({ time: '09:00', calendar: 'business' }, '2026-04-02T12:00:00Z')).toBe(4 * 24)
})

test('wait.until follows a change of the clock', () => {
  // On 29 March 2026 the clocks of Lisbon go forward an hour.
  const { delay } = behaviourOf(body({ time: '09:00' }))
  expect(delay?.('2026-03-28T10:00:00Z', 'Europe/Lisbon', {})).toBe(22 * HOUR)
})

test('wait.until says in one line until when it waits', () => {
  const line = (at: unknown) => {
    const { kind, node } = parsedNode(body(at))
    return kind.summarize(node)
  }
  expect(line({ time: '09:00', weekday: 'mon', calendar: 'business' })).toBe(
    'mon · 09:00 · business',
  )
  expect(line('2026-12-24T09:00')).toBe('2026-12-24T09:00')
})

const until = (source: string, more: object = {}) => ({
  type: 'wait.until',
  until: source,
  ...more,
})
const hoursUntilValue = (starts_at: unknown, more: object = {}, fields = {}) => {
  const scope = scopeWith({
    payload: { starts_at } as never,
    contact: { name: null, phone: null, email: null, tags: [], fields },
  })
  const { delay } = behaviourOf(until('$.payload.starts_at', more))
  return (delay?.(NOW, ZONE, scope) ?? Number.NaN) / HOUR
}

test('wait.until takes one of at, until and hours, and what belongs to it', () => {
  const hours = { days: ['mon'], from: '09:00', to: '18:00' }
  expect(refusalOf(until('$.payload.starts_at', { before: 'PT2H', onError: 'n2' }))).toBeNull()
  expect(refusalOf(until('{{payload.day}}T09:00', { zone: 'contact' }))).toBeNull()
  expect(refusalOf({ type: 'wait.until', hours })).toBeNull()
  expect(refusalOf({ type: 'wait.until' })).toEqual(['at'])
  expect(refusalOf(until('$.payload.a', { at: { time: '09:00' } }))).toEqual(['at'])
  expect(refusalOf(until('2026-12-24T09:00'))).toEqual(['until'])
  expect(refusalOf(body({ time: '09:00' }, { before: 'PT2H' }))).toEqual(['before'])
  expect(refusalOf(until('$.payload.a', { zone: 'UTC' }))).toEqual(['zone'])
  const zoned = { ...hours, zone: 'America/Manaus' }
  expect(refusalOf({ type: 'wait.until', hours: zoned, zone: 'contact' })).toEqual(['zone'])
})

test('wait.until reads an instant, a date and time, or a date out of a value', () => {
  expect(hoursUntilValue('2026-03-10T15:00:00Z')).toBe(3)
  expect(hoursUntilValue('2026-03-10T15:00')).toBe(6)
  expect(hoursUntilValue('2026-03-11')).toBe(15)
  expect(hoursUntilValue('2026-03-10T15:00:00Z', { before: 'PT2H' })).toBe(1)
})

test('wait.until leaves at once when the moment of a value has passed', () => {
  expect(hoursUntilValue('2020-01-01')).toBe(0)
  expect(hoursUntilValue('2026-03-10T13:00:00Z', { before: 'P1D' })).toBe(0)
})

test('wait.until goes by the contact’s clock where it is asked to and one is known', () => {
  const manaus = { timezone: 'America/Manaus' }
  expect(hoursUntilValue('2026-03-10T15:00', { zone: 'contact' }, manaus)).toBe(7)
  expect(hoursUntilValue('2026-03-10T15:00', {}, manaus)).toBe(6)
  for (const timezone of ['Marte/Base', '', 7, null]) {
    expect(hoursUntilValue('2026-03-10T15:00', { zone: 'contact' }, { timezone })).toBe(6)
  }
})

test('wait.until with hours waits until they begin, and not while they last', () => {
  const wait = (now: string) => {
    const hours = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '18:00' }
    const { delay } = behaviourOf({ type: 'wait.until', hours })
    return (delay?.(now, ZONE, scopeWith()) ?? Number.NaN) / HOUR
  }
  expect(wait('2026-03-10T13:00:00Z')).toBe(0)
  expect(wait('2026-03-10T10:00:00Z')).toBe(2)
  expect(wait('2026-03-10T21:00:00Z')).toBe(15)
  // Thursday evening before Good Friday 2026.
  expect(wait('2026-04-02T22:00:00Z')).toBe(24 * 3 + 14)
})

const UNREADABLE = ['amanhã', '', '20261224', '2026-02-30', '2026-13-01T00:00Z', 1773150000, null]

test.each([...UNREADABLE, '9999-12-31'])('wait.until fails at the value %j', (starts_at) => {
  const play = (more: object) => {
    const nodes = [until('$.payload.starts_at', more), textNode('depois'), textNode('erro')]
    return simulate(documentOf(nodes), [], { start: { payload: { starts_at } } })
  }
  expect(play({ onError: 'erro' }).steps[0]?.path).toEqual(['n1', 'erro'])
  expect(play({}).final).toMatchObject({
    status: 'failed',
    error: { code: 'EXPRESSION_FAILED', nodeId: 'n1' },
  })
  expect(play({ onError: 'erro' }).timers).toEqual([])
})

test('wait.until arms one timer for the moment of a value, and goes on when it comes', () => {
  const nodes = [until('$.payload.starts_at', { before: 'PT1H', onError: 'erro' }), textNode('fim')]
  const start = { payload: { starts_at: '2026-03-10T15:00:00Z' } }
  const document = documentOf([...nodes, textNode('erro')])
  expect(simulate(document, [], { start }).timers).toMatchObject([
    { nodeId: 'n1', dueAt: '2026-03-10T14:00:00.000Z' },
  ])
  expect(simulate(document, [{ skip: 'PT2H' }], { start }).steps[1]?.path[0]).toBe('fim')
})
