import { expect, test } from 'vitest'
import { align, roomBelow } from './align.ts'

const box = (x: number, y: number, width = 100) => ({ x, y, width, height: 40 })
const boxes = new Map([
  ['a', box(0, 0)],
  ['b', box(60, 100, 40)],
  ['c', box(200, 400)],
])

test('Left and centre move sideways only', () => {
  expect(align(boxes, ['a', 'b', 'c'], 'left')).toEqual({
    a: { x: 0, y: 0 },
    b: { x: 0, y: 100 },
    c: { x: 0, y: 400 },
  })
  expect(align(boxes, ['a', 'b', 'c'], 'centre')).toEqual({
    a: { x: 100, y: 0 },
    b: { x: 130, y: 100 },
    c: { x: 100, y: 400 },
  })
})

test('Distributing makes the gaps equal and leaves the outer ones where they are', () => {
  expect(align(boxes, ['c', 'a', 'b'], 'distribute')).toEqual({
    a: { x: 0, y: 0 },
    b: { x: 60, y: 200 },
    c: { x: 200, y: 400 },
  })
  expect(align(boxes, ['a', 'b'], 'distribute')).toEqual({})
})

test('One state alone stays', () => {
  expect(align(boxes, ['a', 'gone'], 'left')).toEqual({})
})

test('Something new lies below, and beside what lies there already', () => {
  expect(roomBelow(boxes, box(0, 200))).toEqual({ x: 0, y: 280 })
  expect(roomBelow(boxes, box(160, 320))).toEqual({ x: 304, y: 400 })
})
