// Phase 4: nodes to state configs, as plain JSON that names actions, guards and delays.

import type { Lowering } from '../nodes/node-kind.ts'
import { END, FAILED, type ResolvedNode } from './resolve.ts'

/** Id of every compiled machine; part of the timer ids, so it never changes. */
export const MACHINE_ID = 'run'

interface Named {
  type: string
  params: Record<string, string>
}
interface LoweredTransition {
  target: string
  guard?: Named
  actions?: Named[]
}
export interface LoweredState {
  type?: 'final'
  entry?: Named[]
  always?: LoweredTransition[]
  on?: Record<string, LoweredTransition[]>
  after?: Record<string, LoweredTransition[]>
}
export interface LoweredMachine {
  initial: string
  states: Record<string, LoweredState>
}

/** The event by which XState leaves a state after its delay; it is also the timer's id within the run. */
export function timerIdOf(nodeId: string): string {
  return `xstate.after.${nodeId}.${MACHINE_ID}.${nodeId}`
}

/** Lowers a document without errors to a statechart. */
export function lower(nodes: ResolvedNode[]): LoweredMachine {
  const states: Record<string, LoweredState> = {}
  for (const node of nodes) states[node.id] = lowerNode(node)
  states[END] = { type: 'final', entry: [entered(END)] }
  states[FAILED] = { type: 'final', entry: [entered(FAILED)] }
  return { initial: nodes[0]?.id ?? END, states }
}

function lowerNode(node: ResolvedNode): LoweredState {
  if (!node.kind) throw new Error(`node ${node.id} has no kind`)
  const lowering = node.kind.lower(node.node)
  switch (lowering.shape) {
    case 'effect':
      return lowerEffect(node)
    case 'choice':
      return lowerChoice(node)
    case 'assign':
      return {
        entry: [entered(node.id), named('assign', node.id)],
        always: [{ target: targetOf(node, 'next') }],
      }
    case 'wait':
      return lowerWait(node, lowering)
    case 'end':
      return { entry: [entered(node.id)], always: [{ target: END }] }
  }
}

function lowerEffect(node: ResolvedNode): LoweredState {
  const own = named('own', node.id)
  const handled = node.exits.some((exit) => exit.port.name === 'error')
  return {
    entry: [entered(node.id), named('perform', node.id)],
    on: {
      'effect.done': [{ target: targetOf(node, 'next'), guard: own, actions: [named('keep', node.id)] }],
      'effect.failed': [
        {
          target: handled ? targetOf(node, 'error') : FAILED,
          guard: own,
          actions: [named('fail', node.id)],
        },
      ],
    },
  }
}

function lowerChoice(node: ResolvedNode): LoweredState {
  const exits = node.exits.map((exit, index) => ({
    target: exit.target,
    // The last way out takes what no guard took, so a choice can never get stuck.
    ...(index === node.exits.length - 1
      ? {}
      : { guard: { type: 'chosen', params: { node: node.id, port: exit.port.name } } }),
  }))
  return { entry: [entered(node.id)], always: orderForFallback(node, exits) }
}

/** `default` and `next` come last, whatever their place in the document. */
function orderForFallback(node: ResolvedNode, exits: LoweredTransition[]): LoweredTransition[] {
  const fallback = node.exits.findIndex((exit) => ['default', 'next', 'else'].includes(exit.port.name))
  if (fallback < 0 || fallback === exits.length - 1) return exits
  const rest = node.exits.filter((_, index) => index !== fallback)
  return [
    ...rest.map((exit) => ({
      target: exit.target,
      guard: { type: 'chosen', params: { node: node.id, port: exit.port.name } },
    })),
    { target: node.exits[fallback]!.target },
  ]
}

function lowerWait(node: ResolvedNode, lowering: Extract<Lowering, { shape: 'wait' }>): LoweredState {
  const state: LoweredState = { entry: [entered(node.id)] }
  if (lowering.event) {
    state.on = {
      [lowering.event.type]: [
        { target: targetOf(node, lowering.event.port), actions: [named('keepEvent', node.id)] },
      ],
    }
  }
  if (lowering.after) {
    state.after = { [node.id]: [{ target: targetOf(node, lowering.after.port) }] }
  }
  return state
}

function targetOf(node: ResolvedNode, port: string): string {
  const exit = node.exits.find((candidate) => candidate.port.name === port)
  if (!exit) throw new Error(`node ${node.id} has no port ${port}`)
  return exit.target
}

function entered(nodeId: string): Named {
  return named('entered', nodeId)
}

function named(type: string, node: string): Named {
  return { type, params: { node } }
}
