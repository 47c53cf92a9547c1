// The behaviours of nodes, called with their failures caught: inside a transition an expression must not throw.

import type { Command } from '../contracts/effect.ts'
import type { EffectError } from '../contracts/event.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import type { Scope } from '../expression/scope.ts'
import type { Answer, Behaviour } from '../nodes/node-kind.ts'

export function commandOf(
  make: Behaviour['command'],
  scope: Scope,
): Command | { error: EffectError } {
  try {
    const command = make?.(scope)
    return (
      command ?? { error: { code: 'NODE_WITHOUT_COMMAND', message: 'The node makes no command' } }
    )
  } catch (error) {
    return { error: expressionError(error) }
  }
}

export function decisionOf(
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
export function itemsOf(behaviour: Behaviour | undefined, scope: Scope, max: number): Json[] {
  try {
    const items = behaviour?.items?.(scope)
    return Array.isArray(items) ? items.slice(0, max) : []
  } catch {
    return []
  }
}

export function answerOf(
  behaviour: Behaviour | undefined,
  scope: Scope,
  message: JsonObject,
): Answer | null {
  try {
    return behaviour?.judge?.(scope, message) ?? null
  } catch {
    return null
  }
}

/** Milliseconds that a node waits. */
export function delayIn(
  behaviour: Behaviour | undefined,
  moment: { at: string; zone: string },
  scope: Scope,
): number | { error: EffectError } {
  try {
    return behaviour?.delay?.(moment.at, moment.zone, scope) ?? 0
  } catch (error) {
    return { error: expressionError(error) }
  }
}

function expressionError(error: unknown): EffectError {
  const message = error instanceof Error ? error.message : String(error)
  return { code: 'EXPRESSION_FAILED', message }
}
