// C1 what was taken is there, once, in the right order and with the right company.

import type { Input, Invocation, Outcome } from '../history.ts'
import type { Case, JournalRow, Violation } from './evidence.ts'

interface Known {
  input: Input
  firstInvokedAt: number
  firstOkAt: number | null
  lastFailure: number | null
  eventIds: Set<string>
}

/** Each input of the history with what became of it. */
export function inputsOf({ history }: Pick<Case, 'history'>): Map<string, Known> {
  const known = new Map<string, Known>()
  for (const record of history) {
    if (record.type === 'invoke') note(known, record)
    if (record.type === 'ok' || record.type === 'fail' || record.type === 'unknown')
      conclude(known, record)
  }
  return known
}

function note(known: Map<string, Known>, { t, type: _type, ...input }: Invocation): void {
  if (known.has(input.key)) return
  known.set(input.key, {
    input,
    firstInvokedAt: t,
    firstOkAt: null,
    lastFailure: null,
    eventIds: new Set(),
  })
}

function conclude(known: Map<string, Known>, outcome: Outcome): void {
  const one = known.get(outcome.key)
  if (!one) return
  if (outcome.type !== 'ok') {
    one.lastFailure = outcome.status
    return
  }
  one.firstOkAt ??= outcome.t
  if (outcome.eventId !== undefined) one.eventIds.add(outcome.eventId)
}

export function checkInputs(given: Case): Violation[] {
  const violations: Violation[] = []
  const complain = (check: Violation['check'], message: string): void => {
    violations.push({ check, message })
  }
  const rows = Map.groupBy(given.dump.journal, (row) => row.eventId)
  const waiting = new Set(given.dump.mailbox.map(({ eventId }) => eventId))
  const dead = new Set(given.dump.deadLetters.map(({ id }) => id))
  const inputs = inputsOf(given)
  const applied = new Map<string, JournalRow>()
  for (const [key, { input, firstOkAt, lastFailure, eventIds }] of inputs) {
    const events = given.dump.events.get(key) ?? []
    const found = events.flatMap((eventId) => rows.get(eventId) ?? [])
    if (found[0]) applied.set(key, found[0])
    if (events.length > 1) complain('C1', `${key} became ${events.length} events`)
    if (found.length > 1) complain('C1', `${key} was applied ${found.length} times`)
    if (found.some((row) => row.tenantId !== input.tenantId || row.phone !== input.phone))
      complain('C7', `${key} of ${input.tenantId} reached ${found[0]?.tenantId}`)
    if ([...eventIds].some((eventId) => !events.includes(eventId)))
      complain('C1', `${key} was answered with an event that is not there`)
    const isKept = events.some((eventId) => waiting.has(eventId) || dead.has(eventId))
    if (firstOkAt !== null && found.length === 0 && !isKept)
      complain('C1', `${key} was answered 2xx and is lost`)
    if (firstOkAt === null)
      complain('C6', `${key} was never taken, last status ${lastFailure ?? 'none'}`)
  }
  checkOrder(inputs, applied, complain)
  checkOrigins(given, complain)
  return violations
}

/** I3: what was sent after the answer to something earlier is applied after it. */
function checkOrder(
  inputs: ReturnType<typeof inputsOf>,
  applied: Map<string, JournalRow>,
  complain: (check: 'C3', message: string) => void,
): void {
  const byContact = Map.groupBy(inputs.values(), ({ input }) => `${input.tenantId} ${input.phone}`)
  for (const known of byContact.values()) {
    for (const earlier of known) {
      for (const later of known) {
        const before = applied.get(earlier.input.key)
        const after = applied.get(later.input.key)
        if (!before || !after || earlier.firstOkAt === null) continue
        if (earlier.firstOkAt < later.firstInvokedAt && before.seq > after.seq)
          complain('C3', `${later.input.key} was applied before ${earlier.input.key}`)
      }
    }
  }
}

const FROM_OUTSIDE = new Set(['lead.captured', 'message.received', 'purchase.approved'])

/** C5 for events: nothing in the journal that nobody sent. */
function checkOrigins(given: Case, complain: (check: 'C5', message: string) => void): void {
  const sent = new Set(inputsOf(given).keys())
  const ours = new Set(
    [...given.dump.events].flatMap(([key, events]) => (sent.has(key) ? events : [])),
  )
  for (const row of given.dump.journal) {
    if (FROM_OUTSIDE.has(row.type) && !ours.has(row.eventId))
      complain('C5', `${row.type} ${row.eventId} of ${row.phone} was never sent`)
  }
}
