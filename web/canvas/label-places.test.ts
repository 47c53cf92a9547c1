import { expect, test } from 'vitest'
import { withFreeLabels } from './label-places.ts'
import type { PlacedEdge, Point } from './paths.ts'

const way = (x: number, label: Point): PlacedEdge => ({
  path: `M${x},0L${x},400`,
  label,
  right: x,
  words: { width: 100, height: 20 },
})

test('Words that would stand over each other, or over a state, move along their own way', () => {
  const edges = new Map([
    ['a', way(0, { x: 0, y: 200 })],
    ['b', way(40, { x: 40, y: 200 })],
    ['c', way(500, { x: 500, y: 200 })],
  ])
  const state = { x: 400, y: 190, width: 200, height: 56 }
  const placed = withFreeLabels(edges, [state])
  expect(placed.get('a')).toBe(edges.get('a'))
  expect(placed.get('b')?.label).toEqual({ x: 40, y: 160 })
  expect(placed.get('c')?.label).toEqual({ x: 500, y: 160 })
})

test('Words of others stay where they are', () => {
  const edges = new Map([
    ['moved', way(0, { x: 0, y: 200 })],
    ['still', way(40, { x: 40, y: 200 })],
  ])
  const placed = withFreeLabels(edges, [], new Set(['moved']))
  expect(placed.get('still')).toBe(edges.get('still'))
  expect(placed.get('moved')?.label).toEqual({ x: 0, y: 160 })
})

test('Where nothing is free they stand in the middle', () => {
  const edges = new Map([['a', way(0, { x: 0, y: 200 })]])
  const wall = { x: -300, y: -10, width: 600, height: 420 }
  expect(withFreeLabels(edges, [wall]).get('a')).toBe(edges.get('a'))
})
