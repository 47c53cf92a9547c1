// Names while a statement is compiled, and the rows under hand while it runs.

import type { Database, Row, Table, Transaction, Values, View } from '../store/types.ts'
import type { LockMode, Query } from './ast.ts'

export interface NamedType {
  name: string
  type: string
}

/** One run of a statement. */
export interface Execution extends View {
  readonly database: Database
  readonly transaction: Transaction
  readonly rechecked: Set<Row>
  readonly params: readonly unknown[]
  /** What is computed once per run, by the node that computes it. */
  readonly memo: Map<object, unknown>
  /** What clock_timestamp() tells now. */
  clock: number
  /** What it told when the statement began. */
  readonly startedAt: number
}

/** The rows under hand, one slot per source; what lies around a subquery is its parent's. */
export interface Frame {
  slots: Values[]
  rows: (Row | null)[]
  parent: Frame | null
  execution: Execution
  aggregates: unknown[]
  windows: unknown[]
}

export interface Compiled {
  type: string
  run: (frame: Frame) => unknown
}

/** A compiled query: its columns, and its rows in order. */
export interface CompiledQuery {
  columns: NamedType[]
  /** True when it reads rows of the query around it. */
  isCorrelated: boolean
  run: (execution: Execution, parent: Frame | null) => unknown[][]
  /** Stops at the first row. */
  exists: (execution: Execution, parent: Frame | null) => boolean
}

export interface Source {
  alias: string
  slot: number
  columns: NamedType[]
  table: Table | null
}

export interface Aggregate {
  start: () => unknown
  step: (state: unknown, frame: Frame) => unknown
  end: (state: unknown) => unknown
}

export interface Window {
  partition: Compiled[]
  order: { by: Compiled; descending: boolean; nullsFirst: boolean }[]
  /** The values of a partition's rows, in order. */
  values: (frames: Frame[], isPeer: (index: number) => boolean) => unknown[]
}

export interface Compiler {
  tables: ReadonlyMap<string, Table>
  query(query: Query, parent: Scope | null, ctes: CteNames): CompiledQuery
}

export type CteNames = ReadonlyMap<string, { key: object; columns: NamedType[]; isChanging?: true }>

export interface Scope {
  compiler: Compiler
  sources: Source[]
  parent: Scope | null
  ctes: CteNames
  /** Columns that joins with `using` made one. */
  merged: Set<string>
  aggregates: Aggregate[]
  windows: Window[]
  /** Which slots the expression under hand reads, and whether it reads outside. */
  reads: { slots: number; outside: boolean }
}

export function createScope(compiler: Compiler, parent: Scope | null, ctes: CteNames): Scope {
  return {
    compiler,
    parent,
    ctes,
    sources: [],
    merged: new Set(),
    aggregates: [],
    windows: [],
    reads: { slots: 0, outside: false },
  }
}

const NOTHING: unknown[] = []

export function createFrame(scope: Scope, execution: Execution, parent: Frame | null): Frame {
  const count = scope.sources.length
  const rows: (Row | null)[] = []
  for (let slot = 0; slot < count; slot++) rows.push(null)
  return { slots: [], rows, parent, execution, aggregates: NOTHING, windows: NOTHING }
}

/** Compiles something and tells which slots of the scope it reads. */
export function tracked<Result>(
  scope: Scope,
  compile: () => Result,
): { result: Result; slots: number; outside: boolean } {
  const around = scope.reads
  scope.reads = { slots: 0, outside: false }
  const result = compile()
  const { slots, outside } = scope.reads
  scope.reads = { slots: around.slots | slots, outside: around.outside || outside }
  return { result, slots, outside }
}

/** A column by name; its value is read from the frame so many levels up. @throws {Error} when nobody has it */
export function resolveColumn(scope: Scope, table: string | null, name: string): Compiled {
  const crossed: Scope[] = []
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const found = findColumn(at, table, name)
    if (found) {
      at.reads.slots |= 1 << found.slot
      for (const inner of crossed) inner.reads.outside = true
      return { type: found.type, run: columnReader(crossed.length, found.slot, found.index) }
    }
    crossed.push(at)
  }
  throw new Error(`SQL: no column ${table === null ? '' : `${table}.`}${name}`)
}

function findColumn(
  scope: Scope,
  table: string | null,
  name: string,
): { slot: number; index: number; type: string } | null {
  const found = scope.sources.flatMap(({ alias, slot, columns }) => {
    const index = columns.findIndex((column) => column.name === name)
    return index < 0 || (table !== null && alias !== table)
      ? []
      : [{ slot, index, type: columns[index]?.type ?? 'unknown' }]
  })
  if (found.length > 1 && !scope.merged.has(name)) throw new Error(`SQL: ${name} is ambiguous`)
  return found[0] ?? wholeScalar(scope, table, name)
}

/** A function's only column may be read by the source's own name. */
function wholeScalar(scope: Scope, table: string | null, name: string) {
  if (table !== null) return null
  const source = scope.sources.find(
    ({ alias, columns, table: base }) => base === null && alias === name && columns.length === 1,
  )
  return source ? { slot: source.slot, index: 0, type: source.columns[0]?.type ?? 'unknown' } : null
}

function columnReader(depth: number, slot: number, index: number): (frame: Frame) => unknown {
  if (depth === 0) return (frame) => (frame.slots[slot] as Values)[index]
  if (depth === 1) return ({ parent }) => ((parent as Frame).slots[slot] as Values)[index]
  return (frame) => {
    let at = frame
    for (let up = 0; up < depth; up++) at = at.parent as Frame
    return (at.slots[slot] as Values)[index]
  }
}

export interface RowLock {
  slot: number
  mode: LockMode
  wait: 'wait' | 'skip' | 'nowait'
}
