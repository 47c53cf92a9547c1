// The tests of the tests (D5): each bug that is put into the core is found, and found as what it is.

import { expect, test } from 'vitest'
import { runThread } from '../run-threads.ts'
import { PLANTED_BUGS } from './bugs.ts'

/** D5's own list. */
const WANTED = 13
const MOST_SEEDS = 2_000

test('thirteen bugs are planted', () => {
  expect(new Set(PLANTED_BUGS.map(({ name }) => name)).size).toBeGreaterThanOrEqual(WANTED)
})

test.concurrent.for(PLANTED_BUGS)(
  'found: $name',
  { timeout: 300_000 },
  async ({ name, from = 1, finds }) => {
    const list = Array.from({ length: MOST_SEEDS }, (_, index) => from + index)
    const { reports } = await runThread({
      seeds: list,
      planted: name,
      twice: 0,
      stopsAtFailure: true,
    })
    const found = reports.find(({ failure }) => failure !== null)
    expect(found?.failure ?? `not found within ${MOST_SEEDS} seeds`).toMatch(finds)
  },
)
