// Nodes that hold others, lowered around the states inside them: groups, parallels, loops and interrupts.

import type { Lowering } from '../nodes/node-kind.ts'
import { RETURN } from '../nodes/interrupt.ts'
import {
  afterDelay,
  historyOf,
  joinedOf,
  leavesBy,
  leaveTo,
  type LoweredState,
  type LoweredTransition,
  type Named,
  reactionsOf,
  state,
  targetOf,
} from './lowered.ts'
import { type CompleteNode, doneOf } from './resolve.ts'

type Of<Shape extends Lowering['shape']> = Extract<Lowering, { shape: Shape }>
type States = Record<string, LoweredState>

export function lowerGroup(
  node: CompleteNode,
  { events, after }: Of<'group'>,
  { states, isRegion }: { states: States; isRegion: boolean },
): LoweredState {
  return {
    ...state(node),
    // A region that is done waits for the others; the parallel around it goes on.
    ...inside(node, states, isRegion ? [] : [leaveTo(targetOf(node, 'next'))]),
    ...(events.length > 0 && { on: reactionsOf(node, events) }),
    ...afterDelay(node, after),
  }
}

/**
 * A loop begins once, and goes on in turns that take the next item or find that none is left. Its first turn is a state
 * of its own: where the loop is entered by history, it goes on in the turn that it was left in.
 */
export function lowerLoop(node: CompleteNode, { as, max }: Of<'loop'>, body: States): LoweredState {
  const first = `begin:${node.id}`
  const turn = `turn:${node.id}`
  const { states, initial } = inside(node, body, [leaveTo(turn)])
  const begin: Named = { type: 'beginLoop', params: { node: node.id, max } }
  const take: Named = { type: 'takeTurn', params: { node: node.id, as } }
  const on = {
    decided: [
      leaveTo(initial, undefined, leavesBy(node.id, 'item')),
      leaveTo(targetOf(node, 'next'), undefined, leavesBy(node.id, 'over')),
    ],
  }
  return {
    ...state(node),
    initial: first,
    states: {
      ...states,
      [first]: { id: first, entry: [begin, take], on },
      [turn]: { id: turn, entry: [take], on },
    },
  }
}

/** What becomes of the suspended run meanwhile is kept for the return. */
export function lowerInterrupt(node: CompleteNode, states: States): LoweredState {
  const target = targetOf(node, 'next')
  const suspended: Named = { type: 'suspended', params: {} }
  const keep = [{ type: 'keepForReturn', params: {} }]
  const within = inside(node, states, target === RETURN ? [] : [leaveTo(target)])
  const done = within.states[doneOf(node.id)]
  if (done && target === RETURN) done.entry = [{ type: 'goBack', params: {} }]
  return {
    ...state(node),
    ...within,
    on: {
      'effect.done': [{ actions: keep, guard: suspended }],
      'effect.failed': [{ actions: keep, guard: suspended }],
    },
  }
}

/**
 * The inside of a container.
 * @param whenDone where it leads when its last node is done; a region leads nowhere
 */
function inside(
  node: CompleteNode,
  states: States,
  whenDone: LoweredTransition[],
): { initial: string; states: States } {
  const done = doneOf(node.id)
  const history = (['shallow', 'deep'] as const).map((depth): LoweredState => {
    return { id: historyOf(depth, node.id), type: 'history', history: depth }
  })
  const doneState: LoweredState = { id: done, ...(whenDone.length > 0 && { always: whenDone }) }
  const added = [...history, doneState].map((each) => [each.id, each] as const)
  return {
    initial: node.children[0] ?? done,
    states: { ...states, ...Object.fromEntries(added) },
  }
}

export function lowerParallel(node: CompleteNode, regions: States): LoweredState {
  const joined: Named = { type: joinedOf(node.id), params: {} }
  return {
    ...state(node),
    type: 'parallel',
    states: regions,
    always: [leaveTo(targetOf(node, 'next'), undefined, joined)],
  }
}
