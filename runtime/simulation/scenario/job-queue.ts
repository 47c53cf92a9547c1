// Stands in for BullMQ on Redis, which only carries: jobs may be lost, come twice, come late, be emptied out or come
// back from an old copy. Which process gets one is drawn.

import type { EffectJob, EffectQueue } from '../../outbox/queue.ts'
import type { SimulatedProcess, World } from '../world/world.ts'

export interface JobQueue {
  /** The queue as one process sees it. */
  openFor(process: SimulatedProcess): EffectQueue
  /** Everything in Redis is gone. */
  empty(): void
  /** What is there now may come back. */
  remember(): void
  /** An old copy is there instead. */
  restore(): void
  /** Nobody reaches it. */
  isAway: boolean
}

interface Performer {
  process: SimulatedProcess
  perform: (job: EffectJob) => Promise<void>
}

/** Milliseconds until each delivery of a job; none: it is lost. */
export type DrawDeliveries = () => number[]

/** A job whose performer died is handed out again. */
const STALLED_MS = 6_000

export interface JobQueueOptions {
  drawDeliveries: DrawDeliveries
  /** A job was added. */
  onJob: (effectId: string) => void
}

async function settled(act: () => unknown): Promise<void> {
  act()
  await Promise.resolve()
}

/** A command to Redis; false means that nobody is there. */
function send(world: World, process: SimulatedProcess, act: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    world.schedule(world.random.next() * 2, process, () => {
      if (act()) resolve()
      else reject(new Error('Reached the max retries per request limit'))
    })
  })
}

export function createJobQueue(world: World, { drawDeliveries, onJob }: JobQueueOptions): JobQueue {
  let jobs = new Map<string, EffectJob>()
  let copy = new Map<string, EffectJob>()
  let performers: Performer[] = []
  // Whatever else somebody keeps in Redis begins empty too, and goes with it.
  const others = (globalThis as { simulatedRedis?: Map<string, unknown> }).simulatedRedis
  others?.clear()

  function deliver(job: EffectJob): void {
    if (!jobs.has(job.effectId)) return
    performers = performers.filter(({ process }) => process.isAlive)
    if (performers.length === 0 || queue.isAway) {
      world.schedule(STALLED_MS, null, () => deliver(job))
      return
    }
    const { process, perform } = world.random.pick(performers)
    world.schedule(world.random.next(), process, () => {
      void perform(job)
        .catch(() => {})
        .finally(() => jobs.delete(job.effectId))
    })
    world.schedule(STALLED_MS, null, () => {
      if (!process.isAlive) deliver(job)
    })
  }

  function add(job: EffectJob): void {
    onJob(job.effectId)
    if (jobs.has(job.effectId)) return
    jobs.set(job.effectId, job)
    const delays = drawDeliveries()
    if (delays.length === 0) jobs.delete(job.effectId)
    for (const delay of delays) world.schedule(delay, null, () => deliver(job))
  }

  function addAll(given: EffectJob[]): boolean {
    if (!queue.isAway) given.forEach(add)
    return !queue.isAway
  }

  const queue: JobQueue = {
    isAway: false,
    openFor: (process) => ({
      add: (given) => send(world, process, () => addAll(given)),
      work: (perform) => settled(() => performers.push({ process, perform })),
      clear: () => settled(() => jobs.clear()),
      isUp: () => !queue.isAway,
      // Whoever closes has ended.
      close: () => settled(() => {}),
    }),
    empty: () => {
      jobs.clear()
      others?.clear()
    },
    remember: () => {
      copy = new Map(jobs)
    },
    restore: () => {
      jobs = new Map(copy)
      others?.clear()
      for (const job of jobs.values()) deliver(job)
    },
  }
  return queue
}
