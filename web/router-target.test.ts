import { expect, test } from 'vitest'
import { safeTarget } from './router-target.ts'

test('After signing in one lands where one wanted to go', () => {
  expect(safeTarget('/contacts/cnt_1?seq=4')).toBe('/contacts/cnt_1?seq=4')
})

test('A link cannot lead a fresh sign-in to another site', () => {
  for (const bad of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '',
    null,
    ['/a'],
  ]) {
    expect(safeTarget(bad)).toBe('/workflows')
  }
})
