// Phase 4: nodes to state configs, as plain JSON that names actions, guards and delays. What is nested in the
// document is nested in the statechart.

import { lowerGroup, lowerInterrupt, lowerLoop, lowerParallel } from './lower-container.ts'
import {
  lowerAsk,
  lowerDecision,
  lowerEffect,
  lowerEnd,
  lowerJump,
  lowerWait,
} from './lower-step.ts'
import {
  finalState,
  historyOf,
  interruptEventOf,
  joinedOf,
  leaveTo,
  type LoweredMachine,
  type LoweredState,
  MAIN,
  named,
} from './lowered.ts'
import { returnEventOf } from './suspension.ts'
import { type CompleteNode, doneOf, END, FAILED, isInterrupt } from './resolve.ts'

type ById = ReadonlyMap<string, CompleteNode>

/** Lowers a document without errors to a statechart. */
export function lower(nodes: CompleteNode[]): LoweredMachine {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  return {
    ...lowerRoot(nodes, byId),
    joins: Object.fromEntries(
      nodes
        .filter(isParallel)
        .map((node) => [joinedOf(node.id), node.children.map((child) => doneOf(child))]),
    ),
  }
}

function lowerRoot(nodes: CompleteNode[], byId: ById): Omit<LoweredMachine, 'joins'> {
  const roots = nodes.filter((node) => node.parent === null && !isInterrupt(node))
  const interrupts = nodes.filter((node) => node.parent === null && isInterrupt(node))
  const initial = roots[0]?.id ?? END
  const ends = { [END]: finalState(END), [FAILED]: finalState(FAILED) }
  if (interrupts.length === 0) return { initial, states: { ...statesOf(roots, byId), ...ends } }
  const history = historyOf('deep', MAIN)
  const main: LoweredState = {
    id: MAIN,
    entry: [{ type: 'enterMain', params: {} }],
    initial,
    states: {
      ...statesOf(roots, byId),
      [history]: { id: history, type: 'history', history: 'deep' },
    },
  }
  return {
    initial: MAIN,
    states: { [MAIN]: main, ...statesOf(interrupts, byId), ...ends },
    on: Object.fromEntries([
      ...interrupts.map(({ id }) => {
        const actions = [named('suspend', id), named('keepEvent', id)]
        return [interruptEventOf(id), [{ ...leaveTo(id), actions }]]
      }),
      ...[MAIN, ...interrupts.map(({ id }) => id)].map((place) => {
        const actions = [{ type: 'resume', params: {} }]
        return [returnEventOf(place), [{ ...leaveTo(historyOf('deep', place)), actions }]]
      }),
      ['resumed', [{ actions: [{ type: 'clearReturning', params: {} }] }]],
    ]),
  }
}

function statesOf(nodes: CompleteNode[], byId: ById): Record<string, LoweredState> {
  return Object.fromEntries(nodes.map((node) => [node.id, lowerNode(node, byId)]))
}

function lowerNode(node: CompleteNode, byId: ById): LoweredState {
  const lowering = node.kind.lower(node.node)
  const inner = statesOf(
    node.children.flatMap((id) => byId.get(id) ?? []),
    byId,
  )
  switch (lowering.shape) {
    case 'effect':
      return lowerEffect(node, lowering)
    case 'ask':
      return lowerAsk(node, lowering)
    case 'interrupt':
      return lowerInterrupt(node, inner)
    case 'choice':
    case 'assign':
      return lowerDecision(node)
    case 'wait':
      return lowerWait(node, lowering)
    case 'end':
      return lowerEnd(node, lowering)
    case 'jump':
      return lowerJump(node, remembers(node, byId) ? lowering.history : 'none')
    case 'group': {
      const parent = byId.get(node.parent ?? '')
      const isRegion = parent !== undefined && isParallel(parent)
      return lowerGroup(node, lowering, { states: inner, isRegion })
    }
    case 'loop':
      return lowerLoop(node, lowering, inner)
    case 'parallel':
      return lowerParallel(node, inner)
  }
}

/** Groups and loops know where they were left; to anything else a jump with history is a jump like any other. */
function remembers(jump: CompleteNode, byId: ById): boolean {
  const target = byId.get(jump.exits[0]?.target ?? '')
  const shape = target?.kind.lower(target.node).shape
  return shape === 'group' || shape === 'loop'
}

function isParallel({ kind, node }: CompleteNode): boolean {
  return kind.lower(node).shape === 'parallel'
}
