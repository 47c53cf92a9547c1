import { expect, test } from 'vitest'
import { createFormat, formatPhone } from './format.ts'
import { flattenFacts } from './flatten-facts.ts'
import { humanizeDurations } from './iso-duration.ts'

const pt = createFormat({ locale: 'pt-BR', zone: 'America/Sao_Paulo' })
const en = createFormat({ locale: 'en', zone: 'America/Sao_Paulo' })
const HOUR = 3_600_000
const now = Date.parse('2026-11-22T18:00:00Z')
/** Intl puts no-break spaces between numbers and units. */
const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, ' ')

test('Brazilian phones are shown in local form, with and without the ninth digit', () => {
  expect(formatPhone('+5531987001200')).toBe('(31) 98700-1200')
  expect(formatPhone('+553132001200')).toBe('(31) 3200-1200')
})

test('Phones of other countries stay as they are', () => {
  expect(formatPhone('+14155550100')).toBe('+14155550100')
})

test('Times are told in the zone of the tenant, not of the reader', () => {
  expect(pt.when('2026-11-22T17:03:00Z', now)).toBe('14:03')
  expect(plain(en.when('2026-11-22T17:03:00Z', now))).toBe('02:03 PM')
})

test('A day that is not today is named', () => {
  expect(pt.when('2026-11-20T17:03:00Z', now)).toMatch(/^20 de nov\.,? 14:03$/)
})

test('Midnight in the zone is what separates the days', () => {
  expect(pt.dayKey('2026-11-22T02:59:00Z')).toBe('2026-11-21')
  expect(pt.dayKey('2026-11-22T03:00:00Z')).toBe('2026-11-22')
})

test('A span names its two largest units', () => {
  expect(plain(pt.span(47 * HOUR))).toBe('1 dia 23 h')
  expect(plain(pt.span(48 * HOUR))).toBe('2 dias')
  expect(plain(en.span(47 * HOUR))).toBe('1 day 23 hr')
  expect(plain(pt.span(65_000))).toBe('1 min 5 s')
  expect(plain(pt.span(-5))).toBe('0 s')
})

test('Distances from now are told in the reader’s language', () => {
  expect(pt.relative('2026-11-22T17:57:00Z', now)).toBe('há 3 min.')
  expect(en.relative('2026-11-22T17:57:00Z', now)).toBe('3 min. ago')
  expect(pt.relative('2026-11-22T17:59:58Z', now)).toBe('agora')
  expect(en.relative('2026-11-24T18:00:00Z', now)).toBe('in 2 days')
})

test('ISO durations inside a text become words, and other words stay', () => {
  expect(plain(humanizeDurations('purchase.approved · P2D', 'pt-BR'))).toBe(
    'purchase.approved · 2 dias',
  )
  expect(plain(humanizeDurations('PT1H30M', 'en'))).toBe('1 hour 30 minutes')
  expect(humanizeDurations('P', 'en')).toBe('P')
  expect(humanizeDurations('PROMO TOP', 'en')).toBe('PROMO TOP')
})

test('Nested facts become one line per value, and empty objects none', () => {
  expect(flattenFacts({ a: { b: 1, c: ['x', 'y'] }, d: null, e: {} })).toEqual([
    ['a.b', '1'],
    ['a.c', 'x, y'],
    ['d', 'null'],
  ])
})
