// Phase 4: nodes to state configs, as plain JSON that names actions, guards and delays.

import type { Lowering } from '../nodes/node-kind.ts'
import { END, FAILED, type CompleteNode } from './resolve.ts'

/** Id of every compiled machine; part of the timer ids, so it never changes. */
export const MACHINE_ID = 'run'

interface Named {
  type: string
  params: Record<string, string>
}
interface LoweredTransition {
  target: string
  reenter: true
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

/**
 * The node whose timer it is.
 * @param timerId the event by which XState leaves a state after its delay, `xstate.after.<delay>.run.<state>`,
 * where a delay bears its node's id
 */
export function nodeOfTimer(timerId: string): string {
  return timerId.split('.')[2] ?? timerId
}

/** Lowers a document without errors to a statechart. */
export function lower(nodes: CompleteNode[]): LoweredMachine {
  const states: Record<string, LoweredState> = {}
  for (const node of nodes) states[node.id] = lowerNode(node)
  states[END] = { type: 'final', entry: [entered(END)] }
  states[FAILED] = { type: 'final', entry: [entered(FAILED)] }
  return { initial: nodes[0]?.id ?? END, states }
}

function lowerNode(node: CompleteNode): LoweredState {
  const lowering = node.kind.lower(node.node)
  switch (lowering.shape) {
    case 'effect':
      return lowerEffect(node)
    case 'choice':
    case 'assign':
      return lowerDecision(node)
    case 'wait':
      return lowerWait(node, lowering)
    case 'end':
      return { entry: [entered(node.id)], always: [leaveTo(END)] }
  }
}

function lowerEffect(node: CompleteNode): LoweredState {
  const own = named('own', node.id)
  const handled = node.exits.some((exit) => exit.port.name === 'error')
  return {
    entry: [entered(node.id), named('perform', node.id)],
    on: {
      'effect.done': [leaveTo(targetOf(node, 'next'), named('keep', node.id), own)],
      'effect.failed': [
        leaveTo(handled ? targetOf(node, 'error') : FAILED, named('fail', node.id), own),
      ],
    },
  }
}

/** Decides once on entry and leaves by the event that says how. */
function lowerDecision(node: CompleteNode): LoweredState {
  const last = node.exits.at(-1)
  return {
    entry: [entered(node.id), named('decide', node.id)],
    on: {
      decided: [
        ...node.exits
          .slice(0, -1)
          .map(({ port, target }) =>
            leaveTo(target, undefined, { type: 'leavesBy', params: { port: port.name } }),
          ),
        // Without a guard: whatever was decided, nobody gets stuck here.
        leaveTo(last?.target ?? END),
      ],
      undecided: [leaveTo(FAILED, named('fail', node.id))],
    },
  }
}

function lowerWait(
  node: CompleteNode,
  lowering: Extract<Lowering, { shape: 'wait' }>,
): LoweredState {
  const state: LoweredState = { entry: [entered(node.id)] }
  if (lowering.event) {
    state.on = {
      [lowering.event.type]: [
        leaveTo(targetOf(node, lowering.event.port), named('keepEvent', node.id)),
      ],
    }
  }
  if (lowering.after) state.after = { [node.id]: [leaveTo(targetOf(node, lowering.after.port))] }
  return state
}

/** A node that leads to itself is left and entered again; XState's default would only stay. */
function leaveTo(target: string, action?: Named, guard?: Named): LoweredTransition {
  return { target, reenter: true, ...(guard && { guard }), ...(action && { actions: [action] }) }
}

function targetOf(node: CompleteNode, port: string): string {
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
