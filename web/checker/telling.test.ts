import { expect, test } from 'vitest'
import type { ChartNode } from '#machines/compile/chart.ts'
import { node } from '../canvas/testing/chart.ts'
import { hearList, tellList } from './telling.ts'

const idOf = ({ id }: ChartNode) => id
const list = () => [node('a'), node('b'), node('c')]

/** What the page has after it heard of a new list. */
function pass(before: readonly ChartNode[], after: readonly ChartNode[]) {
  const told = tellList(structuredClone(before), after, idOf)
  return { told, heard: hearList(before, structuredClone(told)) }
}

test('a list that says the same is the same', () => {
  const before = list()
  expect(pass(before, list())).toEqual({ told: [0, 1, 2], heard: before })
  expect(pass(before, list()).heard).toBe(before)
})

test('of a changed list only what changed crosses and is new', () => {
  const before = list()
  const after = list()
  after[1] = { ...after[1]!, title: { 'pt-BR': 'Outro', en: 'Other' } }
  const { told, heard } = pass(before, after)
  expect(told).toEqual([0, after[1], 2])
  expect(heard).toEqual(after)
  expect(heard.map((one, place) => one === before[place])).toEqual([true, false, true])
})

test('another order, one less and one more are other lists', () => {
  const before = list()
  for (const after of [before.toReversed(), before.slice(1), [...before, node('d')], []]) {
    expect(pass(before, after).heard).toEqual(after)
  }
})

test('what differs deep inside, or by a field, is not the same', () => {
  const one = { id: 'a', way: { states: ['a', 'b'], script: [{ skip: 'P1D' }] } }
  const tell = (after: typeof one) => tellList([one], [after], ({ id }) => id)
  expect(tell(structuredClone(one))).toEqual([0])
  for (const way of [
    { states: ['a', 'c'], script: [{ skip: 'P1D' }] },
    { states: ['a', 'b'], script: [{ skip: 'P2D' }] },
    { states: ['a', 'b'], script: [] },
  ]) {
    expect(tell({ id: 'a', way })).toEqual([{ id: 'a', way }])
  }
})
