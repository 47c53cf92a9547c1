import { expect, test } from 'vitest'
import { behaviourOf, parsedNode, refusalOf, scopeWith, targetsOf } from '../testing/document.ts'

const body = (more: object = {}) => ({ type: 'business.hours', ...more })
const SATURDAY = { days: ['sat'], from: '09:00', to: '12:00', zone: 'America/Manaus' }
const choose = (now: string, more: object = {}, fields = {}) => {
  const contact = { name: null, phone: null, email: null, tags: [], fields }
  return behaviourOf(body(more)).choose?.(scopeWith({ now, contact }))
}

test('business.hours takes a calendar, and refuses one that never opens', () => {
  expect(refusalOf(body())).toBeNull()
  expect(refusalOf(body({ calendar: SATURDAY }))).toBeNull()
  expect(refusalOf(body({ calendar: { ...SATURDAY, to: '08:00' } }))).toEqual(['calendar.to'])
  expect(refusalOf(body({ next: 'n2' }))).toEqual([''])
})

test('business.hours leads to the next node by each way that is left out', () => {
  expect(targetsOf(body({ closed: 'n9' }))).toEqual({ open: undefined, closed: 'n9' })
})

test('business.hours goes by its calendar, else by the usual hours in the tenant’s zone', () => {
  expect(choose('2026-03-10T12:00:00Z')).toBe('open')
  expect(choose('2026-03-10T11:59:00Z')).toBe('closed')
  expect(choose('2026-09-07T15:00:00Z')).toBe('closed')
  // 09:30 in Manaus, 10:30 in São Paulo.
  expect(choose('2026-03-14T13:30:00Z', { calendar: SATURDAY })).toBe('open')
  expect(choose('2026-03-14T12:30:00Z', { calendar: SATURDAY })).toBe('closed')
})

test('business.hours sums itself up by its hours', () => {
  const { kind, node } = parsedNode(body({ calendar: SATURDAY }))
  expect(kind.summarize(node)).toBe('sat · 09:00–12:00')
})

test('business.hours goes by the contact’s clock where it is asked to and one is known', () => {
  // 09:30 in São Paulo, 08:30 in Manaus.
  const half = '2026-03-10T12:30:00Z'
  const manaus = { timezone: 'America/Manaus' }
  expect(choose(half, { zone: 'contact' }, manaus)).toBe('closed')
  expect(choose(half, { zone: 'contact' }, { timezone: 'aqui' })).toBe('open')
  expect(choose(half, { zone: 'contact' })).toBe('open')
  expect(choose(half, { zone: 'tenant' }, manaus)).toBe('open')
  expect(choose(half, {}, manaus)).toBe('open')
})

test('business.hours refuses two zones at once', () => {
  expect(refusalOf(body({ zone: 'contact' }))).toBeNull()
  expect(refusalOf(body({ zone: 'America/Manaus' }))).toEqual(['zone'])
  expect(refusalOf(body({ zone: 'contact', calendar: SATURDAY }))).toEqual(['zone'])
})
