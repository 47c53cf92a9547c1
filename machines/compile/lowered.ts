// The statechart as plain JSON that names actions, guards and delays, and the small parts that it is built of.

import type { Reaction } from '../nodes/node-kind.ts'
import type { CompleteNode } from './resolve.ts'

/** Id of every compiled machine; no node can have it. */
export const MACHINE_ID = '$run'
/** What holds the nodes of the root beside the interrupts, so that a return finds where the run was. */
export const MAIN = '$main'

export interface Named {
  type: string
  params: Record<string, string | number>
}
export interface LoweredTransition {
  /** Left out: something is done, and the state stays. */
  target?: string
  reenter?: true
  guard?: Named
  actions?: Named[]
}
export interface LoweredState {
  id: string
  type?: 'final' | 'parallel' | 'history'
  history?: 'shallow' | 'deep'
  initial?: string
  states?: Record<string, LoweredState>
  entry?: Named[]
  always?: LoweredTransition[]
  on?: Record<string, LoweredTransition[]>
  after?: Record<string, LoweredTransition[]>
}
export interface LoweredMachine {
  initial: string
  states: Record<string, LoweredState>
  on?: Record<string, LoweredTransition[]>
  /** What each guard `joined:<parallel>` asks to be active: the ends of its groups. */
  joins: Record<string, string[]>
}

/**
 * The node whose timer it is.
 * @param timerId the event by which XState leaves a state after its delay, `xstate.after.<delay>.<state>`,
 * where a state bears its node's id
 */
export function nodeOfTimer(timerId: string): string {
  return timerId.split('.')[3] ?? timerId
}

/** The name of a node's delay: its id, but nothing that XState would take for milliseconds. */
export function delayNameOf(nodeId: string): string {
  return Number.isNaN(Number(nodeId)) ? nodeId : `delay:${nodeId}`
}

/** Leaves a node by this port when its delay has passed. */
export function afterDelay(
  node: CompleteNode,
  after: { port: string } | undefined,
): Pick<LoweredState, 'after'> {
  return after ? { after: { [delayNameOf(node.id)]: [leaveTo(targetOf(node, after.port))] } } : {}
}

/** The event by which a run goes into an interrupt. */
export function interruptEventOf(nodeId: string): string {
  return `interrupt:${nodeId}`
}

export function reactionsOf(
  node: CompleteNode,
  reactions: Reaction[],
): Record<string, LoweredTransition[]> {
  const grouped = Map.groupBy(reactions, (reaction) => reaction.type)
  return Object.fromEntries(
    [...grouped].map(([type, list]) => [
      type,
      list.map(({ port }) => leaveTo(targetOf(node, port), named('keepEvent', node.id))),
    ]),
  )
}

/** A node that leads to itself is left and entered again; XState's default would only stay. */
export function leaveTo(target: string, action?: Named, guard?: Named): LoweredTransition {
  return {
    target: `#${target}`,
    reenter: true,
    ...(guard && { guard }),
    ...(action && { actions: [action] }),
  }
}

export function targetOf(node: CompleteNode, port: string): string {
  const exit = node.exits.find((candidate) => candidate.port.name === port)
  if (!exit) throw new Error(`node ${node.id} has no port ${port}`)
  return exit.target
}

export function state(node: CompleteNode, ...entry: Named[]): LoweredState {
  return { id: node.id, entry: [named('entered', node.id), ...entry] }
}

export function finalState(id: string): LoweredState {
  return { id, type: 'final', entry: [named('entered', id)] }
}

export function joinedOf(parallelId: string): string {
  return `joined:${parallelId}`
}

export function historyOf(history: 'shallow' | 'deep', groupId: string): string {
  return `${history}:${groupId}`
}

export function leavesBy(node: string, port: string): Named {
  return { type: 'leavesBy', params: { node, port } }
}

export function named(type: string, node: string): Named {
  return { type, params: { node } }
}
