// What page and worker say to each other: requests with ids, and one reply to each. Types only.

import type { ChartEdge, ChartNode } from '#machines/compile/chart.ts'
import type { Surroundings } from '#machines/compile/surroundings.ts'
import type { Diagnostic } from '#machines/contracts/api.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { Simulation } from '#machines/contracts/simulation.ts'
import type { TestOutcome, WorkflowTest } from '#machines/contracts/workflow-tests.ts'
import type { ChaosFinding } from '#machines/simulate/chaos.ts'
import type { Paths } from '#machines/simulate/paths.ts'
import type { Completion } from './checking.ts'
import type { Told } from './telling.ts'

/** A document on its way: which nodes it has, and the bodies of those that the worker has not seen yet. */
export interface SentDocument {
  /** Everything but the nodes. */
  rest: JsonObject
  /** Numbers of the nodes, in the order of the document. */
  order: readonly number[]
  fresh: readonly (readonly [number: number, body: object])[]
}

/** What has changed since the request before; left out: nothing. */
export interface Sent {
  document?: SentDocument
  /** Null: not known. */
  surroundings?: Surroundings | null
}

/** What can be asked, by kind. */
export interface Questions {
  check: object
  complete: { nodeId: string }
  simulate: { script: unknown; options: unknown }
  chaos: { script: unknown; options: unknown }
  test: { tests: readonly WorkflowTest[] }
  paths: object
}

/** What is answered, by kind. */
export interface Answers {
  check: { diagnostics: Told<Diagnostic>; nodes: Told<ChartNode>; edges: Told<ChartEdge> }
  complete: Completion[]
  simulate: Simulation
  chaos: ChaosFinding | null
  test: TestOutcome[]
  paths: Paths
}

export type Kind = keyof Questions
export type Question = { [K in Kind]: { kind: K } & Questions[K] }[Kind]

export type Request = Question & { id: number; sent: Sent }

export type Reply =
  | { [K in Kind]: { kind: K; id: number; answer: Answers[K] } }[Kind]
  /** The worker is loaded and listens. */
  | { kind: 'ready' }
  /** The question broke the worker's own code; it goes on. */
  | { kind: 'broken'; id: number; message: string }
