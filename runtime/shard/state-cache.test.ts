import { expect, test } from 'vitest'
import { createContactState } from '#actors/snapshot.ts'
import { createStateCache } from './state-cache.ts'

const contact = (n: number) => ({ tenantId: 'tnt_t', contactId: `cnt_${n}` })
const state = createContactState()

test('I8: a state counts under the epoch under which it was committed, and never again after another', () => {
  const cache = createStateCache()
  cache.keep(contact(1), 7, state, 100)
  expect(cache.take(contact(2), 7)).toBeNull()
  expect(cache.take(contact(1), 8)).toBeNull()
  expect(cache.take(contact(1), 7)).toBeNull()
})

test('a state is handed out once: what is not committed does not come back', () => {
  const cache = createStateCache()
  cache.keep(contact(1), 7, state, 100)
  expect(cache.take(contact(1), 7)).toBe(state)
  expect(cache.take(contact(1), 7)).toBeNull()
})

test('beyond the budget those go that were not used for longest', () => {
  const cache = createStateCache(1_000 / 2 ** 20)
  for (const n of [1, 2, 3]) cache.keep(contact(n), 7, state, 100)
  expect([1, 2, 3].map((n) => cache.take(contact(n), 7) !== null)).toEqual([false, true, true])
  cache.keep(contact(4), 7, state, 1_000)
  expect(cache.take(contact(4), 7)).toBeNull()
})
