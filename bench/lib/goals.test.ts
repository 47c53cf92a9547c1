// A goal is reached when what was measured says so, and unknown when nothing was.

import { expect, test } from 'vitest'
import { type Goal, goalsOf } from './goals.ts'
import { type Run, runOf } from './measured.ts'

const run = (part: Run['part'], name: string, values: number[]): Run =>
  runOf({ part, name, unit: '' }, values)

function goalOf(runs: Run[], what: string): Pick<Goal, 'reached' | 'met'> | undefined {
  const found = goalsOf(runs).find((goal) => goal.what === what)
  return found && { reached: found.reached, met: found.met }
}

test('a ratio is at least so much, a time at most', () => {
  const runs = [
    run('drain', 'fluxolab', [1000, 900, 500]),
    run('drain', 'restate', [100, 90, 100]),
    run('drain', 'bare', [2100, 1900, 1100]),
    run('latency', 'webhook to provider p99 at 200/s', [150.1]),
    run('resting', '1m start', [30]),
  ]
  expect(goalOf(runs, 'drain against Restate')).toEqual({ reached: 10, met: true })
  expect(goalOf(runs, 'drain against the bare loop')).toEqual({ reached: 0.47, met: false })
  expect(goalOf(runs, 'webhook to provider p99 at 200/s')).toEqual({ reached: 150.1, met: false })
  expect(goalOf(runs, '1m resting: start')).toEqual({ reached: 30, met: true })
})

test('what slows down is compared with itself at rest, round by round', () => {
  const runs = [
    run('resting', '10k beside 1m drain', [1000, 100]),
    run('resting', '1m drain', [900, 70]),
    run('live', 'drain, no sockets', [1000]),
    run('live', 'drain, 2,000 sockets', [940]),
  ]
  expect(goalOf(runs, '1m resting: drain against 10k')).toEqual({ reached: 0.8, met: true })
  expect(goalOf(runs, '2,000 sockets: drain against none')).toEqual({ reached: 0.94, met: false })
})

test('what was not measured is neither reached nor missed', () => {
  expect(goalsOf([]).every(({ reached, met }) => reached === null && met === null)).toBe(true)
})
