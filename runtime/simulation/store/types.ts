// What the tables of the simulated PostgreSQL are made of.

import type { LockMode } from '../sql/ast.ts'

export type Values = readonly unknown[]

/** A committed state; null values: the row was deleted. */
export interface Version {
  values: Values | null
  /** Number of the commit that made it. */
  commit: number
  /** Kept only while a statement waits that began before. */
  older: Version | null
}

/** What a command of an open transaction made of the row. */
export interface Pending {
  transaction: Transaction
  command: number
  values: Values | null
  before: Pending | null
}

export interface Row {
  readonly id: number
  readonly table: Table
  committed: Version | null
  pending: Pending | null
  locks: Map<Transaction, LockMode> | null
}

/** What decides which version of a row a statement sees. */
export interface View {
  readonly transaction: Transaction
  /** Last commit that the statement sees. */
  readonly commit: number
  /** Changes of this command are not seen by itself. */
  readonly command: number
  /** Rows that were waited for: they are looked at again in their latest version, as PostgreSQL does. */
  readonly rechecked: ReadonlySet<Row>
}

export interface Column {
  name: string
  type: string
  isRequired: boolean
  isIdentity: boolean
  /** Computes the default, in a run of the statement that needs it. */
  fallback: ((execution: object) => unknown) | null
}

export interface UniqueIndex {
  name: string
  columns: readonly number[]
  /** Which rows it holds. */
  includes: (values: Values) => boolean
  /** True when every row whose key has no null is in it, so that a look-up may use it. */
  isComplete: boolean
  rows: Map<string, Row[]>
}

export interface Reference {
  columns: readonly number[]
  table: string
  targetColumns: readonly number[]
}

export interface Table {
  readonly name: string
  readonly columns: Column[]
  readonly indexes: UniqueIndex[]
  readonly checks: { name: string; holds: (values: Values) => boolean }[]
  readonly references: Reference[]
  readonly rows: Map<number, Row>
  nextRow: number
  sequence: number
}

export interface Transaction {
  readonly database: Database
  readonly number: number
  readonly startedAt: number
  /** Who works in it, e.g. a process and its connection. */
  readonly owner: unknown
  command: number
  isOpen: boolean
  /** In the order in which they were first changed. */
  readonly written: Set<Row>
  readonly locked: Set<Row>
  readonly undo: (() => void)[]
  readonly notices: { channel: string; payload: string }[]
  /** Told when it ends. */
  readonly waiters: Set<() => void>
}

export interface Database {
  readonly tables: ReadonlyMap<string, Table>
  /** Number of the last commit. */
  commit: number
  /** Statements that wait for a lock: while there are any, older versions of rows are kept. */
  waiting: number
  /** What became of the transactions, by number. */
  readonly outcomes: Map<number, 'in progress' | 'committed' | 'aborted'>
  /** Its clock, in milliseconds since 1970 with fractions. */
  readonly now: () => number
  readonly random: () => number
}
