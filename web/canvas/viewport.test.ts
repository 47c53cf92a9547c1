import { expect, test } from 'vitest'
import type { Box } from './paths.ts'
import { firstView, READABLE, viewOf } from './viewport.ts'

const phone = { width: 390, height: 700 }
const box = (x: number, y: number): Box => ({ x, y, width: 248, height: 56 })

function drawing(...boxes: Box[]) {
  const width = Math.max(...boxes.map(({ x }) => x + 248)) + 16
  const height = Math.max(...boxes.map(({ y }) => y + 56)) + 16
  const named = new Map(boxes.map((one, index) => [`n${index}`, one]))
  return { size: { width, height }, boxes: named, entry: boxes[0], subject: [] as Box[] }
}

test('A small drawing is shown whole, in the middle', () => {
  const { zoom, x } = firstView({ width: 1000, height: 900 }, drawing(box(16, 16)))
  expect(zoom).toBe(1)
  expect(x).toBe((1000 - 280) / 2)
})

test('On a phone the first states fit the width, can be read, and the entry is at the top centre', () => {
  const entry = box(400, 16)
  const wide = drawing(entry, box(250, 120), box(548, 120), box(0, 900), box(1200, 1800))
  const { zoom, x, y } = firstView(phone, wide)
  expect(zoom).toBeGreaterThanOrEqual(READABLE)
  expect((entry.x + 124) * zoom + x).toBeCloseTo(phone.width / 2)
  expect(entry.y * zoom + y).toBeLessThan(80)
  expect(250 * zoom + x).toBeGreaterThanOrEqual(0)
  expect((548 + 248) * zoom + x).toBeLessThanOrEqual(phone.width)
})

test('A second row that is too wide does not make the first one small', () => {
  const wide = drawing(box(800, 16), box(0, 120), box(1600, 120), box(0, 3000))
  expect(firstView(phone, wide).zoom).toBeGreaterThan(0.8)
})

test('What a drawing is about is in the middle where the whole could not be read, with something around it', () => {
  const [entry, far] = [box(16, 16), box(2000, 1800)]
  const room = { width: 800, height: 700 }
  const wide = { ...drawing(entry, far, box(4000, 4000)), subject: [far] }
  const { zoom, x, y } = firstView(room, wide)
  expect(zoom).toBeGreaterThanOrEqual(READABLE)
  expect((far.x + 124) * zoom + x).toBeCloseTo(400)
  expect((far.y + 28) * zoom + y).toBeCloseTo(350)
  // Where it lies at the border nothing empty is shown beside the drawing.
  const corner = firstView(room, { ...wide, subject: [entry] })
  expect([corner.x, corner.y]).toEqual([0, 0])
  // Too much for one view: the first part of it.
  const all = firstView(room, { ...wide, subject: [far, box(2000, 4000)] })
  expect((far.y + 28) * all.zoom + all.y).toBeCloseTo(350)
})

test('Asked for the whole, the whole is shown', () => {
  const wide = drawing(box(800, 16), box(1600, 120))
  const { zoom, x } = viewOf(phone, wide, 0.15)
  expect(x).toBeGreaterThanOrEqual(0)
  expect(wide.size.width * zoom + x).toBeLessThanOrEqual(phone.width + 1)
})
