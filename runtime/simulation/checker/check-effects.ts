// Effects: there iff their Step committed, taken once by the provider, ended once, and never for another tenant.

import type { Request } from '../server/types.ts'
import type { Transaction } from '../store/types.ts'
import type { SimulatedTenant } from '../scenario/tenants.ts'
import { coerce } from '../sql/values.ts'
import {
  type Books,
  contactKey,
  type Fields,
  fieldsOf,
  type NamedChange,
  type Fail,
} from './books.ts'
import type { Entry } from './check-steps.ts'

/** The contact actor performs these by itself. */
const INNER_KINDS = new Set(['subflow.start'])

export function checkEffects(books: Books, changes: readonly NamedChange[], fail: Fail): void {
  const caused = causedBy(changes)
  for (const { table, before, after } of changes) {
    if (table !== 'outbox') continue
    if (after && !before) begin({ books, caused, fail }, after)
    else if (after && after('status') === 'uncertain') markUncertain(books, after)
    else if (before && !after) end(books, before, { changes, fail })
  }
  for (const effectId of caused.keys())
    fail(`I4 the Step that caused ${effectId} committed without it`)
}

/** What the Steps of this commit ask for. */
function causedBy(changes: readonly NamedChange[]): Map<string, string> {
  const caused = new Map<string, string>()
  for (const { table, after } of changes) {
    if (table !== 'journal' || !after) continue
    const { effects } = JSON.parse(String(after('entry'))) as Entry
    for (const { id, command } of effects)
      if (!INNER_KINDS.has(command.kind)) caused.set(id, contactKey(after))
  }
  return caused
}

function begin(
  { books, caused, fail }: { books: Books; caused: Map<string, string>; fail: Fail },
  row: Fields,
): void {
  const id = String(row('id'))
  if (books.effects.has(id)) fail(`I4 the effect ${id} was made twice`)
  if (caused.get(id) !== contactKey(row)) fail(`I4 no Step of this commit caused ${id}`)
  caused.delete(id)
  books.effects.set(id, {
    id,
    tenantId: String(row('tenant_id')),
    contactId: String(row('contact_id')),
    kind: String(row('kind')),
    taken: 0,
    wasUncertain: false,
    end: null,
  })
}

function markUncertain(books: Books, row: Fields): void {
  const effect = books.effects.get(String(row('id')))
  if (effect) effect.wasUncertain = true
}

/** What leaves the outbox leaves its result in the mailbox, in the same commit. */
function end(
  books: Books,
  row: Fields,
  { changes, fail }: { changes: readonly NamedChange[]; fail: Fail },
): void {
  const id = String(row('id'))
  const effect = books.effects.get(id)
  if (!effect) return
  if (effect.end !== null) fail(`I2 the effect ${id} ended twice`)
  const result = changes.find(
    ({ table, before, after }) => table === 'mailbox' && after && !before && tellsOf(after, id),
  )
  if (!result?.after) return fail(`I5 the effect ${id} left the outbox without a result`)
  const { type } = JSON.parse(String(result.after('envelope'))) as Entry['envelope']
  effect.end = type === 'effect.done' ? 'done' : 'failed'
  if (effect.end === 'done' && effect.kind.startsWith('whatsapp.') && effect.taken === 0)
    fail(`I5 ${id} is done and nobody took it`)
  const isBuried = changes.some(
    ({ table, after }) => table === 'dead_letters' && after && after('id') === id,
  )
  if (effect.end === 'failed' && !isBuried) fail(`I5 ${id} failed and is not in the dead letters`)
  return undefined
}

function tellsOf(mail: Fields, effectId: string): boolean {
  const { type, payload } = JSON.parse(String(mail('envelope'))) as Entry['envelope']
  return (type === 'effect.done' || type === 'effect.failed') && payload['effectId'] === effectId
}

/** A request reached the provider. */
export function checkArrival(
  books: Books,
  { effectId, tenant }: { effectId: string; tenant: SimulatedTenant | null },
  fail: Fail,
): void {
  const effect = books.effects.get(effectId)
  if (!effect) return fail(`I4 ${effectId} was sent and no committed Step caused it`)
  if (tenant?.id !== effect.tenantId)
    fail(`I9 ${effectId} was sent with the credential of ${tenant?.id ?? 'nobody'}`)
  return undefined
}

/** The provider took it. */
export function checkTaken(
  books: Books,
  { effectId, tenant }: { effectId: string; tenant: SimulatedTenant },
  fail: Fail,
): void {
  const effect = books.effects.get(effectId)
  if (!effect) return
  effect.taken += 1
  if (effect.taken === 1) return
  const mayRepeat = effect.wasUncertain && tenant.uncertainPolicy === 'retry'
  if (!mayRepeat)
    fail(`I6 ${effectId} was taken ${effect.taken} times (policy ${tenant.uncertainPolicy})`)
}

/** Whoever claims effects knows of them from a commit, or has just written them itself. */
export function checkClaim(
  books: Books,
  { request, transaction, fail }: { request: Request; transaction: Transaction; fail: Fail },
): void {
  const own = new Set(
    [...transaction.written].flatMap(({ table, pending }) =>
      table.name === 'outbox' && pending?.values ? [fieldsOf(table, pending.values)('id')] : [],
    ),
  )
  for (const id of coerce(request.values[1], 'text[]') as string[])
    if (!books.effects.has(id) && !own.has(id))
      fail(`I4 ${id} was claimed before its Step committed`)
}

/** A job tells of an effect: it has to be committed by then. */
export function checkJob(books: Books, effectId: string, fail: Fail): void {
  if (!books.effects.has(effectId))
    fail(`I4 a job for ${effectId} was queued before its Step committed`)
}

/** Statuses only go forward. */
export function checkMessages(changes: readonly NamedChange[], fail: Fail): void {
  for (const { table, before, after } of changes) {
    if (table !== 'messages' || !before || !after) continue
    const [from, to] = [Number(before('status_rank')), Number(after('status_rank'))]
    if (to < from)
      fail(
        `I6 the message ${String(after('id'))} went back from ${String(before('status'))} to ${String(after('status'))}`,
      )
  }
}
