// Which edges are drawn without being asked for, and which of them decide where states lie. Pure.

import type { Chart, ChartEdge } from '#machines/compile/chart.ts'
import { deepestIn, isCatch } from './catches.ts'
import { holdersAround, holdersOf } from './frames.ts'
import { FAILED_ID } from './route.ts'

/**
 * A failure that nobody caught, or that a container around catches, which is drawn once, from there: every effect has
 * one, so they are shown only when asked for.
 */
export function isImplied({ port, to, caughtBy }: ChartEdge): boolean {
  return port === 'error' && (to === FAILED_ID || caughtBy !== undefined)
}

/** The way after a failure finds its place by itself, unless nothing else leads to where it goes. */
export function shapingEdges(chart: Chart): ChartEdge[] {
  const drawn = chart.edges.filter((edge) => !isImplied(edge))
  const led = new Set(drawn.flatMap(({ port, to }) => (port === 'error' ? [] : [to])))
  const holders = holdersOf(chart)
  return drawn
    .filter(({ port, to }) => port !== 'error' || !led.has(to))
    .map((edge) => {
      const isInside = isCatch(edge) && holdersAround(edge.to, holders).includes(edge.from)
      return isInside ? { ...edge, from: deepestIn(chart, edge.from) } : edge
    })
}
