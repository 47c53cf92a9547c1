// Which states and ways of the chart the tests reach, and a test for what none reaches. Pure.

import type { Chart } from '#machines/compile/chart.ts'
import type { WorkflowTest } from '#machines/contracts/workflow-tests.ts'
import type { Simulation } from '#machines/contracts/simulation.ts'
import { coverageOf } from '#machines/simulate/coverage.ts'
import type { GeneratedPath } from '#machines/simulate/paths.ts'
import { coveredOf } from './walk.ts'

export interface Reached {
  reached: number
  total: number
}

export interface TestCoverage {
  states: Reached
  transitions: Reached
  /** Ids of states, and of transitions as `state:port`, that no test reaches. */
  missing: string[]
}

export function coverageOfTests(chart: Chart, runs: readonly Simulation[]): TestCoverage {
  const { states, transitions } = coverageOf(chart)
  const covered = new Set(runs.flatMap((run) => coveredOf(run, chart)))
  const countOf = (ids: readonly string[]): Reached => ({
    reached: ids.filter((id) => covered.has(id)).length,
    total: ids.length,
  })
  return {
    states: countOf(states),
    transitions: countOf(transitions),
    missing: [...states, ...transitions].filter((id) => !covered.has(id)),
  }
}

/** The path that reaches most of what is missing; of several the shortest. Null: none reaches any of it. */
export function pathFor(
  paths: readonly GeneratedPath[],
  missing: readonly string[],
): { path: GeneratedPath; reaches: string[] } | null {
  const wanted = new Set(missing)
  const ranked = paths
    .map((path) => ({ path, reaches: path.covers.filter((id) => wanted.has(id)) }))
    .filter(({ reaches }) => reaches.length > 0)
    .toSorted(
      (a, b) => b.reaches.length - a.reaches.length || a.path.script.length - b.path.script.length,
    )
  return ranked[0] ?? null
}

/** A generated path as a test without expectations yet. */
export function testOfPath(path: GeneratedPath, name: string): WorkflowTest {
  const { start, contact, at, script } = path
  return {
    name,
    script,
    ...(start && { start }),
    ...(contact && { contact }),
    ...(at !== undefined && { at }),
    expect: {},
  }
}
