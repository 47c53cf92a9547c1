import { expect, test } from 'vitest'
import { CronSchema, nextTimeOf } from './cron.ts'

const accepts = (text: unknown): boolean => CronSchema.safeParse(text).success

test('five fields with stars, lists, ranges, names and steps are a cron text', () => {
  for (const text of [
    '* * * * *',
    '0 9 * * mon-fri',
    '*/15 8-18 1,15 JAN-dec/2 0',
    '59 23 31 12 7',
  ]) {
    expect(accepts(text), text).toBe(true)
  }
})

test('what names no time that a clock has is refused', () => {
  for (const text of [
    '',
    '* * * *',
    '* * * * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * * 13 *',
    '* * * * 8',
    '5-1 * * * *',
    '1-2-3 * * * *',
    '*/0 * * * *',
    '*/a * * * *',
    '1/2/3 * * * *',
    '-1 * * * *',
    '1, * * * *',
    '* * * * monday',
    '@daily',
    5,
  ]) {
    expect(accepts(text), String(text)).toBe(false)
  }
})

/** Tuesday 10 March 2026, 09:00 in São Paulo. */
const NOW = '2026-03-10T12:00:00Z'
const next = (cron: string, after = NOW, zone = 'America/Sao_Paulo') =>
  nextTimeOf(cron, after, zone)

test('the next time is strictly later, by the clock of the zone', () => {
  expect(next('0 9 * * *')).toBe('2026-03-11T12:00:00Z')
  expect(next('0 9 * * *', '2026-03-10T11:59:59.999Z')).toBe('2026-03-10T12:00:00Z')
  expect(next('30 9 * * *')).toBe('2026-03-10T12:30:00Z')
  expect(next('0 9 * * *', NOW, 'America/Manaus')).toBe('2026-03-10T13:00:00Z')
  expect(next('* * * * *', '2026-03-10T12:00:30Z')).toBe('2026-03-10T12:01:00Z')
})

test('lists, ranges, names and steps name their times, and Sunday is 0 and 7', () => {
  expect(next('*/25 * * * *')).toBe('2026-03-10T12:25:00Z')
  expect(next('*/25 * * * *', '2026-03-10T12:50:00Z')).toBe('2026-03-10T13:00:00Z')
  expect(next('20/20 9 * * *')).toBe('2026-03-10T12:20:00Z')
  expect(next('0 8,10 * * *')).toBe('2026-03-10T13:00:00Z')
  expect(next('0 9 * * mon-fri', '2026-03-13T12:00:00Z')).toBe('2026-03-16T12:00:00Z')
  expect([next('0 9 * * 0'), next('0 9 * * 7'), next('0 9 * * SUN')]).toEqual(
    Array.from({ length: 3 }, () => '2026-03-15T12:00:00Z'),
  )
  expect(next('0 0 1 jan *')).toBe('2027-01-01T03:00:00Z')
})

test('a day matches by either of its two fields where both are named, else by both', () => {
  expect(next('0 9 13 * fri', '2026-03-10T12:00:00Z')).toBe('2026-03-13T12:00:00Z')
  expect(next('0 9 20 * mon', '2026-03-13T12:00:00Z')).toBe('2026-03-16T12:00:00Z')
  expect(next('0 9 */2 * mon', '2026-03-10T12:00:00Z')).toBe('2026-03-23T12:00:00Z')
})

test('29 February comes in leap years only, over the year 2100 too, and 31 February never', () => {
  expect(next('0 0 29 2 *', NOW, 'UTC')).toBe('2028-02-29T00:00:00Z')
  expect(next('0 0 29 2 *', '2096-03-01T00:00:00Z', 'UTC')).toBe('2104-02-29T00:00:00Z')
  expect(next('0 0 31 2 *')).toBeNull()
})

test('a time that the clock skips comes when it goes on, and one that it shows twice comes once', () => {
  // In Lisbon the clock goes from 01:00 to 02:00 on 29 March 2026, and from 02:00 to 01:00 on 25 October.
  const times = (cron: string, from: string, count: number) => {
    const found: (string | null)[] = []
    for (let at: string | null = from; at !== null && found.length < count;) {
      at = nextTimeOf(cron, at, 'Europe/Lisbon')
      found.push(at)
    }
    return found
  }
  expect(times('30 1 * * *', '2026-03-28T12:00:00Z', 2)).toEqual([
    '2026-03-29T01:30:00Z',
    '2026-03-30T00:30:00Z',
  ])
  expect(times('30 1 * * *', '2026-10-24T12:00:00Z', 2)).toEqual([
    '2026-10-25T00:30:00Z',
    '2026-10-26T01:30:00Z',
  ])
})

test('times only ever go forward, however dense the text', () => {
  let at = '2026-03-28T23:00:00Z'
  for (let count = 0; count < 400; count += 1) {
    const following = nextTimeOf('*/15 * * * *', at, 'Europe/Lisbon') ?? ''
    expect(Date.parse(following)).toBeGreaterThan(Date.parse(at))
    at = following
  }
})
