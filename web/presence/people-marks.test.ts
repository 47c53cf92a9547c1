import { expect, test } from 'vitest'
import type { Editor } from '#machines/contracts/live.ts'
import type { ChartMarks } from '../canvas/marks.ts'
import { withPeople } from './people-marks.ts'

const marks: ChartMarks = {
  nodes: new Map([['n1', { tone: 'waiting', count: 3 }]]),
  edges: new Map(),
}
const editor = (name: string, given: Partial<Editor>): Editor => ({
  connectionId: name,
  userId: name,
  name,
  nodeId: 'n1',
  typing: true,
  since: '2026-03-02T12:00:00.000Z',
  ...given,
})

test('a state that somebody is changing says whose it is, beside what was said of it', () => {
  const bia = editor('Bia', { since: '2026-03-02T12:00:01.000Z' })
  const nodes = withPeople(marks, [bia, editor('Ana', {}), editor('Caio', { nodeId: 'n2' })]).nodes
  expect(nodes.get('n1')).toEqual({ tone: 'waiting', count: 3, heldBy: 'Ana' })
  expect(nodes.get('n2')).toMatchObject({ heldBy: 'Caio' })
  expect(marks.nodes.get('n1')).not.toHaveProperty('heldBy')
})

test('whoever only looks changes nothing, not even the object', () => {
  expect(withPeople(marks, [editor('Ana', { typing: false })])).toBe(marks)
})
