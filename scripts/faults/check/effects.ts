// C2 to C5 and C7: the messages that must have been caused, those that were, and those that the provider got.

import type { ArrivalRecord } from '../history.ts'
import type {
  Allowance,
  Case,
  Dump,
  JournalRow,
  OpenEffect,
  Violation,
  Window,
} from './evidence.ts'
import { apply, createConversation } from './reference.ts'

export interface EffectReport {
  violations: Violation[]
  /** Messages that the journal caused. */
  caused: number
  /** Of them accepted by the provider. */
  accepted: number
  /** Accepted twice, as the policy `retry` may. */
  doubled: number
  /** Held for a person, as the policy `hold` wants it. */
  held: number
  /** Latest firing of a timer outside of faults, in milliseconds after it was due. */
  longestLagMs: number
}

interface Caused {
  id: string
  tenantId: string
  phone: string
  text: string
  /** Position among the messages of its contact. */
  position: number
}

type Complain = (check: Violation['check'], message: string) => void

export function checkEffects(given: Case): EffectReport {
  const violations: Violation[] = []
  const complain: Complain = (check, message) => violations.push({ check, message })
  const { caused, lags } = followJournal(given, complain)
  const arrivals = given.history.filter((record) => record.type === 'arrival')
  checkPhantoms(arrivals, caused, complain)
  const accepted = Map.groupBy(
    arrivals.filter(({ isAccepted }) => isAccepted),
    ({ effectId }) => effectId,
  )
  const tally = checkAcceptance(given, { caused, accepted }, complain)
  checkProviderOrder(caused, accepted, complain)
  return {
    violations,
    caused: caused.size,
    ...tally,
    longestLagMs: Math.max(0, ...lags),
  }
}

/** Each contact's events through the reference, beside the effects that the product noted for them. */
function followJournal(
  { dump }: Case,
  complain: Complain,
): { caused: Map<string, Caused>; lags: number[] } {
  const caused = new Map<string, Caused>()
  const lags: number[] = []
  const contacts = Map.groupBy(dump.journal, (row) => `${row.tenantId} ${row.contactId}`)
  for (const rows of contacts.values()) {
    const conversation = createConversation()
    let position = 0
    let before = 0
    for (const row of rows) {
      if (row.seq !== before + 1)
        complain('C1', `the journal of ${row.phone} goes from ${before} to ${row.seq}`)
      before = row.seq
      const expected = apply(conversation, row).map(({ kind, text }) => `${kind} ${text}`)
      const noted = row.effects.map(({ kind, text }) => `${kind} ${text}`)
      if (expected.join('\n') !== noted.join('\n'))
        complain('C2', differenceOf(row, expected, noted))
      for (const { id, text } of row.effects) {
        if (caused.has(id)) complain('C2', `the effect ${id} was caused twice`)
        position += 1
        caused.set(id, { id, tenantId: row.tenantId, phone: row.phone, text, position })
      }
    }
    for (const complaint of conversation.complaints) complain('C4', complaint)
    lags.push(...conversation.lags)
  }
  return { caused, lags }
}

function differenceOf(row: JournalRow, expected: string[], noted: string[]): string {
  const show = (texts: string[]): string => texts.join(' + ') || 'nothing'
  return `${row.type} of ${row.phone} at ${row.seq} caused ${show(noted)}, expected ${show(expected)}`
}

function checkPhantoms(
  arrivals: readonly ArrivalRecord[],
  caused: Map<string, Caused>,
  complain: Complain,
): void {
  for (const { effectId, tenantId, phone, text } of arrivals) {
    const cause = caused.get(effectId)
    if (!cause) complain('C5', `the provider got ${effectId} (${text}), which nothing caused`)
    else if (cause.phone !== phone || cause.text !== text)
      complain('C5', `the provider got ${text} to ${phone} under the id of ${cause.text}`)
    else if (cause.tenantId !== tenantId)
      complain('C7', `${effectId} of ${cause.tenantId} went out with the credential of ${tenantId}`)
  }
}

interface Acceptances {
  caused: Map<string, Caused>
  accepted: Map<string, ArrivalRecord[]>
}

function checkAcceptance(
  given: Case,
  { caused, accepted }: Acceptances,
  complain: Complain,
): Pick<EffectReport, 'accepted' | 'doubled' | 'held'> {
  const { dump, windows, allow } = given
  const open = new Map(dump.outbox.map((effect) => [effect.effectId, effect]))
  const dead = new Map(dump.deadLetters.map((letter) => [letter.id, letter]))
  const tally = { accepted: 0, doubled: 0, held: 0 }
  for (const effect of caused.values()) {
    const { id, tenantId, text } = effect
    const times = accepted.get(id) ?? []
    const state = open.get(id)
    if (times.length === 0) {
      const fate = fateOf(effect, { state, letter: dead.get(id), allow })
      if (fate === 'held') tally.held += 1
      else if (fate !== 'waits') complain('C2', fate.wrong)
      continue
    }
    tally.accepted += 1
    if (times.length > 1) {
      const mayDouble = allow.uncertain && dump.policies.get(tenantId) === 'retry'
      if (mayDouble && isDisturbed(times, windows)) tally.doubled += 1
      else complain('C2', `${text} (${id}) was accepted ${times.length} times`)
    }
    if (state && !state.isBehindHeld)
      complain('C6', `${id} was accepted and is still ${state.status}`)
  }
  return tally
}

/** What became of one that the provider never accepted: it is held, waits behind a held one, or that is wrong. */
function fateOf(
  { id, text }: Caused,
  found: {
    state: OpenEffect | undefined
    letter: Dump['deadLetters'][number] | undefined
    allow: Allowance
  },
): 'held' | 'waits' | { wrong: string } {
  const { state, letter, allow } = found
  if (state?.status === 'held' && allow.uncertain) return 'held'
  if (state?.isBehindHeld || (letter && allow.dead)) return 'waits'
  if (letter) return { wrong: `${text} (${id}) ended in the dead letters: ${letter.code}` }
  return { wrong: `${text} (${id}) was never accepted; ${state?.status ?? 'not in the outbox'}` }
}

/** Seconds around a fault within which a send may have been cut. */
const AROUND_MS = 3_000

/** The first of two acceptances lies near a fault, so that its answer may have been lost. */
function isDisturbed([first]: ArrivalRecord[], windows: readonly Window[]): boolean {
  const at = first?.t ?? 0
  return windows.some(({ from, to }) => at > from - AROUND_MS && at < to + AROUND_MS)
}

function checkProviderOrder(
  caused: Map<string, Caused>,
  accepted: Map<string, ArrivalRecord[]>,
  complain: Complain,
): void {
  const firsts = [...accepted.values()].flatMap(([first]) => {
    const cause = first && caused.get(first.effectId)
    return first && cause ? [{ t: first.t, cause }] : []
  })
  const contacts = Map.groupBy(firsts, ({ cause }) => `${cause.tenantId} ${cause.phone}`)
  for (const sends of contacts.values()) {
    const inTime = sends.toSorted((left, right) => left.t - right.t)
    for (const [index, { cause }] of inTime.entries()) {
      const before = inTime[index - 1]?.cause
      if (before && before.position > cause.position)
        complain('C3', `${cause.text} reached ${cause.phone} after ${before.text}`)
    }
  }
}
