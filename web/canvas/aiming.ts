// What something that is carried over the drawing would land on. Pure.

import type { Chart } from '#machines/compile/chart.ts'
import { NO_AIM } from './editing.ts'
import type { Aim, Place } from './editing.ts'
import { edgeAt, holderAt } from './hits.ts'
import { isImplied } from './shaping.ts'
import type { ChartLayout } from './layout.ts'
import type { Point } from './paths.ts'

export interface Ground {
  chart: Chart
  layout: ChartLayout
  /** How near to an edge something is put onto it. */
  reach: number
}

/** A container or an edge; never what moves along, nor the ways to it. */
export function aimAt(
  { chart, layout, reach }: Ground,
  point: Point,
  away: ReadonlySet<string>,
): Aim {
  const ways = chart.edges.flatMap((edge) => {
    const placed = layout.edges.get(edge.id)
    const isFree = !isImplied(edge) && !away.has(edge.from) && !away.has(edge.to)
    return placed && isFree ? [[edge.id, placed] as const] : []
  })
  const edge = edgeAt(point, ways, reach)
  return { ...NO_AIM, edge, holder: holderIn({ chart, layout }, point, away) }
}

/** A container that holds nothing yet has no frame: its card stands for it. */
export function holderIn(
  { chart, layout: { frames, boxes } }: Pick<Ground, 'chart' | 'layout'>,
  point: Point,
  away: ReadonlySet<string>,
): string | null {
  const framed = new Set(frames.map(({ id }) => id))
  const bare = chart.nodes.flatMap(({ id, role }) => {
    const box = boxes.get(id)
    return role === 'container' && box && !framed.has(id) ? [{ id, depth: Infinity, box }] : []
  })
  return holderAt(point, [...frames, ...bare], away)
}

export function placeAt(chart: Chart, { edge: id, holder }: Aim): Place {
  const edge = chart.edges.find((one) => one.id === id)
  return { holder, way: edge ? { nodeId: edge.from, port: edge.port } : null }
}
