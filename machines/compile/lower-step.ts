// Nodes that hold no others, lowered: effects, questions, decisions, waits, jumps and ends.

import type { Lowering } from '../nodes/node-kind.ts'
import {
  afterDelay,
  historyOf,
  leavesBy,
  leaveTo,
  type LoweredState,
  type LoweredTransition,
  type Named,
  named,
  reactionsOf,
  state,
  targetOf,
} from './lowered.ts'
import { type CompleteNode, END } from './resolve.ts'

type Of<Shape extends Lowering['shape']> = Extract<Lowering, { shape: Shape }>

export function lowerEffect(
  node: CompleteNode,
  { as, after, doubts, flag }: Of<'effect'>,
): LoweredState {
  const own = named('own', node.id)
  const keep = { type: 'keep', params: { node: node.id, ...(as !== undefined && { as }) } }
  return {
    ...state(node, named('perform', node.id)),
    on: {
      'effect.done': [
        ...flagged(node, flag, keep),
        ...unsure(node, doubts),
        leaveTo(targetOf(node, 'next'), keep, own),
      ],
      'effect.failed': [
        ...unanswered(node, doubts),
        leaveTo(failureOf(node), named('fail', node.id), own),
      ],
    },
    ...afterDelay(node, after),
  }
}

function flagged(node: CompleteNode, flag: Of<'effect'>['flag'], keep: Named): LoweredTransition[] {
  if (!flag || !hasExit(node, flag.port)) return []
  const params = { node: node.id, field: flag.field }
  return [leaveTo(targetOf(node, flag.port), keep, { type: 'flagged', params })]
}

type Doubts = Of<'effect'>['doubts']

/** An answer that is less sure than the node asks for; it is kept all the same. */
function unsure(node: CompleteNode, doubts: Doubts): LoweredTransition[] {
  if (doubts?.least === undefined) return []
  const params = { node: node.id, least: doubts.least }
  return [leaveTo(fallbackOf(node), { type: 'doubt', params }, { type: 'unsure', params })]
}

/** Failures that are no answer, and not a broken line: they have a way of their own where the node names one. */
function unanswered(node: CompleteNode, doubts: Doubts): LoweredTransition[] {
  if (!doubts || !hasExit(node, 'fallback')) return []
  const params = { node: node.id, codes: doubts.codes.join(' ') }
  return [leaveTo(fallbackOf(node), named('fail', node.id), { type: 'failedBy', params })]
}

function fallbackOf(node: CompleteNode): string {
  return hasExit(node, 'fallback') ? targetOf(node, 'fallback') : failureOf(node)
}

function hasExit(node: CompleteNode, port: string): boolean {
  return node.exits.some((exit) => exit.port.name === port)
}

function failureOf(node: CompleteNode): string {
  return hasExit(node, 'error') ? targetOf(node, 'error') : node.failsTo
}

/** One state, so that an answer counts that comes before the provider has said it took the question. */
export function lowerAsk(node: CompleteNode, { event, retries, after }: Of<'ask'>): LoweredState {
  const own = named('own', node.id)
  const judge = { type: 'judge', params: { node: node.id, retries } }
  const invalid = node.exits.find((exit) => exit.port.name === 'invalid')?.target
  const fail = named('fail', node.id)
  return {
    ...state(node, named('ask', node.id)),
    on: {
      [event]: [{ actions: [judge] }],
      decided: [
        leaveTo(targetOf(node, 'next'), undefined, leavesBy(node.id, 'next')),
        { actions: [named('askAgain', node.id)], guard: leavesBy(node.id, 'again') },
        invalid === undefined
          ? leaveTo(failureOf(node), fail, leavesBy(node.id, 'invalid'))
          : leaveTo(invalid, undefined, leavesBy(node.id, 'invalid')),
      ],
      'effect.done': [{ actions: [named('settle', node.id)], guard: own }],
      'effect.failed': [leaveTo(failureOf(node), fail, own)],
    },
    ...afterDelay(node, after),
  }
}

export function lowerEnd(node: CompleteNode, { gives }: Of<'end'>): LoweredState {
  if (!gives) return { ...state(node), always: [leaveTo(END)] }
  return {
    ...state(node, named('conclude', node.id)),
    on: {
      decided: [leaveTo(END, undefined, named('decides', node.id))],
      undecided: [leaveTo(node.failsTo, named('fail', node.id), named('decides', node.id))],
    },
  }
}

/** Decides once on entry and leaves by the event that says how. */
export function lowerDecision(node: CompleteNode): LoweredState {
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

export function lowerWait(
  node: CompleteNode,
  { event, events = [], after, mayFail = false }: Of<'wait'>,
): LoweredState {
  const reactions = event ? [event, ...events] : events
  const on = {
    ...reactionsOf(node, reactions),
    ...(mayFail && {
      undecided: [leaveTo(failureOf(node), named('fail', node.id), named('decides', node.id))],
    }),
  }
  return {
    ...(mayFail ? state(node, named('measure', node.id)) : state(node)),
    ...(Object.keys(on).length > 0 && { on }),
    ...afterDelay(node, after),
  }
}

export function lowerJump(node: CompleteNode, history: Of<'jump'>['history']): LoweredState {
  const target = targetOf(node, 'next')
  return {
    ...state(node),
    always: [leaveTo(history === 'none' ? target : historyOf(history, target))],
  }
}
