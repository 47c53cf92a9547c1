// Phase 4: nodes to state configs, as plain JSON that names actions, guards and delays. What is nested in the
// document is nested in the statechart.

import type { Lowering, Reaction } from '../nodes/node-kind.ts'
import { END, FAILED, doneOf, type CompleteNode } from './resolve.ts'

/** Id of every compiled machine; no node can have it. */
export const MACHINE_ID = '$run'

interface Named {
  type: string
  params: Record<string, string | number>
}
interface LoweredTransition {
  target: string
  reenter: true
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
  /** What each guard `joined:<parallel>` asks to be active: the ends of its groups. */
  joins: Record<string, string[]>
}

/**
 * The node whose timer it is.
 * @param timerId the event by which XState leaves a state after its delay, `xstate.after.<delay>.<state>`,
 * where a delay bears its node's id
 */
export function nodeOfTimer(timerId: string): string {
  return timerId.split('.')[2] ?? timerId
}

type ById = ReadonlyMap<string, CompleteNode>

/** Lowers a document without errors to a statechart. */
export function lower(nodes: CompleteNode[]): LoweredMachine {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const roots = nodes.filter((node) => node.parent === null)
  return {
    initial: roots[0]?.id ?? END,
    states: {
      ...statesOf(roots, byId),
      [END]: finalState(END),
      [FAILED]: finalState(FAILED),
    },
    joins: Object.fromEntries(
      nodes
        .filter(isParallel)
        .map((node) => [joinedOf(node.id), node.children.map((child) => doneOf(child))]),
    ),
  }
}

function statesOf(nodes: CompleteNode[], byId: ById): Record<string, LoweredState> {
  return Object.fromEntries(nodes.map((node) => [node.id, lowerNode(node, byId)]))
}

function lowerNode(node: CompleteNode, byId: ById): LoweredState {
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
      return { ...state(node), always: [leaveTo(END)] }
    case 'jump':
      return lowerJump(node, lowering)
    case 'group':
      return lowerGroup(node, lowering, byId)
    case 'loop':
      return lowerLoop(node, lowering, byId)
    case 'parallel':
      return {
        ...state(node),
        type: 'parallel',
        states: statesOf(childrenOf(node, byId), byId),
        always: [
          leaveTo(targetOf(node, 'next'), undefined, { type: joinedOf(node.id), params: {} }),
        ],
      }
  }
}

function lowerEffect(node: CompleteNode): LoweredState {
  const own = named('own', node.id)
  const handled = node.exits.some((exit) => exit.port.name === 'error')
  const failed = handled ? targetOf(node, 'error') : node.failsTo
  return {
    ...state(node, named('perform', node.id)),
    on: {
      'effect.done': [leaveTo(targetOf(node, 'next'), named('keep', node.id), own)],
      'effect.failed': [leaveTo(failed, named('fail', node.id), own)],
    },
  }
}

/** Decides once on entry and leaves by the event that says how. */
function lowerDecision(node: CompleteNode): LoweredState {
  const last = node.exits.at(-1)
  return {
    ...state(node, named('decide', node.id)),
    on: {
      decided: [
        ...node.exits
          .slice(0, -1)
          .map(({ port, target }) => leaveTo(target, undefined, leavesBy(node.id, port.name))),
        // Whatever else was decided, nobody gets stuck here.
        leaveTo(last?.target ?? END, undefined, named('decides', node.id)),
      ],
      undecided: [leaveTo(node.failsTo, named('fail', node.id), named('decides', node.id))],
    },
  }
}

function lowerWait(
  node: CompleteNode,
  { event, events = [], after }: Extract<Lowering, { shape: 'wait' }>,
): LoweredState {
  const reactions = event ? [event, ...events] : events
  return {
    ...state(node),
    ...(reactions.length > 0 && { on: reactionsOf(node, reactions) }),
    ...(after && { after: { [node.id]: [leaveTo(targetOf(node, after.port))] } }),
  }
}

