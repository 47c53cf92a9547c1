// One run's part of a contact's journal: what happened to it, and how it went.

import { isSender } from '#actors/route.ts'
import { statusEventsIn } from '#actors/route-status.ts'
import type { JournalEntry } from '#actors/step.ts'
import type { ContactFacts } from '#machines/contracts/contact.ts'
import type { Effect } from '#machines/contracts/effect.ts'
import {
  type EffectDonePayload,
  type EffectFailedPayload,
  reachesRuns,
} from '#machines/contracts/event.ts'
import type { Outcome } from '#machines/contracts/versions.ts'
import { EMPTY_CONTACT } from '#machines/contracts/contact.ts'
import { effectsTold, type Happening, type History } from '#machines/simulate/what-if.ts'

/** Node ids under which the draft knows old nodes, where they differ. */
export type Names = ReadonlyMap<string, string>

interface About {
  runId: string
  names: Names
  /** ISO 8601 instant up to which time has passed. */
  until: string
}

/** What happened to a run from its start on; null when the journal does not hold its start. */
export function historyOf(journal: readonly JournalEntry[], about: About): History | null {
  const startsAt = journal.findIndex(({ runs }) =>
    runs.some(({ id, isNew }) => isNew && id === about.runId),
  )
  const start = journal[startsAt]
  if (!start) return null
  const later = journal.slice(startsAt)
  const effects = new Map(
    later.flatMap((entry) => entry.effects.map((effect) => [effect.id, effect] as const)),
  )
  const [, ...rest] = later
  return {
    trigger: start.envelope,
    startedAt: start.at,
    contact: start.envelope.contact ?? EMPTY_CONTACT,
    happenings: [
      ...refusals(start, about),
      ...rest.flatMap((entry) => [
        ...refusals(entry, about),
        ...happeningsIn(entry, effects, about),
      ]),
    ],
    until: about.until,
  }
}

/** How the run really went, in the names of the draft. */
export function outcomeThen(
  journal: readonly JournalEntry[],
  runId: string,
  names: Names,
): Outcome {
  const changes = journal.flatMap(({ runs }) => runs.filter(({ id }) => id === runId))
  const last = changes.at(-1)
  const states = last?.status === 'active' ? last.toStates : last ? [last.to] : []
  const effects = journal.flatMap((entry) =>
    entry.effects.filter((effect) => effect.runId === runId),
  )
  return {
    status: last?.status ?? 'active',
    states: states.map((id) => names.get(id) ?? id),
    ...effectsTold(
      effects.map(({ nodeId, command }) => ({ nodeId: names.get(nodeId) ?? nodeId, command })),
    ),
  }
}

/** Sends that the platform did not let out: the draft's would have been refused as well. */
function refusals({ at, refused = [] }: JournalEntry, { runId, names }: About): Happening[] {
  return refused
    .filter((refusal) => refusal.runId === runId)
    .map(({ nodeId, kind, code }) => {
      const outcome = { error: { code, message: '' } }
      return { at, type: 'result', nodeId: names.get(nodeId) ?? nodeId, kind, outcome }
    })
}

function happeningsIn(
  entry: JournalEntry,
  effects: ReadonlyMap<string, Effect>,
  { runId, names }: About,
): Happening[] {
  const { at, envelope } = entry
  switch (envelope.type) {
    case 'effect.done':
    case 'effect.failed':
      return resultIn(entry, effects, { runId, names })
    case 'contact.updated':
      return envelope.contact ? [{ at, type: 'contact', contact: envelope.contact }] : []
    case 'message.status':
      return isSender({ id: runId }, envelope.payload['effectId'])
        ? statusEventsIn(envelope).map((told) => ({ at, type: 'event', envelope: told }))
        : []
    case 'operator.acted':
      return actIn(entry, runId)
    case 'run.stopped':
      return envelope.payload['runId'] === runId ? [{ at, type: 'stop' }] : []
    default:
      return reachesRuns(envelope.type) && isForIt(entry, runId)
        ? [{ at, type: 'event', envelope }]
        : []
  }
}

function resultIn(
  { at, envelope }: JournalEntry,
  effects: ReadonlyMap<string, Effect>,
  { runId, names }: Pick<About, 'runId' | 'names'>,
): Happening[] {
  const payload = envelope.payload as unknown as EffectDonePayload | EffectFailedPayload
  const effect = effects.get(payload.effectId)
  const contact = 'output' in payload ? payload.contact : undefined
  if (effect?.runId !== runId) return contact ? [{ at, type: 'contact', contact }] : []
  const nodeId = names.get(effect.nodeId) ?? effect.nodeId
  const outcome = 'output' in payload ? { output: payload.output } : { error: payload.error }
  const told = { at, nodeId, kind: effect.command.kind, outcome }
  return [{ ...told, type: 'result', ...(contact && { contact: contact satisfies ContactFacts }) }]
}

function actIn({ at, envelope, runs }: JournalEntry, runId: string): Happening[] {
  const { action } = envelope.payload
  if (!runs.some(({ id }) => id === runId)) return []
  if (action === 'stop') return [{ at, type: 'stop' }]
  return action === 'skip_wait' ? [{ at, type: 'skip' }] : []
}

/** A message has one taker; what went to somebody else would have gone there again. */
function isForIt({ envelope, runs, note }: JournalEntry, runId: string): boolean {
  if (envelope.type !== 'message.received') return true
  if (note === 'agent_has_conversation' || note === 'opted_out' || note === 'opted_in') return false
  return runs.length === 0 || runs.some(({ id }) => id === runId)
}
