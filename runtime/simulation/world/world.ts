// The world of one seed: its time, its processes, and everything that is still to happen in it. Nothing happens by
// itself: each statement, timer, job and answer is an entry with a time that the seed drew.

import { AsyncLocalStorage } from 'node:async_hooks'
import { realSetImmediate } from './real.ts'
import { createRandom, hashText, type Random } from './random.ts'
import { createTimeQueue, type Scheduled } from './queue.ts'

/** A process of the installation: it may be killed, stand still, or have a clock of its own opinion. */
export interface SimulatedProcess {
  readonly name: string
  isAlive: boolean
  /** It does nothing before this time. */
  frozenUntil: number
  /** Milliseconds by which its wall clock is ahead. */
  skew: number
  readonly startedAt: number
}

export interface World {
  readonly seed: number
  /** Milliseconds since 1970 of the one true clock, the database's. */
  now(): number
  /** What the scheduler draws. */
  readonly random: Random
  /** What the processes draw from their platform. */
  readonly platform: Random
  schedule(delay: number, process: SimulatedProcess | null, act: () => void): Scheduled
  createProcess(name: string, skew: number): SimulatedProcess
  /** Runs code as that process. */
  as<Result>(process: SimulatedProcess, act: () => Result): Result
  /** The process whose code runs now, or null. */
  current(): SimulatedProcess | null
  /** Adds a line to the trace. */
  note(line: string): void
  /** Ends the run with what was found. */
  fail(reason: string): void
  /** Lets things happen until the end, a failure, or a time by which all must be done. */
  run(isOver: () => boolean, limit: number): Promise<void>
  readonly trace: Trace
}

export interface Trace {
  steps: number
  hash: number
  failure: string | null
  /** The last lines. */
  readonly recent: string[]
}

const START = Date.UTC(2026, 0, 15, 12)
const KEPT_LINES = 60
const running = new AsyncLocalStorage<SimulatedProcess>()

/** @param kept how many of the last lines of the trace are kept */
export function createWorld(seed: number, kept = KEPT_LINES): World {
  const queue = createTimeQueue()
  const trace: Trace = { steps: 0, hash: 0, failure: null, recent: [] }
  let now = START
  let order = 0

  function schedule(delay: number, process: SimulatedProcess | null, act: () => void): Scheduled {
    const item = { at: now + Math.max(0, delay), order: order++, isCancelled: false, act, process }
    queue.push(item)
    return item
  }

  /** @returns what happens next, or undefined when nothing is left */
  function next(): Scheduled | undefined {
    for (;;) {
      const item = queue.pop()
      if (!item) return undefined
      const process = item.process as SimulatedProcess | null
      if (item.isCancelled || process?.isAlive === false) continue
      if (process && process.frozenUntil > item.at) {
        item.at = process.frozenUntil
        queue.push(item)
        continue
      }
      return item
    }
  }

  async function run(isOver: () => boolean, limit: number): Promise<void> {
    while (trace.failure === null && !isOver()) {
      const item = next()
      if (item && item.at > limit) queue.push(item)
      if (!item || item.at > limit) return
      now = Math.max(now, item.at)
      trace.steps += 1
      const process = item.process as SimulatedProcess | null
      if (process) running.run(process, item.act)
      else item.act()
      // What the entry set free runs to its next wait before anything else happens.
      if (process) await new Promise(realSetImmediate)
    }
  }

  return {
    seed,
    now: () => now,
    random: createRandom(`${seed}/world`),
    platform: createRandom(`${seed}/platform`),
    schedule,
    createProcess: (name, skew) => ({ name, skew, isAlive: true, frozenUntil: 0, startedAt: now }),
    as: (process, act) => running.run(process, act),
    current: () => running.getStore() ?? null,
    note: (line) => {
      const full = `${(now - START).toFixed(1)} ${line}`
      trace.hash = hashText(full, trace.hash)
      trace.recent.push(full)
      if (trace.recent.length > 2 * kept) trace.recent.splice(0, kept)
    },
    fail: (reason) => {
      trace.failure ??= reason
    },
    run,
    trace,
  }
}
