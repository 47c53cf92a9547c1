// What actions, guards and delays are asked with: the context and the event, and the moment and scope that they tell.

import { createScope, type Scope } from '../expression/scope.ts'
import type { Behaviour } from '../nodes/node-kind.ts'
import { delayIn } from './evaluate.ts'
import type { Moment, RunContext, RunEvent, RunInput } from './run-context.ts'
import { returnTo } from './suspension.ts'

export type ByNode = { node: string }
export type Behaviours = ReadonlyMap<string, Behaviour>

export interface Asked {
  context: RunContext
  event: RunEvent
}

/** Milliseconds that a node waits; after an interrupt what is left of them. */
export function delayOf(
  behaviour: Behaviour | undefined,
  node: string,
  { context, event }: Asked,
): ReturnType<typeof delayIn> {
  const moment = momentOf(event)
  const due = returnTo(context)?.due[node]
  if (due !== undefined) return Math.max(0, Date.parse(due) - Date.parse(moment.at))
  return delayIn(behaviour, moment, scopeOf(context, event))
}

/** The visit that a node's decision is made in; 0 where it waits for no result. */
export function visitOf({ awaiting }: RunContext, node: string): number {
  return awaiting[node] ?? 0
}

/** XState's first event carries the moment in its input. */
export function momentOf(event: RunEvent): Moment {
  const { contact, at, zone } = (event as { input?: RunInput }).input ?? event
  return { contact, at, zone }
}

export function scopeOf(context: RunContext, event: RunEvent): Scope {
  const { contact, at, zone } = momentOf(event)
  return createScope({
    payload: context.payload,
    source: context.source,
    vars: context.vars,
    results: context.results,
    contact,
    now: at,
    zone,
  })
}
