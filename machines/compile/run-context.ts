// What a run remembers and what can happen to it: the context and the events of every compiled machine.

import type { ContactFacts } from '../contracts/contact.ts'
import type { EffectError } from '../contracts/event.ts'
import type { Json, JsonObject } from '../contracts/json.ts'

/** What is the same for every event: who it is about, when and where. Never persisted. */
export interface Moment {
  contact: ContactFacts
  /** ISO 8601 instant of the Step. */
  at: string
  /** IANA zone of the tenant. */
  zone: string
}

export interface RunInput extends Moment {
  payload: JsonObject
  /** Where the event that starts the run came from. */
  source?: string | undefined
  /** Instead of a new memory: the one that goes on, when a run is moved to another state. */
  context?: RunContext
}

/** The run's memory; part of the snapshot. Fields that may be missing came later than the first snapshots. */
export interface RunContext {
  payload: JsonObject
  /** Where the event that started the run came from. */
  source?: string
  vars: JsonObject
  results: JsonObject
  /** Effects committed to so far; numbers the node visits. */
  visit: number
  /** Visit of the effect that each node waits for. */
  awaiting: Record<string, number>
  /** What each loop under way has still to go through. */
  loops: Record<string, Json[]>
  /** Answers that were not good, by question. */
  tries?: Record<string, number>
  /** What interrupts have left behind, the outermost first. */
  suspended?: Suspension[] | null
  /** Only while it is entered again. */
  returning?: Suspension | null
  /** What the run gives back. */
  output?: JsonObject
  error: (EffectError & { nodeId: string }) | null
}

/** What an interrupt has left while it has its turn. */
export interface Suspension {
  /** The interrupt that was left, or the root's own states. */
  place: string
  /** Nodes that it was in. */
  nodes: string[]
  /** ISO 8601 instants of its time-outs, by node. */
  due: Record<string, string>
  /** Results of its effects that came meanwhile, by node. */
  results: Record<string, { type: string; visit: number; output?: Json; error?: EffectError }>
}

export type RunEvent = Moment & {
  type: string
  nodeId?: string
  visit?: number
  output?: Json
  error?: EffectError
  payload?: JsonObject
  /** How a node that decides is left. */
  port?: string
  /** When an interrupt begins: nodes that the run is in, its time-outs by node, and the interrupt around them. */
  active?: string[]
  due?: Record<string, string>
  place?: string
}
