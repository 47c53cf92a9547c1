// Actors at rest must cost nothing: a worker's start, memory, drain and timers with ten thousand of them, a hundred
// thousand and a million, each with a snapshot, a run and a pending timer.

import { createRestingActors, type RestingActors } from './contenders/resting-actors.ts'
import { startMain } from './lib/fluxolab-process.ts'
import type { Ground } from './lib/ground.ts'
import { peakMemory } from './lib/memory.ts'
import { type Run, runOf } from './lib/measured.ts'
import type { RestingSize } from './lib/plan.ts'
import { measureRounds } from './lib/rounds.ts'
import { percentileOf } from './lib/stats.ts'
import { fireTimers } from './work/due-timers.ts'

const SIZES = { '10k': 10_000, '100k': 100_000, '1m': 1_000_000 } as const

export interface RestingPlan {
  sizes: readonly RestingSize[]
  rounds: number
  /** Contacts that write in a round. */
  events: number
  /** Timers that fall due a second, and for how long. */
  rate: number
  seconds: number
  /** Timers that fall due in the same moment. */
  atOnce: number
  onRound: (text: string) => void
}

export async function measureResting(ground: Ground, plan: RestingPlan): Promise<Run[]> {
  const few = await createRestingActors(ground, { database: 'bench_resting_10k', name: '10k' })
  const many = await createRestingActors(ground, { database: 'bench_resting', name: 'many' })
  try {
    await few.rest(SIZES['10k'])
    const runs: Run[] = []
    if (plan.sizes.includes('10k')) runs.push(...(await measureWorker(ground, few, '10k', plan)))
    await few.start()
    for (const size of plan.sizes) {
      if (size !== '10k') runs.push(...(await measureSize(ground, { few, many, size }, plan)))
    }
    return runs
  } finally {
    await few.stop()
    await many.stop()
  }
}

/** Everything with so many, and the drain beside that with ten thousand, round by round. */
async function measureSize(
  ground: Ground,
  { few, many, size }: { few: RestingActors; many: RestingActors; size: RestingSize },
  plan: RestingPlan,
): Promise<Run[]> {
  const { events, rounds, onRound } = plan
  onRound(`resting: making ${size}`)
  await many.rest(SIZES[size])
  const runs = await measureWorker(ground, many, size, plan)
  const { pids, stop } = await many.start()
  try {
    const entrants = [
      {
        contender: { ...few, name: `10k beside ${size} drain` },
        size: { contacts: events, messages: 1 },
      },
      { contender: { ...many, name: `${size} drain` }, size: { contacts: events, messages: 1 } },
    ]
    runs.push(...(await measureRounds(ground, entrants, { part: 'resting', rounds, onRound })))
    const memory = Math.max(...pids.map(peakMemory))
    runs.push(figure(`${size} memory of the drain`, 'MiB', memory))
  } finally {
    await stop()
  }
  return runs
}

/** A process as a production starts it, with timers that fall due. */
async function measureWorker(
  ground: Ground,
  actors: RestingActors,
  size: RestingSize,
  { rate, seconds, atOnce, onRound }: RestingPlan,
): Promise<Run[]> {
  await ground.settle()
  const start = performance.now()
  const worker = await startMain(ground, actors.url, { role: 'worker' })
  try {
    const ready = (performance.now() - start) / 1000
    onRound(`resting ${size}: ready in ${ready.toFixed(1)} s`)
    const lags = await fireTimers(actors.pool, actors.pick(rate * seconds), rate)
    const burst = await fireTimers(actors.pool, actors.pick(atOnce), Infinity)
    const runs = [
      figure(`${size} start`, 's', ready, ['from the start of the process until it is ready']),
      figure(`${size} timer lag p50`, 's', percentileOf(lags, 50), [`${rate} a second fall due`]),
      figure(`${size} timer lag p99`, 's', percentileOf(lags, 99), [`${rate} a second fall due`]),
      figure(`${size} ${atOnce} timers due at once, until the last`, 's', burst.at(-1) ?? NaN),
      figure(`${size} memory`, 'MiB', peakMemory(worker.pid), ['the most that the worker held']),
    ]
    onRound(
      `resting ${size}: ${runs.map(({ name, values }) => `${name} ${values[0]?.toFixed(2)}`).join(', ')}`,
    )
    return runs
  } finally {
    await worker.stop()
  }
}

function figure(name: string, unit: string, value: number, settings: string[] = []): Run {
  return runOf({ part: 'resting', name, unit }, [value], settings)
}
