// The compiled statechart as a plain tree, which every export writes in its own language.

import type { Diagnostic } from '../contracts/api.ts'
import { compile, type CompiledWorkflow } from '../compile/compile.ts'
import type { RunMachine } from '../compile/machine.ts'

/** An export: its text, or null for a document with errors. */
export interface Exported {
  diagnostics: Diagnostic[]
  text: string | null
}

export interface ExportState {
  id: string
  type: 'atomic' | 'compound' | 'parallel' | 'final' | 'history'
  history: 'shallow' | 'deep' | null
  initial: string | null
  /** What is done on entry: `entered`, `perform`, `decide`. */
  entry: string[]
  transitions: ExportTransition[]
  children: ExportState[]
}

export interface ExportTransition {
  event: string
  /** Node whose delay it is, for transitions by time. */
  after: string | null
  guard: string | null
  targets: string[]
}

/** Compiles a document and writes it down; errors in it are told. */
export function exportWith(
  document: unknown,
  write: (workflow: CompiledWorkflow) => string,
): Exported {
  const { diagnostics, workflow } = compile(document)
  return { diagnostics, text: workflow ? write(workflow) : null }
}

type StateNode = RunMachine['root']

/** The states of a machine in document order, nested as they are. */
export function statesOf(machine: RunMachine): Pick<ExportState, 'initial' | 'transitions'> & {
  states: ExportState[]
} {
  const { initial, transitions, children } = stateOf(machine.root)
  return { initial, transitions, states: children }
}

function stateOf(node: StateNode): ExportState {
  const { type } = node
  return {
    id: node.key,
    type,
    history: type === 'history' ? (node.history === 'deep' ? 'deep' : 'shallow') : null,
    initial: type === 'compound' ? (node.initial.target[0]?.key ?? null) : null,
    entry: node.entry.map(nameOf).filter((name) => name !== 'xstate.raise'),
    transitions: transitionsOf(node),
    children: Object.values(node.states).map((child) => stateOf(child as StateNode)),
  }
}

function transitionsOf(node: StateNode): ExportTransition[] {
  const own = [...node.transitions.values(), node.always ?? []].flat()
  return own.map(({ eventType, target, guard }) => ({
    event: eventType,
    after: eventType.startsWith('xstate.after.') ? (eventType.split('.')[2] ?? null) : null,
    guard: guard === undefined ? null : guardOf(guard),
    targets: (target ?? []).map(({ key }) => key),
  }))
}

function nameOf(action: unknown): string {
  return (action as { type?: string }).type ?? 'xstate.raise'
}

function guardOf(guard: unknown): string {
  const { type, params } = guard as { type: string; params?: Record<string, unknown> }
  const values = Object.values(params ?? {}).map((value) => JSON.stringify(value))
  return `${type}(${values.join(', ')})`
}
