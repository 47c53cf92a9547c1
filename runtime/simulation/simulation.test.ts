// The simulated runtime over many seeds: FLUXO_SEEDS sets how many (10,000 in the long mode), FLUXO_SEED replays one.

import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { describeFailure, runSeeds, runThread } from './run-threads.ts'

const SEEDS = Number(process.env['FLUXO_SEEDS'] ?? 200)
const GIVEN = process.env['FLUXO_SEED']
const TRACE = process.env['FLUXO_TRACE']
const THREADS = 2
/** Seeds of each thread that run twice. */
const TWICE = 5
const LEAST_STEPS = 300
const EVERY_LINE = 1_000_000
const TIMEOUT = 60_000 + SEEDS * 2_000

/** @returns how many */
async function checkSeeds(): Promise<number> {
  const { reports, repeats } = await runSeeds(1, SEEDS, { threads: THREADS, twice: TWICE })
  for (const report of reports) expect(report.failure, describeFailure(report)).toBeNull()
  expect(reports).toHaveLength(SEEDS)
  expect(Math.min(...reports.map(({ steps }) => steps))).toBeGreaterThanOrEqual(LEAST_STEPS)
  for (const { seed, hash, steps } of repeats) {
    const first = reports.find((report) => report.seed === seed)
    expect({ seed, hash, steps }).toEqual({ seed, hash: first?.hash, steps: first?.steps })
  }
  expect(repeats).toHaveLength(Math.min(SEEDS, THREADS * TWICE))
  expect(missingFaults(reports), 'faults that never landed').toEqual([])
  return reports.length
}

/** Every kind of fault has to happen somewhere, or the rest says little. */
function missingFaults(reports: { landed: Record<string, number> }[]): string[] {
  const landed = new Set(reports.flatMap((report) => Object.keys(report.landed)))
  return FAULTS.filter((fault) => !landed.has(fault))
}

const FAULTS = [
  'cutBefore',
  'cutAfter',
  'silent',
  'slow',
  'lateCommit',
  'killAt',
  'freezeAt',
  'notice',
  'job',
  'provider',
  'kill',
  'freeze',
  'theft',
  'restart',
  'redis',
]

async function checkSeed(seed: number): Promise<number> {
  const seeds = [seed]
  const task = { seeds, planted: null, twice: 1, stopsAtFailure: false, kept: EVERY_LINE }
  const { reports, repeats } = await runThread(task)
  const [report] = reports
  if (!report) throw new Error('the seed did not run')
  if (TRACE) writeFileSync(TRACE, `${report.recent.join('\n')}\n`)
  expect(repeats[0]?.hash).toBe(report.hash)
  expect(report.failure, describeFailure(report)).toBeNull()
  return reports.length
}

// One test for both: one that is left out would count as skipped.
test(
  'I1–I9 hold in every seed, and the same seed is the same run',
  { timeout: TIMEOUT },
  async () => {
    const checked = GIVEN === undefined ? await checkSeeds() : await checkSeed(Number(GIVEN))
    expect(checked).toBeGreaterThan(0)
  },
)
