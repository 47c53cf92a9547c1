import { expect, test } from 'vitest'
import { MAX_ATTEMPTS, retryDelay } from './retry.ts'

test('the pause doubles from one second to five minutes, spread by a quarter either way', () => {
  expect(retryDelay(1, undefined, 0.5)).toBe(1_000)
  expect(retryDelay(2, undefined, 0.5)).toBe(2_000)
  expect(retryDelay(MAX_ATTEMPTS, undefined, 0.5)).toBe(300_000)
  expect(retryDelay(3, undefined, 0)).toBe(3_000)
  expect(retryDelay(3, undefined, 1)).toBe(5_000)
})

test('what the provider asks for is never shortened, and never shortens', () => {
  expect(retryDelay(1, 60_000, 0)).toBe(60_000)
  expect(retryDelay(5, 10, 0.5)).toBe(16_000)
})

test('a pair that was too fast rests four times as long each time', () => {
  expect([1, 2, 3, 5].map((attempts) => retryDelay(attempts, undefined, 0.5, 'pair'))).toEqual([
    4_000, 16_000, 64_000, 300_000,
  ])
})
