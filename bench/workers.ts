// One, two and four worker processes on one database each: the drain again, on the same machine.

import { createFluxoLabProcesses } from './contenders/fluxolab-processes.ts'
import type { Ground } from './lib/ground.ts'
import { type Run, runOf } from './lib/measured.ts'
import { type Entrant, measureRounds } from './lib/rounds.ts'

const COUNTS = [1, 2, 4]
const MESSAGES = 5

export interface WorkersPlan {
  rounds: number
  contacts: number
  onRound: (text: string) => void
}

export async function measureWorkers(ground: Ground, plan: WorkersPlan): Promise<Run[]> {
  const entrants: Entrant[] = []
  try {
    for (const count of COUNTS) {
      const contender = await createFluxoLabProcesses(ground, count)
      entrants.push({ contender, size: { contacts: plan.contacts, messages: MESSAGES } })
    }
    const runs = await measureRounds(ground, entrants, { part: 'workers', ...plan })
    const [one, ...more] = runs
    return [...runs, ...more.map((run) => againstOne(run, one))]
  } finally {
    for (const { contender } of entrants) await contender.stop()
  }
}

function againstOne({ name, values }: Run, one: Run | undefined): Run {
  const ratios = values.map((value, round) => value / (one?.values[round] ?? NaN))
  return runOf({ part: 'workers', name: `${name} against 1`, unit: '×' }, ratios)
}
