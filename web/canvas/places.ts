// Which states a run can be put into by hand. Pure.

import type { Chart, ChartNode } from '#machines/compile/chart.ts'

const ROLES: ReadonlySet<ChartNode['role']> = new Set(['state', 'choice', 'container'])

/** In the order of the document; the trigger and the ends are no states. */
export function enterable(chart: Chart): ChartNode[] {
  return chart.nodes.filter(({ role, kind }) => ROLES.has(role) && kind !== 'interrupt')
}
