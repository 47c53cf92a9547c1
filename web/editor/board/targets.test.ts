import { expect, test } from 'vitest'
import type { Chart } from '#machines/compile/chart.ts'
import { node } from '../../canvas/testing/chart.ts'
import { moveOptions, moveTarget, OUTSIDE } from './targets.ts'

const chart: Chart = {
  nodes: [
    node('$trigger', 'trigger'),
    node('g', 'container', 'group'),
    { ...node('in'), parent: 'g' },
    node('other', 'container', 'group'),
    node('$end', 'end'),
  ],
  edges: [],
}
const words = {
  title: (id: string) => id,
  into: (name: string) => `into ${name}`,
  behind: (name: string) => `behind ${name}`,
  out: 'out',
}
const titles = (...ids: string[]) => moveOptions(chart, ids, words).map(({ title }) => title)

test('A state may go into other containers, behind other states, and out of the one that holds it', () => {
  expect(titles('in')).toEqual(['out', 'into g', 'into other', 'behind g', 'behind other'])
})

test('Nothing goes into or behind itself or what it holds', () => {
  expect(titles('g')).toEqual(['into other', 'behind other'])
})

test('What was chosen is told apart', () => {
  const [into, behind] = moveOptions(chart, ['g'], words).map(({ id }) => moveTarget(id))
  expect(into).toEqual({ holder: 'other', after: null })
  expect(behind).toEqual({ holder: null, after: 'other' })
  expect(moveTarget(OUTSIDE)).toEqual({ holder: null, after: null })
})
