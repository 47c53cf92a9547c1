// What the page knows of the draft from the worker beside it: its problems, its drawing, what it would do.

import type { Ref, ShallowRef } from 'vue'
import type { Chart } from '#machines/compile/chart.ts'
import type { Diagnostic } from '#machines/contracts/api.ts'
import type { Simulation } from '#machines/contracts/simulation.ts'
import type { TestOutcome, WorkflowTest } from '#machines/contracts/workflow-tests.ts'
import type { ChaosFinding } from '#machines/simulate/chaos.ts'
import type { Paths } from '#machines/simulate/paths.ts'
import type { NeededKey } from '../state/inject.ts'

export interface Checked {
  diagnostics: readonly Diagnostic[]
  /** No error among them. */
  ok: boolean
  chart: Chart
  /** Milliseconds from the change to these results; 0 before the first. */
  ms: number
}

/**
 * Why the results may be older than the draft. `slow`: looking at it took too long and was cut. `restarted`: the worker
 * broke down and began anew. `down`: it broke down again; the next change tries once more.
 */
export type Trouble = 'slow' | 'restarted' | 'down'

/** A value that a field can name at a state. */
export interface Completion {
  /** As it is written, e.g. `contact.name`, `vars.pedido.total`, `event.text`. */
  path: string
  kind: 'contact' | 'vars' | 'event' | 'result' | 'item' | 'workflow'
  /** `string`, `number`, …; null where nothing is known of it. */
  type: string | null
  /** It may be missing when a contact is here. */
  maybeEmpty: boolean
  /** Node that makes it; null for what is always there. */
  from: string | null
}

export interface Checker {
  readonly checked: Readonly<ShallowRef<Checked>>
  /** A newer document is being looked at. */
  readonly checking: Readonly<Ref<boolean>>
  readonly trouble: Readonly<Ref<Trouble | null>>
  /** Looks at the same document once more. */
  again(): void
  simulate(script: unknown, options?: unknown): Promise<Simulation>
  chaos(script: unknown, options?: unknown): Promise<ChaosFinding | null>
  runTests(tests: readonly WorkflowTest[]): Promise<TestOutcome[]>
  /** Shortest scripts to every state and way of the draft. */
  paths(): Promise<Paths>
  completionsAt(nodeId: string): Promise<Completion[]>
}

export const checkerKey: NeededKey<Checker> = Symbol('checker')
