// Timers: armed by a Step, fired once, never early by the database's clock, and moving nothing once they are outdated.

import type { Books, Fields, NamedChange, Fail } from './books.ts'
import type { Entry } from './check-steps.ts'

const keyOf = (tenantId: unknown, runId: unknown, timerId: unknown): string =>
  `${String(tenantId)} ${String(runId)} ${String(timerId)}`

const keyOfRow = (row: Fields): string => keyOf(row('tenant_id'), row('run_id'), row('timer_id'))

export function checkTimers(
  books: Books,
  changes: readonly NamedChange[],
  { now, fail }: { now: number; fail: Fail },
): void {
  const fired = changes.flatMap(({ table, before, after }) =>
    table === 'mailbox' && after && !before ? firedBy(after) : [],
  )
  // Before what this commit arms: the Steps met the timers as they were.
  for (const { table, after } of changes)
    if (table === 'journal' && after) checkApplied(books, after, fail)
  for (const { table, before, after } of changes) {
    if (table !== 'timers') continue
    if (after) arm(books, after)
    else if (before) checkGone(before, { fired, changes, now, fail })
  }
  for (const { key, generation } of fired) {
    const timer = books.timers.get(key)
    if (!timer) fail(`I7 the timer ${key} fired and was never set`)
    else if (timer.fired.has(String(generation))) fail(`I7 the timer ${key} fired twice`)
    else timer.fired.add(String(generation))
  }
}

function firedBy(mail: Fields): { key: string; generation: unknown }[] {
  const {
    type,
    payload,
    tenant_id: tenantId,
  } = JSON.parse(String(mail('envelope'))) as Entry['envelope']
  if (type !== 'timer.fired' || !payload) return []
  return [
    {
      key: keyOf(tenantId, payload['runId'], payload['timerId']),
      generation: payload['generation'],
    },
  ]
}

function arm(books: Books, row: Fields): void {
  const key = keyOfRow(row)
  const known = books.timers.get(key)
  const armed = { generation: Number(row('generation')), due: Number(row('due_at')) }
  if (known) Object.assign(known, armed)
  else books.timers.set(key, { ...armed, fired: new Set() })
}

/** A timer goes because it fired, in due time, or because a Step of its contact cleared it. */
function checkGone(
  row: Fields,
  around: {
    fired: { key: string; generation: unknown }[]
    changes: readonly NamedChange[]
    now: number
    fail: Fail
  },
): void {
  const { fired, changes, now, fail } = around
  const key = keyOfRow(row)
  const isFired = fired.some((one) => one.key === key && one.generation === row('generation'))
  if (isFired && Number(row('due_at')) > now)
    fail(`I7 the timer ${key} fired ${Number(row('due_at')) - now} ms early`)
  const isCleared = changes.some(
    ({ table, after }) => table === 'journal' && after && after('contact_id') === row('contact_id'),
  )
  if (!isFired && !isCleared) fail(`I7 the timer ${key} is gone and did not fire`)
}

/** What fired under an older generation finds another one armed and moves nothing. */
function checkApplied(books: Books, row: Fields, fail: Fail): void {
  const { envelope, runs } = JSON.parse(String(row('entry'))) as Entry
  if (envelope.type !== 'timer.fired' || !envelope.payload) return
  const { runId, timerId, generation } = envelope.payload
  const armed = books.timers.get(keyOf(envelope.tenant_id, runId, timerId))
  if (armed && armed.generation > Number(generation) && runs.length > 0)
    fail(
      `I7 a timer of generation ${String(generation)} moved a run that waits for generation ${armed.generation}`,
    )
}
