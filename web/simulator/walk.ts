// Where a simulated run is after a step, and the way that it took, as the chart shows it. Pure.

import type { Chart } from '#machines/compile/chart.ts'
import type { Simulation } from '#machines/contracts/simulation.ts'
import { type Cause, coverageOf, type Moved } from '#machines/simulate/coverage.ts'
import type { RunPlace } from '../canvas/marks.ts'
import { END_ID, FAILED_ID, TRIGGER_ID } from '../canvas/route.ts'

/**
 * States lit and path walked after a step; null before anything happened.
 * @param upTo index of the step; null: the end
 */
export function runPlaceOf(
  simulation: Simulation,
  { chart, upTo }: { chart: Chart; upTo: number | null },
): RunPlace | null {
  const { steps, final, trace } = simulation
  const last = upTo ?? steps.length - 1
  if (steps.length === 0 || !trace || final.status === 'idle') return null
  const covered = new Set(coveredOf(simulation, chart, last + 1))
  const edges = chart.edges.filter(({ id }) => covered.has(id))
  const states = chart.nodes.map(({ id }) => id).filter((id) => covered.has(id))
  const hops = new Set(edges.map(({ from, to }) => `${from}>${to}`))
  const status = last === steps.length - 1 ? final.status : 'active'
  const at = placesOf(trace.steps[last]?.states ?? [], { chart, status })
  const walked = { states, hops, at: at.at(-1) ?? null }
  return { walked, at, status, edges: new Set(edges.map(({ id }) => id)) }
}

/** Ids of the states and transitions that the first steps of a simulation went through. */
export function coveredOf(simulation: Simulation, chart: Chart, steps = Infinity): string[] {
  const map = coverageOf(chart)
  const moves = movesOf(simulation).slice(0, steps)
  const covered = moves.flatMap((moved) => map.coveredBy(moved))
  return moves.length > 0 ? [...new Set([TRIGGER_ID, ...covered])] : []
}

/** The steps as the coverage of a chart reads them. */
function movesOf({ steps, trace }: Simulation): Moved[] {
  return steps.map(({ event, path }, index) => {
    const before = trace?.steps[index - 1]?.states ?? []
    const after = trace?.steps[index]?.states ?? []
    return { cause: causeOf(event, before.length === 0), before, after, path }
  })
}

function causeOf(event: string, isFirst: boolean): Cause {
  if (isFirst) return 'start'
  if (event === 'effect.done') return 'done'
  if (event === 'effect.failed') return 'failed'
  return event === 'timer.fired' ? 'timer' : 'event'
}

/** An end that is not drawn is the end of the run. */
function placesOf(
  states: readonly string[],
  { chart, status }: { chart: Chart; status: RunPlace['status'] },
): string[] {
  if (status === 'done') return [END_ID]
  const drawn = new Set(chart.nodes.map(({ id }) => id))
  const gone = status === 'failed' ? FAILED_ID : END_ID
  return [...new Set(states.map((id) => (drawn.has(id) ? id : gone)))]
}
