import { expect, test } from 'vitest'
import purchase from '../../examples/lead-to-purchase.json' with { type: 'json' }
import tests from '../../examples/lead-to-purchase.tests.json' with { type: 'json' }
import { chartOf } from '#machines/compile/chart.ts'
import type { WorkflowTest } from '#machines/contracts/workflow-tests.ts'
import { paths } from '#machines/simulate/paths.ts'
import { simulate } from '#machines/simulate/simulate.ts'
import { optionsOf, planOf } from './plan.ts'
import { coverageOfTests, pathFor, testOfPath } from './test-coverage.ts'

const chart = chartOf(purchase)
const play = (one: WorkflowTest) => {
  const plan = planOf(one, 'America/Sao_Paulo')
  return simulate(purchase, plan.entries, optionsOf(plan))
}

test('Without tests nothing is reached, and each suggested test reaches more until nothing is missing', () => {
  const found = paths(purchase).paths
  const runs: ReturnType<typeof play>[] = []
  let coverage = coverageOfTests(chart, runs)
  expect(coverage.states.reached).toBe(0)
  while (coverage.missing.length > 0) {
    const next = pathFor(found, coverage.missing)
    expect(next).not.toBeNull()
    const before = coverage.missing.length
    runs.push(play(testOfPath(next!.path, 'novo')))
    coverage = coverageOfTests(chart, runs)
    expect(coverage.missing.length).toBeLessThan(before)
  }
  expect(coverage.transitions.reached).toBe(coverage.transitions.total)
})

test('The tests of an example reach a part of it', () => {
  const coverage = coverageOfTests(chart, (tests as WorkflowTest[]).map(play))
  expect(coverage.states.reached).toBeGreaterThan(0)
  expect(coverage.states.reached).toBeLessThanOrEqual(coverage.states.total)
})

test('Where no path helps none is suggested', () => {
  expect(pathFor(paths(purchase).paths, ['lugar_nenhum'])).toBeNull()
})
