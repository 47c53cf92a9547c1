import { expect, test } from 'vitest'
import { createId, createIds } from './ids.ts'

test('many new ids are as many, look like single ones, and stand in the order in which they were made', () => {
  const ids = createIds('message', 5_000)
  expect(new Set(ids).size).toBe(5_000)
  for (const id of ids) expect(id).toMatch(/^msg_[0-7][0-9a-hjkmnp-tv-z]{25}$/)
  expect(ids.toSorted()).toEqual(ids)
  expect(createId('message') > (ids[0] ?? '').slice(0, 14)).toBe(true)
  expect(createIds('message', 2)).not.toContain(ids[0])
  expect(createIds('message', 0)).toEqual([])
})
