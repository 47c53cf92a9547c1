import { expect, test } from 'vitest'
import { behaviourOf, NOW, parsedNode, refusalOf, targetsOf, ZONE } from '../testing/document.ts'

const HOUR = 3_600_000
const body = (at: unknown, more: object = {}) => ({ type: 'wait.until', at, ...more })
/** Hours from Tuesday 10 March 2026, 09:00 in São Paulo. */
const hoursUntil = (at: unknown, now = NOW) =>
  (behaviourOf(body(at)).delay?.(now, ZONE) ?? Number.NaN) / HOUR

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
  expect(refusalOf(body({ time: '09:00' }, { onError: 'n2' }))).toEqual([''])
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
  expect(delay?.('2026-03-28T10:00:00Z', 'Europe/Lisbon')).toBe(22 * HOUR)
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
