// What must be true, kept beside the database from the commits alone: who accepted what, what was applied, what was
// caused by what. Each check names the guarantee that it keeps.

import type { Table, Values } from '../store/types.ts'
import type { Change } from '../store/transaction.ts'

/** Ends the run with a violation. */
export type Fail = (reason: string) => void

/** A change with its columns by name. */
export interface NamedChange {
  table: string
  before: Fields | null
  after: Fields | null
}

export type Fields = (column: string) => Field
/** Lists are told apart by who reads them. */
export type Field = string | number | boolean | null

export function nameChanges(changes: readonly Change[]): NamedChange[] {
  return changes.map(({ table, before, after, row }) => ({
    table,
    before: before && fieldsOf(row.table, before),
    after: after && fieldsOf(row.table, after),
  }))
}

const places = new WeakMap<Table, Map<string, number>>()

export function fieldsOf(table: Table, values: Values): Fields {
  let known = places.get(table)
  if (!known) {
    known = new Map(table.columns.map(({ name }, index) => [name, index]))
    places.set(table, known)
  }
  const columns = known
  return (column) => {
    const place = columns.get(column)
    if (place === undefined) throw new Error(`${table.name} has no column ${column}`)
    return values[place] as Field
  }
}

/** An envelope that is in the mailbox, or was. */
export interface AcceptedEnvelope {
  id: number
  tenantId: string
  contactId: string
  eventId: string
  type: string
  /** Commit in which it became visible. */
  commit: number
  body: string
  isApplied: boolean
  isParked: boolean
}

export interface KnownEffect {
  id: string
  tenantId: string
  contactId: string
  kind: string
  taken: number
  wasUncertain: boolean
  /** How it ended, once it did. */
  end: 'done' | 'failed' | 'gone' | null
}

export interface Books {
  /** By event id. */
  envelopes: Map<string, AcceptedEnvelope>
  /** Waiting ones by tenant and contact. */
  waiting: Map<string, Map<number, AcceptedEnvelope>>
  effects: Map<string, KnownEffect>
  /** Journal entries by tenant and contact, in order. */
  journals: Map<string, unknown[]>
  /** Armed timers, and the generations that fired, by their key. */
  timers: Map<string, { generation: number; due: number; fired: Set<string> }>
  keys: Map<string, string>
  nonces: Map<string, number>
  /** Worker ids by the process that runs them. */
  workers: Map<string, Set<string>>
  /** By worker id: from when on its sign of life was good until when. */
  expiries: Map<string, { since: number; until: number }[]>
  commits: number
}

export function createBooks(): Books {
  return {
    envelopes: new Map(),
    waiting: new Map(),
    effects: new Map(),
    journals: new Map(),
    timers: new Map(),
    keys: new Map(),
    nonces: new Map(),
    workers: new Map(),
    expiries: new Map(),
    commits: 0,
  }
}

export const contactKey = (fields: Fields): string =>
  `${String(fields('tenant_id'))} ${String(fields('contact_id'))}`