function lowerJump(
  node: CompleteNode,
  { history }: Extract<Lowering, { shape: 'jump' }>,
): LoweredState {
  const target = targetOf(node, 'next')
  return {
    ...state(node),
    always: [leaveTo(history === 'none' ? target : historyOf(history, target))],
  }
}

function lowerGroup(
  node: CompleteNode,
  { events, after }: Extract<Lowering, { shape: 'group' }>,
  byId: ById,
): LoweredState {
  const parent = byId.get(node.parent ?? '')
  const isRegion = parent !== undefined && isParallel(parent)
  return {
    ...state(node),
    // A region that is done waits for the others; the parallel around it goes on.
    ...inside(node, byId, isRegion ? [] : [leaveTo(targetOf(node, 'next'))]),
    ...(events.length > 0 && { on: reactionsOf(node, events) }),
    ...(after && { after: { [node.id]: [leaveTo(targetOf(node, after.port))] } }),
  }
}

/** A loop begins and goes on in a turn that takes the next item or finds that none is left. */
function lowerLoop(
  node: CompleteNode,
  { as, max }: Extract<Lowering, { shape: 'loop' }>,
  byId: ById,
): LoweredState {
  const turn = `turn:${node.id}`
  const { states, initial } = inside(node, byId, [leaveTo(turn)])
  const takeTurn: LoweredState = {
    id: turn,
    entry: [{ type: 'takeTurn', params: { node: node.id, as } }],
    on: {
      decided: [
        leaveTo(initial, undefined, leavesBy(node.id, 'item')),
        leaveTo(targetOf(node, 'next'), undefined, leavesBy(node.id, 'over')),
      ],
    },
  }
  return {
    ...state(node, { type: 'beginLoop', params: { node: node.id, max } }),
    initial: turn,
    states: { ...states, [turn]: takeTurn },
  }
}

/**
 * The inside of a container.
 * @param whenDone where it leads when its last node is done; a region leads nowhere
 */
function inside(
  node: CompleteNode,
  byId: ById,
  whenDone: LoweredTransition[],
): { initial: string; states: Record<string, LoweredState> } {
  const done = doneOf(node.id)
  const history = (['shallow', 'deep'] as const).map((depth): LoweredState => {
    return { id: historyOf(depth, node.id), type: 'history', history: depth }
  })
  const doneState: LoweredState = { id: done, ...(whenDone.length > 0 && { always: whenDone }) }
  const added = [...history, doneState].map((each) => [each.id, each] as const)
  return {
    initial: node.children[0] ?? done,
    states: { ...statesOf(childrenOf(node, byId), byId), ...Object.fromEntries(added) },
  }
}

function childrenOf(node: CompleteNode, byId: ById): CompleteNode[] {
  return node.children.flatMap((id) => byId.get(id) ?? [])
}

function reactionsOf(
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
function leaveTo(target: string, action?: Named, guard?: Named): LoweredTransition {
  return {
    target: `#${target}`,
    reenter: true,
    ...(guard && { guard }),
    ...(action && { actions: [action] }),
  }
}

function targetOf(node: CompleteNode, port: string): string {
  const exit = node.exits.find((candidate) => candidate.port.name === port)
  if (!exit) throw new Error(`node ${node.id} has no port ${port}`)
  return exit.target
}

function state(node: CompleteNode, ...entry: Named[]): LoweredState {
  return { id: node.id, entry: [named('entered', node.id), ...entry] }
}

function finalState(id: string): LoweredState {
  return { id, type: 'final', entry: [named('entered', id)] }
}

function isParallel({ kind, node }: CompleteNode): boolean {
  return kind.lower(node).shape === 'parallel'
}

function joinedOf(parallelId: string): string {
  return `joined:${parallelId}`
}

function historyOf(history: 'shallow' | 'deep', groupId: string): string {
  return `${history}:${groupId}`
}

function leavesBy(node: string, port: string): Named {
  return { type: 'leavesBy', params: { node, port } }
}

function named(type: string, node: string): Named {
  return { type, params: { node } }
}
