// Phase 5: the statechart to an XState machine. Expressions run here, inside pure transitions.

import { assign, enqueueActions, setup } from 'xstate'
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
  lowered: LoweredMachine,
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
        const command = commandOf(behaviours.get(node), scopeOf(context, event))
        if ('error' in command) {
          enqueue.raise({
            ...momentOf(event),
            type: 'effect.failed',
            nodeId: node,
            visit,
            error: command.error,
          })
        } else {
          // The action is declared beside this one, which its type cannot know yet.
          enqueue({ type: 'command', params: { node, visit, command } } as never)
        }
      }),
      decide: enqueueActions(({ context, event, enqueue }, { node }: { node: string }) => {
        const decision = decisionOf(behaviours.get(node), scopeOf(context, event))
        if ('error' in decision) {
          enqueue.raise({ ...momentOf(event), type: 'undecided', error: decision.error })
        } else {
          enqueue.assign({ vars: { ...context.vars, ...decision.assigned } })
          enqueue.raise({ ...momentOf(event), type: 'decided', port: decision.port })
        }
      }),
      keep: assign(({ context, event }, { node }: { node: string }) => ({
        results: { ...context.results, [node]: event.output ?? null },
      })),
      keepEvent: assign(({ context, event }, { node }: { node: string }) => ({
        results: { ...context.results, [node]: event.payload ?? null },
      })),
      fail: assign(({ event }, { node }: { node: string }) => ({
        error: { ...(event.error ?? { code: 'UNKNOWN', message: '' }), nodeId: node },
      })),
    },
    guards: {
      own: ({ context, event }, { node }: { node: string }) =>
        event.nodeId === node && event.visit === context.awaiting[node],
      leavesBy: ({ event }, { port }: { port: string }) => event.port === port,
    },
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
  return { payload, vars: {}, results: {}, visit: 0, awaiting: {}, error: null }
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

function expressionError(error: unknown): EffectError {
  const message = error instanceof Error ? error.message : String(error)
  return { code: 'EXPRESSION_FAILED', message }
}
