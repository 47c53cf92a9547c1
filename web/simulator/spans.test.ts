import { expect, test } from 'vitest'
import { spanBetween, spanFrom } from './spans.ts'

test.each([
  ['30 min', 'PT30M'],
  ['2h', 'PT2H'],
  ['3 dias', 'P3D'],
  ['1 semana', 'P1W'],
  ['2 meses', 'P2M'],
  ['10 s', 'PT10S'],
  ['p1dt2h', 'P1DT2H'],
  ['1 day', 'P1D'],
])('%s is %s', (text, span) => expect(spanFrom(text)).toBe(span))

test.each(['', 'amanhã', '3 luas', 'P', 'PT', '-1 h'])('"%s" is no span', (text) =>
  expect(spanFrom(text)).toBeNull(),
)

test('The way to a time-out is written in hours and less, and never falls short', () => {
  expect(spanBetween('2026-03-10T12:00:00Z', '2026-03-12T13:30:05Z')).toBe('PT49H30M5S')
  expect(spanBetween('2026-03-10T12:00:00.000Z', '2026-03-10T12:00:00.400Z')).toBe('PT1S')
  expect(spanBetween('2026-03-10T12:00:00Z', '2026-03-09T12:00:00Z')).toBe('PT0S')
})
