import { expect, test } from 'vitest'
import { simulate } from '#machines/simulate/simulate.ts'
import { documentOf } from '#machines/testing/document.ts'
import { changeCounts, factsAt } from './changes.ts'

const run = simulate(
  documentOf([
    { id: 'um', type: 'set.variable', set: { total: '10' } },
    { id: 'ouve', type: 'wait.for.event', event: 'order.sent' },
    { id: 'dois', type: 'set.variable', set: { total: '20', novo: 'sim' } },
    { id: 'marca', type: 'tag.add', tags: ['vip'] },
  ]),
  [{ event: { type: 'order.sent' } }],
  { trace: true },
)

test('What a step changed stands first, with what it was before', () => {
  const [first, second, third] = factsAt(run, 1)
  expect([first, second]).toEqual([
    { path: 'vars.total', value: '20', before: '10' },
    { path: 'vars.novo', value: 'sim', before: null },
  ])
  expect(third?.before).toBeUndefined()
})

test('A variable of the first step is new, the facts of the contact were there already', () => {
  expect(factsAt(run, 0)[0]).toEqual({ path: 'vars.total', value: '10', before: null })
  expect(changeCounts(run)).toEqual([1, 2, 1])
})

test('A tag that a workflow adds is a change of the contact', () => {
  expect(factsAt(run, 2)[0]).toEqual({ path: 'contact.tags', value: 'vip', before: null })
})
