import { expect, test } from 'vitest'
import { pointsOn } from './hits.ts'
import type { Box, PlacedEdge, Point } from './paths.ts'
import { apart, drawRoutes } from './ports.ts'
import type { Route } from './ports.ts'

const box = (x: number, y: number): Box => ({ x, y, width: 248, height: 56 })
const goal = box(1000, 600)
function route(id: string, from: Box, to: Box = goal, points: Point[] = []): Route {
  return { id, source: `${from.x}`, target: `${to.x}`, from, to, points }
}
const ends = (ways: ReadonlyMap<string, PlacedEdge>) => (id: string) => {
  const points = pointsOn(ways.get(id)!)
  return { start: points[0], end: points.at(-1) }
}

test('Ways from one side share their last part, those from two sides arrive beside each other', () => {
  const left = [route('a', box(0, 400)), route('b', box(300, 400))]
  const alone = ends(drawRoutes(left))
  expect(alone('a').end).toEqual({ x: 1124, y: 600 })
  expect(alone('b').end).toEqual({ x: 1124, y: 600 })
  const both = ends(drawRoutes([...left, route('c', box(2000, 400))]))
  expect(both('a').end).toEqual(both('b').end)
  expect(both('c').end?.x).toBeGreaterThan(both('a').end?.x ?? Infinity)
})

test('What comes from above comes straight down, beside what comes from the side', () => {
  const { start, end } = ends(drawRoutes([route('above', box(1040, 400))]))('above')
  expect(start?.x).toBe(end?.x)
  const ways = ends(drawRoutes([route('above', box(1000, 400)), route('aside', box(0, 400))]))
  expect(ways('above').end?.x).toBe(1124)
  expect(ways('aside').end?.x).toBeLessThan(1124)
})

test('Ways out of one state leave in the order of where they go, the outermost turning first', () => {
  const from = box(1000, 0)
  const lanes = [2000, 1800, 200].map((x) => [{ x, y: 100 }])
  const routes = lanes.map((points, index) =>
    route(`r${index}`, from, box(points[0]!.x, 300), points),
  )
  const ways = drawRoutes(routes)
  const starts = ['r2', 'r1', 'r0'].map((id) => ends(ways)(id).start?.x ?? NaN)
  expect(starts).toEqual(starts.toSorted((a, b) => a - b))
  const turnOf = (id: string) => pointsOn(ways.get(id)!)[1]?.y ?? NaN
  expect(turnOf('r0')).toBeLessThan(turnOf('r1'))
})

test('Ways to two states of one row do not lie upon each other', () => {
  const [near, far] = [box(1000, 600), box(1400, 600)]
  const ways = drawRoutes([
    route('near', box(2000, 400), near),
    route('far', { ...box(0, 400), x: 1 }, far),
  ])
  const levels = ['near', 'far'].map((id) => {
    const ys = pointsOn(ways.get(id)!).map(({ y }) => y)
    return ys.filter((y, index) => y === ys[index + 1])[0]
  })
  expect(new Set(levels).size).toBe(2)
})

test('Places keep a gap between them, and stay where they are wanted as far as there is room', () => {
  const range = { least: 0, most: 100, gap: 20 }
  expect(apart([10, 50], range)).toEqual([10, 50])
  expect(apart([50, 50], range)).toEqual([40, 60])
  expect(apart([-40, -30, 300], range)).toEqual([0, 20, 100])
  expect(apart([50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50], range)).toEqual([
    0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100,
  ])
})
