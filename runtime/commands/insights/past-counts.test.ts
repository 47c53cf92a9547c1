import { expect, test } from 'vitest'
import { type CountRow, pointsOf, walkBack } from './past-counts.ts'

const row = (bucket: number | null, state: string, change: number): CountRow => ({
  bucket,
  state,
  change,
})

test('Changes after a point are taken back from the counts of now, the latest first', () => {
  const rows = [
    row(null, 'wait', 5),
    row(null, '$end', 2),
    row(1, 'wait', 3),
    row(2, 'wait', 2),
    row(2, '$end', 1),
    row(3, '$end', 1),
  ]
  expect(walkBack(rows, 3)).toEqual([{}, { wait: 3 }, { wait: 5, $end: 1 }])
})

test('Where more contacts moved than are read, nothing is said', () => {
  expect(walkBack([row(null, 'wait', 1), row(null, '$people', 20_001)], 1)).toBeNull()
  expect(walkBack([row(null, 'wait', 1), row(null, '$people', 20_000)], 1)).toEqual([{ wait: 1 }])
})

test('Points bear their instants and no ended runs', () => {
  const counts = [{ wait: 1, $end: 4 }, { wait: 2 }]
  expect(pointsOf(counts, '2026-01-01T00:00:00.000Z', 900)).toEqual([
    { at: '2026-01-01T00:00:00.000Z', states: { wait: 1 } },
    { at: '2026-01-01T00:15:00.000Z', states: { wait: 2 } },
  ])
})
