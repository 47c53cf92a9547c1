// Timers a second: all of a round are due, and a worker process fires them and takes the contacts' next Steps.

import { createRestingActors } from './contenders/resting-actors.ts'
import { startMain } from './lib/fluxolab-process.ts'
import type { Ground } from './lib/ground.ts'
import { type Run, runOf } from './lib/measured.ts'
import { fireTimers } from './work/due-timers.ts'

export interface TimersPlan {
  rounds: number
  /** Of a round. */
  timers: number
  onRound: (text: string) => void
}

export async function measureTimers(ground: Ground, plan: TimersPlan): Promise<Run[]> {
  const actors = await createRestingActors(ground, { database: 'bench_timers', name: 'timers' })
  try {
    await actors.rest(plan.timers * (plan.rounds + 1))
    const worker = await startMain(ground, actors.url, { role: 'worker' })
    try {
      const perSecond: number[] = []
      for (let round = 0; round <= plan.rounds; round++) {
        await ground.settle()
        const lags = await fireTimers(actors.pool, actors.pick(plan.timers), Infinity)
        // From due to the last one's Step, the wait of the first one left out.
        const seconds = (lags.at(-1) ?? NaN) - (lags[0] ?? NaN)
        if (round > 0) perSecond.push(plan.timers / seconds)
        if (round > 0) plan.onRound(`timers, round ${round}: ${perSecond.at(-1)?.toFixed(0)}/s`)
      }
      const settings = [
        `${plan.timers} due at once, until the last contact's Step; the first's left out`,
      ]
      return [
        runOf({ part: 'timers', name: 'fired and applied', unit: 'timers/s' }, perSecond, settings),
      ]
    } finally {
      await worker.stop()
    }
  } finally {
    await actors.stop()
  }
}
