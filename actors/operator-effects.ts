// What a person asks of the world for a contact beside all runs: a message, tags. The platform's rules stand above it.

import type { Command } from '#machines/contracts/effect.ts'
import { isJsonObject, type Json, type JsonObject } from '#machines/contracts/json.ts'
import { createScope, type Scope } from '#machines/expression/scope.ts'
import { compileTemplate } from '#machines/expression/template.ts'
import { refusalOf } from '#machines/run/send-policy.ts'
import type { Draft } from './draft.ts'
import type { StepNote } from './step.ts'

/** Stands for the person where an effect names run and node; unlike the platform's own words it is judged when it leaves. */
export const OPERATOR = '$operator'

/** Sends a message unless the contact must not be written to, which the Step then tells as refused. */
export function say(draft: Draft, command: Command): StepNote | null {
  // Two people must not speak at the same time.
  if (draft.state.handover === 'agent') return 'agent_has_conversation'
  const { optOuts, lastInboundAt, contact } = draft.state
  const standing = { optOuts, lastInboundAt, consents: contact.consents }
  const words = filled(draft, command)
  const refusal = refusalOf(command, standing, draft.moment.at)
  if (words && !refusal) ask(draft, 'said', words)
  else {
    const code = refusal?.code ?? 'EXPRESSION_FAILED'
    draft.refused.push({ runId: OPERATOR, nodeId: OPERATOR, kind: command.kind, code })
  }
  return null
}

const FILLED = ['text', 'subject', 'vars'] as const

/** Placeholders read the contact's facts; null where one cannot be read. */
function filled({ state, moment }: Draft, command: Command): Command | null {
  const { contact } = state
  const { at: now, zone } = moment
  const scope = createScope({ payload: {}, vars: {}, results: {}, contact, now, zone })
  const given = command as unknown as JsonObject
  try {
    const words = FILLED.flatMap((key) =>
      given[key] === undefined ? [] : [[key, fill(given[key], scope)] as const],
    )
    return { ...given, ...Object.fromEntries(words) } as unknown as Command
  } catch {
    return null
  }
}

function fill(value: Json, scope: Scope): Json {
  if (typeof value === 'string') return compileTemplate(value).render(scope)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, scope)]))
}

export function changeTags(
  draft: Draft,
  { add, remove }: { add: string[]; remove: string[] },
): StepNote | null {
  if (add.length > 0) ask(draft, 'tags', { kind: 'tag.add', tags: add })
  if (remove.length > 0) ask(draft, 'untags', { kind: 'tag.remove', tags: remove })
  return null
}

/** True for an effect that a person asked for, whoever's. */
export function isOfOperator(effectId: string): boolean {
  return /_(said|tags|untags)$/.test(effectId)
}

/** I4: its id is a function of the envelope, and no run's effect can have it. */
function ask(draft: Draft, way: 'said' | 'tags' | 'untags', command: Command): void {
  const id = `eff_${draft.envelope.event_id.replace(/^evt_/, '')}_${way}`
  draft.effects.push({ id, runId: OPERATOR, nodeId: OPERATOR, visit: 0, command })
}
