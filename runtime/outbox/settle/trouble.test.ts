import { expect, test } from 'vitest'
import { pauseOf, troubleOf } from './trouble.ts'

test.each([
  ['HTTP_500', 'account'],
  ['HTTP_503', 'account'],
  ['EGRESS_UNREACHABLE', 'account'],
  ['EGRESS_INTERRUPTED', 'account'],
  ['WHATSAPP_131016', 'account'],
  ['HTTP_429', 'number'],
  ['WHATSAPP_130429', 'number'],
  ['WHATSAPP_80007', 'number'],
  ['WHATSAPP_131056', 'pair'],
  ['WHATSAPP_131026', 'effect'],
  ['HTTP_404', 'effect'],
  ['INTERNAL', 'effect'],
])('%s is the trouble of the %s', (code, expected) => {
  expect(troubleOf({ code, message: '' })).toBe(expected)
})

test('a number that is too fast pauses as long as it was asked to, and a minute while it is being moved', () => {
  expect(pauseOf({ code: 'WHATSAPP_130429', message: '' }, undefined)).toBe(2_000)
  expect(pauseOf({ code: 'WHATSAPP_130429', message: '' }, 9_000)).toBe(9_000)
  expect(pauseOf({ code: 'WHATSAPP_131057', message: '' }, 9_000)).toBe(60_000)
})
