import { expect, test } from 'vitest'
import type { ChartMarks } from './marks.ts'
import { withSame } from './same-marks.ts'

const marks = (lit: string): ChartMarks => ({
  nodes: new Map(['a', 'b', 'c'].map((id) => [id, { tone: 'waiting' as const, lit: id === lit }])),
  edges: new Map([['e', { walked: lit === 'b' }]]),
})

test('Only what changed is a new object', () => {
  const before = marks('a')
  const after = withSame(before, marks('b'))
  expect(after.nodes.get('b')).toEqual({ tone: 'waiting', lit: true })
  expect(after.nodes.get('c')).toBe(before.nodes.get('c'))
  expect(after.nodes.get('a')).not.toBe(before.nodes.get('a'))
  expect(after.edges.get('e')).toEqual({ walked: true })
})

test('What says the same is the same, and what is gone is gone', () => {
  const before = marks('a')
  expect(withSame(before, marks('a'))).toBe(before)
  const less = marks('a')
  less.nodes.delete('c')
  expect([...withSame(before, less).nodes.keys()]).toEqual(['a', 'b'])
})
