// The actions of every compiled machine: what its states do when they are entered and left.

import { assign, enqueueActions, setup } from 'xstate'
import type { Command } from '../contracts/effect.ts'
import { ERROR_CODES } from '../contracts/errors.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import type { Behaviour } from '../nodes/node-kind.ts'
import {
  type Asked,
  type Behaviours,
  type ByNode,
  delayOf,
  momentOf,
  scopeOf,
  visitOf,
} from './asked.ts'
import { lowConfidence } from './confidence.ts'
import { answerOf, commandOf, decisionOf, itemsOf } from './evaluate.ts'
import type { RunContext, RunEvent, RunInput } from './run-context.ts'
import { MAIN } from './lowered.ts'
import {
  enterMain,
  keepForReturn,
  lastSuspended,
  resume,
  returnEventOf,
  returnTo,
  suspend,
} from './suspension.ts'

/** Data that a transition hands out: the state was entered, or a command was committed to. */
export type EnteredParams = { node: string }
export type CommandParams = { node: string; visit: number; command: Command }

function withEffects(behaviours: Behaviours) {
  return setup({
    types: {} as { context: RunContext; events: RunEvent; input: RunInput },
    actions: {
      entered: (_, _params: EnteredParams) => {},
      command: (_, _params: CommandParams) => {},
    },
  }).extend({
    actions: {
      perform: enqueueActions((step, { node }: ByNode) => {
        const back = returnTo(step.context)
        if (!back?.nodes.includes(node)) return commit(step, node, behaviours.get(node)?.command)
        // Asked for before the interrupt: only its result is still to come, or came meanwhile.
        const result = back.results[node]
        if (result) step.enqueue.raise({ ...momentOf(step.event), ...result, nodeId: node })
      }),
      settle: assign(({ context }, { node }: ByNode) => ({
        awaiting: withoutKey(context.awaiting, node),
      })),
      keep: assign(({ context, event }, { node, as }: ByNode & { as?: string }) => ({
        ...resultOf(context, node, event.output),
        ...(as !== undefined && { vars: { ...context.vars, [as]: event.output ?? null } }),
      })),
      keepEvent: assign(({ context, event }, { node }: ByNode) =>
        resultOf(context, node, event.payload),
      ),
      doubt: assign(({ context, event }, { node, least }: ByNode & { least: number }) => ({
        ...resultOf(context, node, event.output),
        error: { ...lowConfidence(event.output, least), nodeId: node },
      })),
      fail: assign(({ event }, { node }: ByNode) => ({
        error: { ...(event.error ?? { code: 'UNKNOWN', message: '' }), nodeId: node },
      })),
      measure: enqueueActions(({ context, event, enqueue }, { node }: ByNode) => {
        const delay = delayOf(behaviours.get(node), node, { context, event })
        if (typeof delay === 'number') return
        enqueue.raise({ ...momentOf(event), type: 'undecided', nodeId: node, error: delay.error })
      }),
    },
  })
}

function withQuestions(behaviours: Behaviours) {
  return withEffects(behaviours).extend({
    actions: {
      ask: enqueueActions((step, { node }: ByNode) => {
        const tries = { ...step.context.tries, [node]: 0 }
        const back = returnTo(step.context)
        if (!back) step.enqueue.assign({ tries })
        // Put again after an interrupt, unless its time-out has passed and is all that is left of it.
        const { at } = momentOf(step.event)
        if (!isPast(back?.due[node], at)) commit(step, node, behaviours.get(node)?.command)
      }),
      askAgain: enqueueActions((step, { node }: ByNode) => {
        const { tries = {} } = step.context
        step.enqueue.assign({ tries: { ...tries, [node]: (tries[node] ?? 0) + 1 } })
        commit(step, node, behaviours.get(node)?.again)
      }),
      judge: enqueueActions((step, params: ByNode & { retries: number }) => {
        const { context, event, enqueue } = step
        const { changed, told } = judgementOf(behaviours.get(params.node), step, params)
        enqueue.assign({ ...changed, results: { ...context.results, ...changed.results } })
        // Another path may put the question anew before this is acted on: it is meant for this visit.
        const visit = visitOf(context, params.node)
        enqueue.raise({ ...momentOf(event), ...told, type: 'decided', nodeId: params.node, visit })
      }),
    },
  })
}

