import { expect, test } from 'vitest'
import { areaBetween, edgeAt, holderAt, partWay, pointsOn, stateAt, statesIn } from './hits.ts'
import { bentPath, loopBack } from './paths.ts'
import type { Box, PlacedEdge } from './paths.ts'

const box = (x: number, y: number, width = 100, height = 40): Box => ({ x, y, width, height })
const boxes = new Map([
  ['a', box(0, 0)],
  ['b', box(50, 20)],
  ['c', box(400, 400)],
])
const along = (path: string): PlacedEdge => ({ path, label: { x: 0, y: 0 }, right: 0 })

test('A point belongs to the state that is drawn above the others, or to none', () => {
  expect(stateAt({ x: 10, y: 10 }, boxes)).toBe('a')
  expect(stateAt({ x: 60, y: 30 }, boxes)).toBe('b')
  expect(stateAt({ x: 300, y: 300 }, boxes)).toBeNull()
})

test('A point belongs to the innermost container that is not itself on its way', () => {
  const frames = [
    { id: 'outer', depth: 0, box: box(0, 0, 500, 500) },
    { id: 'inner', depth: 1, box: box(10, 10, 100, 100) },
  ]
  expect(holderAt({ x: 20, y: 20 }, frames, new Set())).toBe('inner')
  expect(holderAt({ x: 20, y: 20 }, frames, new Set(['inner']))).toBe('outer')
  expect(holderAt({ x: 900, y: 20 }, frames, new Set())).toBeNull()
})

test('A rectangle takes in what it touches, whichever corner it was begun at', () => {
  expect(statesIn(areaBetween({ x: 120, y: 50 }, { x: 300, y: 300 }), boxes)).toEqual(['b'])
  expect(statesIn(areaBetween({ x: 500, y: 500 }, { x: -1, y: -1 }), boxes)).toEqual([
    'a',
    'b',
    'c',
  ])
})

test('The nearest edge within reach is found on straight and on curved ways', () => {
  const straight = along(
    bentPath([
      { x: 0, y: 0 },
      { x: 0, y: 100 },
    ]),
  )
  const curved = along(
    bentPath([
      { x: 40, y: 0 },
      { x: 240, y: 100 },
    ]),
  )
  const edges = new Map([
    ['straight', straight],
    ['curved', curved],
  ])
  expect(edgeAt({ x: 6, y: 50 }, edges, 10)).toBe('straight')
  expect(edgeAt({ x: 140, y: 52 }, edges, 10)).toBe('curved')
  expect(edgeAt({ x: 20, y: 50 }, edges, 10)).toBeNull()
  expect(edgeAt({ x: 0, y: 120 }, edges, 10)).toBeNull()
})

test('A way that swings around is followed to its end', () => {
  const points = pointsOn(loopBack(box(0, 200), box(0, 0)))
  expect(points[0]).toEqual({ x: 100, y: 220 })
  expect(points.at(-1)).toEqual({ x: 100, y: 20 })
  expect(Math.max(...points.map(({ x }) => x))).toBeGreaterThanOrEqual(124)
})

test('A part of a way is measured along it', () => {
  const bent = along('M0,0L0,100L100,100')
  expect(partWay(bent, 0.25)).toEqual({ x: 0, y: 50 })
  expect(partWay(bent, 0.75)).toEqual({ x: 50, y: 100 })
  expect(partWay(along('M5,5L5,5'), 0.5)).toEqual({ x: 5, y: 5 })
})
