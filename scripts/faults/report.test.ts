// The report of a long series that is run in parts.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { RunResult } from './fault.ts'
import { FAULTS } from './registry.ts'
import { type FaultReport, sumUp, withReports, writeReport } from './report.ts'

const folder = mkdtempSync(join(tmpdir(), 'fluxolab-report-'))
const path = join(folder, 'report.json')
afterAll(() => rmSync(folder, { recursive: true }))

const reportOf = (id: string, events: number): FaultReport => {
  const fault = FAULTS.find((one) => one.id === id)
  if (!fault) throw new Error(id)
  const result: RunResult = {
    seed: 1,
    events,
    effects: 1,
    doubled: 0,
    held: 0,
    evidence: { kills: 1 },
    largest: {},
    hasLanded: true,
    longestDelayMs: 5,
    longestUnsureMs: 0,
    longestLagMs: 0,
    violations: [],
  }
  return sumUp(fault, [result])
}
const keep = (options: object, ...faults: FaultReport[]): [string, number][] => {
  const file = withReports(path, { options, faults }, ['F1', 'F2', 'F3'])
  writeReport(path, file)
  return file.faults.map(({ id, events }) => [id, events])
}

test('a fault that is run again replaces its own report; what was run otherwise goes', () => {
  const runs = { runs: 5 }
  expect(keep(runs, reportOf('F3', 1))).toEqual([['F3', 1]])
  expect(keep(runs, reportOf('F1', 2), reportOf('F2', 3))).toEqual([
    ['F1', 2],
    ['F2', 3],
    ['F3', 1],
  ])
  expect(keep(runs, reportOf('F3', 4))).toEqual([
    ['F1', 2],
    ['F2', 3],
    ['F3', 4],
  ])
  expect(keep({ runs: 1 }, reportOf('F2', 5))).toEqual([['F2', 5]])
})