function withDecisions(behaviours: Behaviours) {
  return withQuestions(behaviours).extend({
    actions: {
      decide: enqueueActions(({ context, event, enqueue }, { node }: ByNode) => {
        const decision = decisionOf(behaviours.get(node), scopeOf(context, event))
        const told = { ...momentOf(event), nodeId: node }
        if ('error' in decision) {
          enqueue.raise({ ...told, type: 'undecided', error: decision.error })
        } else {
          enqueue.assign({ vars: { ...context.vars, ...decision.assigned } })
          enqueue.raise({ ...told, type: 'decided', port: decision.port })
        }
      }),
      conclude: enqueueActions(({ context, event, enqueue }, { node }: ByNode) => {
        const decision = decisionOf(behaviours.get(node), scopeOf(context, event))
        const told = { ...momentOf(event), nodeId: node }
        if ('error' in decision) {
          enqueue.raise({ ...told, type: 'undecided', error: decision.error })
        } else {
          enqueue.assign({ output: decision.assigned })
          enqueue.raise({ ...told, type: 'decided', port: decision.port })
        }
      }),
      beginLoop: assign(({ context, event }, { node, max }: ByNode & { max: number }) => {
        const items = itemsOf(behaviours.get(node), scopeOf(context, event), max)
        return { loops: { ...context.loops, [node]: items } }
      }),
      takeTurn: enqueueActions(({ context, event, enqueue }, params: ByNode & { as: string }) => {
        const { port, ...changed } = turnOf(context, params)
        enqueue.assign(changed)
        enqueue.raise({ ...momentOf(event), type: 'decided', nodeId: params.node, port })
      }),
    },
  })
}

/** A machine's set-up with all actions, over the behaviours of its nodes. */
export function setupActions(behaviours: Behaviours) {
  return withDecisions(behaviours).extend({
    actions: {
      suspend: assign(({ context, event }, { node }: ByNode) => suspend(context, event, node)),
      goBack: enqueueActions(({ context, event, enqueue }) => {
        const { place = MAIN } = lastSuspended(context) ?? {}
        enqueue.raise({ ...momentOf(event), type: returnEventOf(place) })
      }),
      keepForReturn: assign(({ context, event }) => keepForReturn(context, event)),
      resume: enqueueActions(({ context, event, enqueue }) => {
        enqueue.assign(resume(context))
        // Comes after every state was entered again, and before what they raise.
        enqueue.raise({ ...momentOf(event), type: 'resumed' })
      }),
      clearReturning: assign({ returning: null }),
      enterMain: assign(({ context }) => enterMain(context)),
    },
  })
}

/** What an action of XState's `enqueueActions` is handed, as far as it is used here. */
interface Acting extends Asked {
  enqueue: {
    (action: never): void
    assign(changed: Partial<RunContext>): void
    raise(event: RunEvent): void
  }
}

/** Commits to a command; one that cannot be made is a failure of the node like any other. */
function commit(
  { context, event, enqueue }: Acting,
  node: string,
  make: Behaviour['command'],
): void {
  const visit = context.visit + 1
  enqueue.assign({ visit, awaiting: { ...context.awaiting, [node]: visit } })
  const made = commandOf(make, scopeOf(context, event))
  if ('error' in made) {
    const { error } = made
    enqueue.raise({ ...momentOf(event), type: 'effect.failed', nodeId: node, visit, error })
  } else {
    // The action is declared beside this one, which its type cannot know yet.
    enqueue({ type: 'command', params: { node, visit, command: made } } as never)
  }
}

type Told = Pick<RunEvent, 'port' | 'error'>

/** How a question goes on after a message: answered, asked again, or given up. */
function judgementOf(
  behaviour: Behaviour | undefined,
  { context, event }: Asked,
  { node, retries }: ByNode & { retries: number },
): { changed: Pick<RunContext, 'results'> & { vars?: JsonObject }; told: Told } {
  const answer = answerOf(behaviour, scopeOf(context, event), event.payload ?? {})
  if (answer) {
    const { result, assigned } = answer
    const changed = { results: { [node]: result }, vars: { ...context.vars, ...assigned } }
    return { changed, told: { port: 'next' } }
  }
  if ((context.tries?.[node] ?? 0) < retries) {
    return { changed: { results: {} }, told: { port: 'again' } }
  }
  const { message } = ERROR_CODES.ANSWER_INVALID
  const error = { code: 'ANSWER_INVALID', message }
  return { changed: { results: {} }, told: { port: 'invalid', error } }
}

/** Later expressions read it under the node's id. */
function resultOf(
  { results }: RunContext,
  node: string,
  result: Json | undefined,
): Pick<RunContext, 'results'> {
  return { results: { ...results, [node]: result ?? null } }
}

/** The next item of a loop as its variable, or the way out when none is left. */
function turnOf(
  { loops, vars }: RunContext,
  { node, as }: { node: string; as: string },
): Pick<RunContext, 'loops' | 'vars'> & { port: 'item' | 'over' } {
  const [item, ...rest] = loops[node] ?? []
  return item === undefined
    ? { port: 'over', loops: withoutKey(loops, node), vars }
    : { port: 'item', loops: { ...loops, [node]: rest }, vars: { ...vars, [as]: item } }
}

function withoutKey<Value>(record: Record<string, Value>, key: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key))
}

function isPast(due: string | undefined, at: string): boolean {
  return due !== undefined && Date.parse(due) <= Date.parse(at)
}
