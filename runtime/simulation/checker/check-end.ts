// What must be true when everything has healed and come to rest: nothing waits, nothing is lost, the journal alone
// gives the state back, and the counts are those of the runs.

import type { Database } from '../store/types.ts'
import { replay } from '#actors/replay.ts'
import type { Library } from '#actors/library.ts'
import type { JournalEntry } from '#actors/step.ts'
import { compileVersion } from '#machines/compile/compile.ts'
import type { Json } from '#machines/contracts/json.ts'
import { isDeepStrictEqual } from 'node:util'
import type { SimulatedTenant } from '../scenario/tenants.ts'
import { tableNamed } from '../store/database.ts'
import { POISON_SOURCE } from '../scenario/poison.ts'
import { type Books, contactKey, type Fields, fieldsOf, type Fail } from './books.ts'

export interface EndCheck {
  books: Books
  database: Database
  tenants: readonly SimulatedTenant[]
  fail: Fail
}

/** The committed rows of a table. */
export function rowsOf(database: Database, name: string): Fields[] {
  const table = tableNamed(database.tables, name)
  return [...table.rows.values()].flatMap((row) =>
    row.committed?.values ? [fieldsOf(table, row.committed.values)] : [],
  )
}

export function checkEnd(check: EndCheck): void {
  checkEnvelopes(check)
  checkOpenEffects(check)
  checkReplay(check)
  checkCounts(check)
}

/** Envelopes that somebody still has to apply: neither parked nor behind a parked one of their contact. */
export function waitingMail(database: Database): Fields[] {
  const rows = rowsOf(database, 'mailbox')
  const parked = new Set(
    rows.flatMap((row) => (row('parked_at') === null ? [] : [contactKey(row)])),
  )
  return rows.filter((row) => !parked.has(contactKey(row)))
}

function checkEnvelopes({ books, database, fail }: EndCheck): void {
  const left = new Set(
    rowsOf(database, 'mailbox').map(
      (row) => (JSON.parse(String(row('envelope'))) as { event_id: string }).event_id,
    ),
  )
  for (const { eventId, type, isApplied } of books.envelopes.values())
    if (!isApplied && !left.has(eventId))
      fail(`I2 ${eventId} (${type}) was accepted and never applied`)
  const letters = new Set(rowsOf(database, 'dead_letters').map((row) => row('id')))
  for (const row of rowsOf(database, 'mailbox')) {
    const { event_id: eventId, source } = JSON.parse(String(row('envelope'))) as {
      event_id: string
      source: string
    }
    if (row('parked_at') === null) continue
    if (source !== POISON_SOURCE) fail(`I2 ${eventId} was parked: ${String(row('parked_reason'))}`)
    if (!letters.has(eventId)) fail(`I2 ${eventId} was parked and is not in the dead letters`)
  }
}

/** Effects that wait for a person: held ones, and what stands behind them in their lane. */
export function waitingForPeople(database: Database): Set<string> {
  const rows = rowsOf(database, 'outbox')
  const lanes = new Set(rows.flatMap((row) => (row('status') === 'held' ? [row('lane')] : [])))
  return new Set(rows.flatMap((row) => (lanes.has(row('lane')) ? [String(row('id'))] : [])))
}

function checkOpenEffects({ books, database, tenants, fail }: EndCheck): void {
  const waiting = waitingForPeople(database)
  for (const row of rowsOf(database, 'outbox')) {
    const effect = books.effects.get(String(row('id')))
    const policy = tenants.find(({ id }) => id === effect?.tenantId)?.uncertainPolicy
    if (row('status') === 'held' && (policy !== 'hold' || !effect?.wasUncertain))
      fail(`I5 the effect ${String(row('id'))} is held and nobody was uncertain of it`)
  }
  for (const { id, end, taken } of books.effects.values())
    if (end === null && !waiting.has(id))
      fail(`I5 the effect ${id} came to no end (taken ${taken} times)`)
}

function libraryOf(tenant: SimulatedTenant): Library {
  const versions = tenant.versions.flatMap(({ workflowId, versionId, definition }) => {
    const compiled = compileVersion(definition as Json)
    return compiled ? [{ workflowId, versionId, compiled }] : []
  })
  return {
    zone: 'America/Sao_Paulo',
    published: versions,
    version: (id) => versions.find(({ versionId }) => versionId === id),
  }
}

function checkReplay({ books, database, tenants, fail }: EndCheck): void {
  const libraries = new Map(tenants.map((tenant) => [tenant.id, libraryOf(tenant)]))
  for (const row of rowsOf(database, 'actor_snapshots')) {
    const key = contactKey(row)
    const library = libraries.get(String(row('tenant_id')))
    const journal = (books.journals.get(key) ?? []) as JournalEntry[]
    if (!library) continue
    const state: unknown = JSON.parse(JSON.stringify(replay(journal, library)))
    const kept: unknown = JSON.parse(String(row('state')))
    if (!isDeepStrictEqual(state, kept))
      fail(`I2 the journal of ${key} does not give its snapshot back`)
  }
}

const ENDED: Readonly<Record<string, string>> = {
  done: '$end',
  failed: '$failed',
  stopped: '$stopped',
}

function checkCounts({ database, fail }: EndCheck): void {
  const wanted = new Map<string, number>()
  const places = new Map(
    rowsOf(database, 'run_places').map((place) => [
      place('run_id'),
      place('states') as unknown as string[],
    ]),
  )
  for (const run of rowsOf(database, 'workflow_runs')) {
    const status = String(run('status'))
    const states = status === 'active' ? (places.get(run('id')) ?? []) : [ENDED[status] ?? status]
    for (const state of states) {
      const key = `${String(run('version_id'))} ${state}`
      wanted.set(key, (wanted.get(key) ?? 0) + 1)
    }
  }
  const counted = new Map<string, number>()
  for (const count of rowsOf(database, 'state_counts')) {
    const key = `${String(count('version_id'))} ${String(count('state'))}`
    counted.set(key, (counted.get(key) ?? 0) + Number(count('contacts')))
  }
  for (const key of new Set([...wanted.keys(), ...counted.keys()]))
    if ((wanted.get(key) ?? 0) !== (counted.get(key) ?? 0))
      fail(
        `the counts say ${counted.get(key) ?? 0} for ${key}, the runs say ${wanted.get(key) ?? 0}`,
      )
}

/** What is still there, for a run that did not come to rest. */
export function describeRest(database: Database): string {
  const few = <Item>(items: Item[]): Item[] => items.slice(0, 4)
  const mail = few(rowsOf(database, 'mailbox')).map((row) =>
    ['id', 'shard', 'attempts', 'parked_reason'].map((name) => String(row(name))).join(' '),
  )
  const effects = few(rowsOf(database, 'outbox')).map((row) =>
    ['id', 'kind', 'status', 'attempts', 'lane', 'position', 'last_error']
      .map((name) => String(row(name)))
      .join(' '),
  )
  const timers = few(rowsOf(database, 'timers')).map(
    (row) => `${String(row('timer_id'))} ${String(row('due_at'))}`,
  )
  return `mailbox: ${mail.join('; ')} | outbox: ${effects.join('; ')} | timers: ${timers.join('; ')}`
}
