// Phase 5: the statechart to an XState machine. Expressions run here, inside pure transitions.

import { and, assign, enqueueActions, setup, stateIn } from 'xstate'
import type { ContactFacts } from '../contracts/contact.ts'
import type { Command } from '../contracts/effect.ts'
import type { EffectError } from '../contracts/event.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import { createScope, type Scope } from '../expression/scope.ts'
import type { Behaviour } from '../nodes/node-kind.ts'
import { type LoweredMachine, MACHINE_ID } from './lower.ts'

/** More microsteps than this for one event is an endless loop. Reliability P7. */
export const MAX_MICROSTEPS = 1000

/** What is the same for every event: who it is about, when and where. Never persisted. */
export interface Moment {
  contact: ContactFacts
  /** ISO 8601 instant of the Step. */
  at: string
  /** IANA zone of the tenant. */
  zone: string
}

export interface RunInput extends Moment {
  payload: JsonObject
}

/** The run's memory; part of the snapshot. */
export interface RunContext {
  payload: JsonObject
  vars: JsonObject
  results: JsonObject
  /** Effects committed to so far; numbers the node visits. */
  visit: number
  /** Visit of the effect that each node waits for. */
  awaiting: Record<string, number>
  /** What each loop under way has still to go through. */
  loops: Record<string, Json[]>
  error: (EffectError & { nodeId: string }) | null
}

export type RunEvent = Moment & {
  type: string
  nodeId?: string
  visit?: number
  output?: Json
  error?: EffectError
  payload?: JsonObject
  /** How a node that decides is left. */
  port?: string
}

/** Data that a transition hands out: the state was entered, or a command was committed to. */
export type EnteredParams = { node: string }
export type CommandParams = { node: string; visit: number; command: Command }

/** Builds the machine of one version. */
export function createRunMachine(
  { joins, ...lowered }: LoweredMachine,
  behaviours: ReadonlyMap<string, Behaviour>,
) {
  return setup({
    types: {} as { context: RunContext; events: RunEvent; input: RunInput },
    actions: {
      entered: (_, _params: EnteredParams) => {},
      command: (_, _params: CommandParams) => {},
      perform: enqueueActions(({ context, event, enqueue }, { node }: { node: string }) => {
        const visit = context.visit + 1
        enqueue.assign({ visit, awaiting: { ...context.awaiting, [node]: visit } })
        const made = commandOf(behaviours.get(node), scopeOf(context, event))
        if ('error' in made) {
          const { error } = made
          enqueue.raise({ ...momentOf(event), type: 'effect.failed', nodeId: node, visit, error })
        } else {
          // The action is declared beside this one, which its type cannot know yet.
          enqueue({ type: 'command', params: { node, visit, command: made } } as never)
        }
      }),
      decide: enqueueActions(({ context, event, enqueue }, { node }: { node: string }) => {
        const decision = decisionOf(behaviours.get(node), scopeOf(context, event))
        const told = { ...momentOf(event), nodeId: node }
        if ('error' in decision) {
          enqueue.raise({ ...told, type: 'undecided', error: decision.error })
        } else {
          enqueue.assign({ vars: { ...context.vars, ...decision.assigned } })
          enqueue.raise({ ...told, type: 'decided', port: decision.port })
        }
      }),
      beginLoop: assign(({ context, event }, { node, max }: { node: string; max: number }) => {
        const items = itemsOf(behaviours.get(node), scopeOf(context, event), max)
        return { loops: { ...context.loops, [node]: items } }
      }),
      takeTurn: enqueueActions(
        ({ context, event, enqueue }, params: { node: string; as: string }) => {
          const { port, ...changed } = turnOf(context, params)
          enqueue.assign(changed)
          enqueue.raise({ ...momentOf(event), type: 'decided', nodeId: params.node, port })
        },
      ),
      keep: assign(({ context, event }, { node }: { node: string }) =>
        resultOf(context, node, event.output),
      ),
      keepEvent: assign(({ context, event }, { node }: { node: string }) =>
        resultOf(context, node, event.payload),
      ),
      fail: assign(({ event }, { node }: { node: string }) => ({
        error: { ...(event.error ?? { code: 'UNKNOWN', message: '' }), nodeId: node },
      })),
    },
    guards: guardsOf(joins),
    delays: delaysOf(behaviours),
  }).createMachine({
    id: MACHINE_ID,
    context: ({ input }) => createContext(input.payload),
    options: { maxIterations: MAX_MICROSTEPS },
    ...(lowered as object),
  })
}

export type RunMachine = ReturnType<typeof createRunMachine>

function createContext(payload: JsonObject): RunContext {
  return { payload, vars: {}, results: {}, visit: 0, awaiting: {}, loops: {}, error: null }
}

interface Asked {
  context: RunContext
  event: RunEvent
}

function guardsOf(joins: LoweredMachine['joins']) {
  // A parallel is left when the ends of all its groups are reached.
  const joined = Object.entries(joins).map(([name, ends]) => {
    return [name, and(ends.map((end) => stateIn(`#${end}`)))] as const
  })
  return {
    own: ({ context, event }: Asked, { node }: { node: string }) =>
      event.nodeId === node && event.visit === context.awaiting[node],
    decides: ({ event }: Asked, { node }: { node: string }) => event.nodeId === node,
    leavesBy: ({ event }: Asked, { node, port }: { node: string; port: string }) =>
      event.nodeId === node && event.port === port,
    ...Object.fromEntries(joined),
  }
}

function delaysOf(behaviours: ReadonlyMap<string, Behaviour>) {
  return Object.fromEntries(
    [...behaviours].flatMap(([id, { delay }]) => {
      if (!delay) return []
      return [
        [
          id,
          ({ event }: { event: RunEvent }) => {
            const { at, zone } = momentOf(event)
            return delay(at, zone)
          },
        ],
      ]
    }),
  )
}

/** XState's first event carries the moment in its input. */
function momentOf(event: RunEvent): Moment {
  const { contact, at, zone } = (event as { input?: RunInput }).input ?? event
  return { contact, at, zone }
}

function scopeOf(context: RunContext, event: RunEvent): Scope {
  const { contact, at, zone } = momentOf(event)
  return createScope({
    payload: context.payload,
    vars: context.vars,
    results: context.results,
    contact,
    now: at,
    zone,
  })
}

function commandOf(
  behaviour: Behaviour | undefined,
  scope: Scope,
): Command | { error: EffectError } {
  try {
    const command = behaviour?.command?.(scope)
    return (
      command ?? { error: { code: 'NODE_WITHOUT_COMMAND', message: 'The node makes no command' } }
    )
  } catch (error) {
    return { error: expressionError(error) }
  }
}

function decisionOf(
  behaviour: Behaviour | undefined,
  scope: Scope,
): { port: string; assigned: JsonObject } | { error: EffectError } {
  try {
    return {
      port: behaviour?.choose?.(scope) ?? 'next',
      assigned: behaviour?.assign?.(scope) ?? {},
    }
  } catch (error) {
    return { error: expressionError(error) }
  }
}

/** What cannot be read is an empty list: a loop over nothing is over. */
function itemsOf(behaviour: Behaviour | undefined, scope: Scope, max: number): Json[] {
  try {
    const items = behaviour?.items?.(scope)
    return Array.isArray(items) ? items.slice(0, max) : []
  } catch {
    return []
  }
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

function expressionError(error: unknown): EffectError {
  const message = error instanceof Error ? error.message : String(error)
  return { code: 'EXPRESSION_FAILED', message }
}
