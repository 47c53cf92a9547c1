import { expect, test } from 'vitest'
import { placeOf } from './bucket.ts'

test('a key has its place for ever', () => {
  expect(['', 'n1 +5531999999999', 'n2 +5531999999999'].map(placeOf)).toMatchInlineSnapshot(`
    [
      0.6689221884589642,
      0.9279056435916573,
      0.6072362714912742,
    ]
  `)
})

test('keys that differ little spread evenly', () => {
  const counts = Array.from({ length: 10 }, () => 0)
  for (let index = 0; index < 20_000; index += 1) {
    const tenth = Math.floor(placeOf(`n1 +5531${900_000_000 + index}`) * 10)
    counts[tenth] = (counts[tenth] ?? 0) + 1
  }
  for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200)
})
