// Figures are what their names say.

import { expect, test } from 'vitest'
import type { Run } from './measured.ts'
import { resultsOf } from './results.ts'
import { percentileOf, ratioOf, spreadOf } from './stats.ts'

test('a spread is of the values, whatever their order', () => {
  expect(spreadOf([30, 10, 20])).toEqual({ min: 10, median: 20, max: 30 })
  expect(spreadOf([4, 1, 3, 2]).median).toBe(2.5)
})

test('a percentile is a value that was measured', () => {
  const sorted = Array.from({ length: 200 }, (_, index) => index + 1)
  expect(percentileOf(sorted, 99)).toBe(198)
  expect(percentileOf([7], 99)).toBe(7)
})

test('a ratio compares rounds with each other, so that a slow minute hits both', () => {
  expect(ratioOf([100, 10, 50], [50, 5, 50])).toEqual({ min: 1, median: 2, max: 2 })
})

test('the ratios at the top are of FluxoLab over the others', () => {
  const run = (part: Run['part'], name: string, values: number[], cpu: number): Run => ({
    part,
    name,
    unit: 'events/s',
    spread: spreadOf(values),
    values,
    cpu: spreadOf([cpu]),
    settings: [],
  })
  const runs = [
    run('drain', 'fluxolab', [1000, 900], 0.2),
    run('drain', 'restate', [100, 90], 3),
    run('drain', 'bare', [2000, 1800], 0.1),
    run('ingest', 'fluxolab', [600, 600], 1),
    run('ingest', 'restate', [300, 300], 2),
  ]
  const about = { quick: true, at: '', seconds: 1, machine: {}, versions: {}, failures: [] }
  const { ratios, cpuRatios } = resultsOf(runs, about)
  expect(ratios).toEqual({ restate: 10, dbos: null, bare: 0.5, ingest: 2 })
  expect(cpuRatios).toEqual({ restate: 15, dbos: null, bare: 0.5, ingest: 2 })
})
