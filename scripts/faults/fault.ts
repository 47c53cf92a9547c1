// What a fault is: how it is done to a stage, what shows that it landed, and what must hold beyond C1 to C9.

import type { Allowance, Violation } from './check/evidence.ts'
import type { Chance } from './load/chance.ts'
import type { Sender } from './load/sender.ts'
import type { Member } from './stage/member.ts'
import type { Stage, StageOptions } from './stage/stage.ts'

export interface Scene {
  stage: Stage
  chance: Chance
  sender: Sender
  /** Number of the run, which phones and keys carry. */
  run: number
  seed: number
  /** How long faults may go on, in milliseconds. */
  lengthMs: number
  isShort: boolean
  /** Multiplies every limit of time, for a machine that does other things as well. */
  patience: number
  /** Writes down that a fault begins, strikes or ends. */
  mark(phase: 'begin' | 'end' | 'strike', what: string): void
  /** Adds to the evidence that is counted under this name. */
  count(name: string, by?: number): void
  /** Keeps the largest of what is said under this name. */
  atMost(name: string, value: number): void
  /** A condition of this fault alone that does not hold. */
  complain(message: string): void
}

export interface Fault {
  id: string
  /** In a few words. */
  name: string
  /** How it is done, in one sentence. */
  how: string
  /** Names of `count` that must be above 0, or the fault did not land. */
  evidence: readonly string[]
  /** What must hold beside C1 to C9. */
  conditions: readonly string[]
  maxDelayMs: number
  allow: Allowance
  /** Inputs for each second, where the usual rate is not right. */
  rate?: number
  /** A stage of its own, where the shared one will not do. */
  stage?: (options: { isShort: boolean }) => Promise<StagePlan> | StagePlan
  /** Injects and heals, again and again until the time is over. */
  inject(scene: Scene): Promise<void>
  /** Looks once more when everything has come to rest. */
  inspect?(scene: Scene): Promise<void>
}

export interface StagePlan {
  options: Omit<StageOptions, 'workers'>
  /** Undone when the stage has been closed. */
  cleanUp(): void
}

/** Thrown where a fault cannot be done on this machine. */
export class NotLanded extends Error {}

export interface RunResult {
  seed: number
  events: number
  effects: number
  doubled: number
  held: number
  /** What was counted. */
  evidence: Record<string, number>
  /** What the largest of was kept. */
  largest: Record<string, number>
  /** All that shows that the fault took place was seen. */
  hasLanded: boolean
  longestDelayMs: number
  /** Of contacts with a send of which nobody knew. */
  longestUnsureMs: number
  longestLagMs: number
  violations: Violation[]
}

export const NOTHING_LEFT: Allowance = { uncertain: false, dead: false }
export const UNCERTAIN: Allowance = { uncertain: true, dead: false }

export function pickWorker({ stage, chance }: Scene): Member {
  return chance.pick(stage.workers.filter((worker) => worker.isUp()))
}
