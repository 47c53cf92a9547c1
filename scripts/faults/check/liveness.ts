// C6 and C9: everything comes to its end within the bound, and a run in which nothing was tried proves nothing.

import type { ArrivalRecord, HistoryRecord, InputKind } from '../history.ts'
import type { Case, Violation, Window } from './evidence.ts'
import { inputsOf } from './inputs.ts'

/** Less than this share of what was offered between faults is not progress. */
const LEAST_SHARE = 0.5
const TAIL = 5
const KINDS: InputKind[] = ['lead', 'message', 'purchase']

export function checkQueues({ dump }: Case): Violation[] {
  const violations: Violation[] = []
  const complain = (message: string): void => void violations.push({ check: 'C6', message })
  const stuck = dump.mailbox.filter(({ isHeld }) => !isHeld)
  if (stuck.length > 0) complain(`${stuck.length} events are still in the mailbox`)
  const waiting = dump.outbox.filter(
    ({ status, isBehindHeld }) => status !== 'held' && !isBehindHeld,
  )
  if (waiting.length > 0)
    complain(`${waiting.length} effects are still in the outbox, e.g. ${waiting[0]?.status}`)
  if (dump.overdueTimers > 0) complain(`${dump.overdueTimers} timers are due and did not fire`)
  return violations
}

/** The last few of each kind that were tried were taken. */
export function checkTail(given: Case): Violation[] {
  const inputs = [...inputsOf(given).values()]
  return KINDS.flatMap((kind) => {
    const last = inputs.filter(({ input }) => input.kind === kind).slice(-TAIL)
    const failed = last.filter(({ firstOkAt }) => firstOkAt === null)
    if (last.length > 0 && failed.length === 0) return []
    const message = `of the last ${last.length} inputs of kind ${kind} ${failed.length} were not taken`
    return [{ check: 'C6' as const, message }]
  })
}

/** Longer than that is no answer between two faults. */
const SOON_MS = 3_000

/** Of what is offered between the faults at least half is taken soon. */
export function checkThroughput(given: Case, from: number, to: number): Violation[] {
  const calm = calmWindows(given.windows, { from, to })
  const offered = [...inputsOf(given).values()].filter(({ firstInvokedAt: t }) =>
    calm.some((window) => t >= window.from && t <= window.to),
  )
  const taken = offered.filter(
    ({ firstInvokedAt, firstOkAt }) =>
      firstOkAt !== null && firstOkAt - firstInvokedAt < SOON_MS * given.patience,
  )
  if (offered.length > 0 && taken.length >= offered.length * LEAST_SHARE) return []
  const message = `between the faults ${taken.length} inputs were taken of ${offered.length} offered`
  return [{ check: 'C9', message }]
}

/** What lies between the windows. */
function calmWindows(windows: readonly Window[], { from, to }: Window): Window[] {
  const calm: Window[] = []
  let at = from
  for (const window of windows.toSorted((left, right) => left.from - right.from)) {
    if (window.from > at) calm.push({ from: at, to: window.from })
    at = Math.max(at, window.to)
  }
  if (to > at) calm.push({ from: at, to })
  return calm
}

export interface Delays {
  /** In milliseconds. */
  longest: number
  /** Of contacts with an unsure send. */
  longestUnsure: number
}

/**
 * Longest time that an input waited for the message that it causes, counted from the end of the last fault before
 * the message arrived, or from the input's answer where that was later.
 */
export function measureDelays({
  history,
  windows,
  unsure,
}: Pick<Case, 'history' | 'windows' | 'unsure'>): Delays {
  const firsts = firstArrivals(history)
  const delays: Delays = { longest: 0, longestUnsure: 0 }
  for (const { input, firstOkAt } of inputsOf({ history }).values()) {
    const arrival = firsts.get(`${input.tenantId} ${answerTo(input.kind, input.token)}`)
    if (!arrival || firstOkAt === null) continue
    const ends = windows.filter(({ from }) => from < arrival.t).map(({ to }) => to)
    const lastEnd = Math.max(0, ...ends)
    const delay = Math.round(arrival.t - Math.max(firstOkAt, lastEnd))
    const kind = unsure.has(input.phone) ? 'longestUnsure' : 'longest'
    delays[kind] = Math.max(delays[kind], delay)
  }
  return delays
}

/** An attempt may last 30 s, and then a status is waited for. */
const UNSURE_MS = 75_000

export function checkDelays(given: Case, delays: Delays): Violation[] {
  const limits = [
    [delays.longest, given.maxDelayMs],
    [delays.longestUnsure, Math.max(UNSURE_MS, given.maxDelayMs)],
  ] as const
  return limits.flatMap(([delay, limit]) => {
    if (delay <= limit) return []
    const message = `an effect came ${delay} ms after the fault, allowed are ${limit}`
    return [{ check: 'C6' as const, message }]
  })
}

function answerTo(kind: InputKind, token: string): string {
  if (kind === 'lead') return `Oi, ${token}!`
  return kind === 'message' ? `Recebido: ${token}` : `Obrigado, ${token}!`
}

function firstArrivals(history: readonly HistoryRecord[]): Map<string, ArrivalRecord> {
  const firsts = new Map<string, ArrivalRecord>()
  for (const record of history) {
    if (record.type !== 'arrival' || !record.isAccepted) continue
    const key = `${record.tenantId} ${record.text}`
    if (!firsts.has(key)) firsts.set(key, record)
  }
  return firsts
}
