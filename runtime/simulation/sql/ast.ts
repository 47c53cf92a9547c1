// The part of PostgreSQL's SQL that the runtime's statements are written in, as a tree.

export interface OrderItem {
  expression: Expression
  descending: boolean
  nullsFirst: boolean
}

export interface CallExpression {
  kind: 'call'
  name: string
  args: Expression[]
  named: Record<string, Expression>
  star: boolean
  distinct: boolean
  orderBy: OrderItem[]
  filter: Expression | null
  over: { partitionBy: Expression[]; orderBy: OrderItem[] } | null
}

export type Expression =
  | { kind: 'literal'; value: unknown; type: string }
  | { kind: 'param'; index: number }
  | { kind: 'column'; table: string | null; name: string }
  | { kind: 'unary'; op: string; arg: Expression }
  | { kind: 'binary'; op: string; left: Expression; right: Expression }
  | { kind: 'is'; arg: Expression; what: 'null' | 'true' | 'false'; not: boolean }
  | { kind: 'cast'; arg: Expression; type: string }
  | CallExpression
  | {
      kind: 'case'
      subject: Expression | null
      whens: { when: Expression; then: Expression }[]
      otherwise: Expression | null
    }
  | { kind: 'in'; left: Expression; list: Expression[] | null; query: Query | null; not: boolean }
  | { kind: 'quantified'; op: string; left: Expression; right: Expression; all: boolean }
  | { kind: 'exists'; query: Query }
  | { kind: 'subquery'; query: Query }
  | { kind: 'row'; items: Expression[] }
  | { kind: 'array'; items: Expression[] }
  | { kind: 'arrayQuery'; query: Query }
  | { kind: 'index'; arg: Expression; at: Expression }

export interface SelectItem {
  /** Null: every column, of `table` when that is named. */
  expression: Expression | null
  table: string | null
  alias: string | null
}

export type FromItem =
  | { kind: 'table'; name: string; alias: string; columns: string[] }
  | { kind: 'query'; query: Query; alias: string; columns: string[] }
  | { kind: 'call'; call: CallExpression; alias: string; columns: string[]; ordinality: boolean }
  | {
      kind: 'join'
      how: 'inner' | 'left'
      left: FromItem
      right: FromItem
      on: Expression | null
      using: string[]
    }

export type LockMode = 'update' | 'no key update' | 'share' | 'key share'

export interface LockClause {
  mode: LockMode
  of: string[]
  wait: 'wait' | 'skip' | 'nowait'
}

export interface Select {
  kind: 'select'
  distinct: boolean
  distinctOn: Expression[]
  items: SelectItem[]
  from: FromItem | null
  where: Expression | null
  groupBy: Expression[]
  having: Expression | null
}

export interface Conflict {
  columns: string[]
  /** Null: do nothing. */
  set: Assignment[] | null
  where: Expression | null
}

export interface Assignment {
  column: string
  value: Expression
}

export type Body =
  | Select
  | { kind: 'values'; rows: Expression[][] }
  | { kind: 'union'; all: boolean; left: Body; right: Body }
  | { kind: 'nested'; query: Query }
  | {
      kind: 'insert'
      table: string
      alias: string
      columns: string[]
      source: Query | null
      conflict: Conflict | null
      returning: SelectItem[]
    }
  | {
      kind: 'update'
      table: string
      alias: string
      set: Assignment[]
      from: FromItem | null
      where: Expression | null
      returning: SelectItem[]
    }
  | {
      kind: 'delete'
      table: string
      alias: string
      from: FromItem | null
      where: Expression | null
      returning: SelectItem[]
    }

export interface Query {
  with: { name: string; columns: string[]; query: Query }[]
  isRecursive: boolean
  body: Body
  orderBy: OrderItem[]
  limit: Expression | null
  offset: Expression | null
  locks: LockClause[]
}
