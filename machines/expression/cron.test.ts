import { expect, test } from 'vitest'
import { CronSchema } from './cron.ts'

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
