// `--soak`: load at half of what the machine can do, a random fault every while, and the memory of every worker.

import type { Fault, RunResult } from './fault.ts'
import { createChance } from './load/chance.ts'
import { startLoad } from './load/generator.ts'
import { createSender } from './load/sender.ts'
import { runFault } from './run.ts'
import type { Member } from './stage/member.ts'
import type { Stage } from './stage/stage.ts'
import { sleep, waitFor } from './stage/time.ts'
import { readBacklog } from './check/dump.ts'

export interface SoakOptions {
  stage: Stage
  lengthMs: number
  seed: number
  patience: number
  faults: readonly Fault[]
}

/** First and last as the line has them. */
interface FittedLine {
  samples: number
  fromMb: number
  toMb: number
  mbPerHour: number
}

/** Of resident memory; `live` is what the heap held after full collections. */
export interface MemoryReport extends FittedLine {
  worker: string
  live: FittedLine
  everyMinuteMb: number[]
  isFlat: boolean
}

export interface SoakReport {
  /** Inputs a second that the machine could do alone. */
  capacity: number
  rate: number
  result: RunResult
  memory: MemoryReport[]
}

const PROBE_RATE = 300
const PROBE_MS = 8_000
const PROBE_RUN = 998
const SOAK_RUN = 997
const SAMPLE_MS = 5_000
/** A process fills its caches and pools first. */
const WARM_UP_SHARE = 0.2
const PAUSE_MS = { least: 30_000, most: 90_000 }
const FAULT_MS = 4_000

export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { stage, lengthMs, seed, patience } = options
  const capacity = await measureCapacity(stage, seed)
  const rate = Math.max(5, Math.round(capacity / 2))
  const watch = watchMemory(stage, lengthMs * WARM_UP_SHARE)
  const result = await runFault(createSoak(options), {
    stage,
    run: SOAK_RUN,
    seed,
    lengthMs,
    isShort: false,
    patience,
    rate,
  })
  return { capacity, rate, result, memory: watch.stop() }
}

/** How many inputs a second are through to the last effect when more are offered than that. */
async function measureCapacity(stage: Stage, seed: number): Promise<number> {
  const { history, companies } = stage
  const sender = createSender(history, () => stage.gateways.map(({ baseUrl }) => baseUrl))
  const begun = performance.now()
  const load = startLoad({ history, companies, sender, rate: PROBE_RATE, seed, run: PROBE_RUN })
  await sleep(PROBE_MS)
  await load.finish(120_000)
  await waitFor(async () => {
    const { mailbox, outbox, timers } = await readBacklog(stage)
    return mailbox + outbox + timers === 0 ? true : null
  }, 120_000)
  const took = performance.now() - begun
  await sender.close()
  return Math.round((load.inputs().length * 1000) / took)
}

function createSoak({ faults, lengthMs }: SoakOptions): Fault {
  return {
    id: 'soak',
    name: `${Math.round(lengthMs / 60_000)} min at half load`,
    how: `a random one of ${faults.map(({ id }) => id).join(', ')} every 30 to 90 s`,
    evidence: ['faults'],
    conditions: ["the workers' memory stays flat"],
    maxDelayMs: 30_000,
    allow: { uncertain: true, dead: false },
    inject: async (scene) => {
      const chance = createChance(scene.seed)
      const end = performance.now() + scene.lengthMs
      for (;;) {
        const pause = chance.between(PAUSE_MS.least, PAUSE_MS.most)
        await sleep(Math.max(0, Math.min(pause, end - performance.now())))
        if (performance.now() >= end) return
        const fault = chance.pick(faults)
        scene.count('faults')
        scene.count(fault.id)
        await fault.inject({ ...scene, isShort: true, lengthMs: FAULT_MS, complain: () => {} })
        await scene.stage.restore()
      }
    },
  }
}

interface Sample {
  /** Milliseconds. */
  at: number
  bytes: number
}

interface Watched {
  resident: Sample[]
  live: Sample[]
}

/** Samples are kept by process, from when it is warm. */
function watchMemory(stage: Stage, warmUpMs: number): { stop(): MemoryReport[] } {
  const since = new Map<string, number>()
  const watched = new Map<string, Watched>()
  const look = async (worker: Member): Promise<void> => {
    const at = performance.now()
    const bytes = worker.memory()
    if (bytes === 0) return
    const key = `${worker.name} ${worker.pid()}`
    if (!since.has(key)) since.set(key, at)
    if (at - (since.get(key) ?? at) < warmUpMs) return
    const kept = watched.get(key) ?? { resident: [], live: [] }
    watched.set(key, kept)
    kept.resident.push({ at, bytes })
    const live = await liveHeapOf(worker)
    if (live > 0) kept.live.push({ at, bytes: live })
  }
  const timer = setInterval(() => {
    for (const worker of stage.workers) void look(worker)
  }, SAMPLE_MS)
  return {
    stop: () => {
      clearInterval(timer)
      return [...watched].map(([key, kept]) => reportOf(key.split(' ')[0] ?? key, kept))
    },
  }
}

/** 0 while it does not answer, and before its first full collection. */
async function liveHeapOf({ baseUrl }: Member): Promise<number> {
  try {
    const answer = await fetch(`${baseUrl}/metrics`, { signal: AbortSignal.timeout(SAMPLE_MS) })
    return Number(/^nodejs_heap_live_bytes (\d+)/m.exec(await answer.text())?.[1] ?? 0)
  } catch {
    return 0
  }
}

const MB = 1024 * 1024
/** Growth over the time watched that is still called flat: of what it had, or in megabytes. */
const FLAT = { share: 0.1, mb: 20 }

function reportOf(worker: string, { resident, live }: Watched): MemoryReport {
  const fitted = fit(resident)
  const { fromMb, toMb } = fitted
  return {
    worker,
    ...fitted,
    live: fit(live),
    everyMinuteMb: everyMinute(resident),
    isFlat: toMb - fromMb <= Math.max(FLAT.mb, fromMb * FLAT.share),
  }
}

/** Medians of the minutes, so that a reader sees whether a slope is growth, a step or a warm-up. */
function everyMinute(samples: readonly Sample[]): number[] {
  const first = samples[0]?.at ?? 0
  const byMinute = Map.groupBy(samples, ({ at }) => Math.floor((at - first) / 60_000))
  return [...byMinute.values()].map((minute) => {
    const sorted = minute.map(({ bytes }) => bytes).toSorted((a, b) => a - b)
    return Math.round((sorted[sorted.length >> 1] ?? 0) / MB)
  })
}

/** The line of least squares through the samples. */
export function fit(samples: readonly Sample[]): FittedLine {
  const count = samples.length
  const mean = (values: number[]): number =>
    values.reduce((sum, one) => sum + one, 0) / Math.max(1, count)
  const at = mean(samples.map((sample) => sample.at))
  const bytes = mean(samples.map((sample) => sample.bytes))
  const spread = samples.reduce((sum, sample) => sum + (sample.at - at) ** 2, 0)
  const common = samples.reduce((sum, sample) => sum + (sample.at - at) * (sample.bytes - bytes), 0)
  const slope = spread === 0 ? 0 : common / spread
  const [first, last] = [samples[0]?.at ?? 0, samples.at(-1)?.at ?? 0]
  return {
    samples: count,
    fromMb: Math.round((bytes + slope * (first - at)) / MB),
    toMb: Math.round((bytes + slope * (last - at)) / MB),
    mbPerHour: Math.round((slope * 3_600_000) / MB),
  }
}
