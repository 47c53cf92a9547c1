import { expect, test } from 'vitest'
import { mapPath, mapScale, mapView, underMap } from './map-lines.ts'

const room = { width: 200, height: 150 }

test('A drawing of any size and place is on the map as a whole', () => {
  const extent = { left: -500, top: 300, width: 4000, height: 9000 }
  const scale = mapScale(extent, room, 8)
  const corners = [
    { x: -500, y: 300 },
    { x: 3500, y: 9300 },
  ].map(({ x, y }) => ({ x: x * scale.zoom + scale.x, y: y * scale.zoom + scale.y }))
  for (const { x, y } of corners) {
    expect(x).toBeGreaterThanOrEqual(8)
    expect(x).toBeLessThanOrEqual(192)
    expect(y).toBeGreaterThanOrEqual(8 - 1e-9)
    expect(y).toBeLessThanOrEqual(142 + 1e-9)
  }
})

test('An empty drawing has a map too', () => {
  expect(mapScale({ left: 0, top: 0, width: 0, height: 0 }, room, 8).zoom).toBe(1)
})

test('The middle of the map is the middle of the drawing', () => {
  const scale = mapScale({ left: 100, top: 0, width: 1000, height: 600 }, room, 8)
  const { x, y } = underMap({ x: 100, y: 75 }, scale)
  expect(x).toBeCloseTo(600)
  expect(y).toBeCloseTo(300)
})

test('A state that would be too small to be seen still is one pixel', () => {
  const scale = { zoom: 0.001, x: 10, y: 20 }
  expect(mapPath([{ x: 0, y: 0, width: 248, height: 56 }], scale)).toBe('M10,20h1v1h-1z')
})

test('What is seen is a hole in what is not', () => {
  const { seen, unseen } = mapView(
    { x: 0, y: 0, width: 100, height: 50 },
    { zoom: 1, x: 0, y: 0 },
    room,
  )
  expect(unseen).toBe(`M0,0h200v150h-200z${seen}`)
})
