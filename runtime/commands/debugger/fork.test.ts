import { expect, test } from 'vitest'
import type { Telling } from '#machines/contracts/debugger.ts'
import { forkOf } from './fork.ts'

const telling = (...paths: string[][]): Telling => ({
  status: 'active',
  states: [paths.at(-1)?.at(-1) ?? ''],
  steps: paths.map((path) => ({
    at: '2026-01-01T00:00:00.000Z',
    event: 'x.go',
    from: null,
    to: path.at(-1) ?? null,
    path,
    effects: [],
  })),
})

test('Two tellings that are the same part nowhere', () => {
  expect(forkOf(telling(['a', 'b']), telling(['a', 'b']))).toEqual({ differsAt: null, fork: null })
})

test('They part after the last state that both passed, also inside of a Step', () => {
  expect(forkOf(telling(['a'], ['b', 'c']), telling(['a'], ['b', 'd']))).toEqual({
    differsAt: 1,
    fork: { at: 'b', then: 'c', now: 'd' },
  })
  expect(forkOf(telling(['a'], ['c']), telling(['a'], ['d']))).toEqual({
    differsAt: 1,
    fork: { at: 'a', then: 'c', now: 'd' },
  })
})

test('One that stays where the other goes on parts there', () => {
  expect(forkOf(telling(['a'], ['b']), telling(['a']))).toEqual({
    differsAt: 1,
    fork: { at: 'a', then: 'b', now: null },
  })
})
