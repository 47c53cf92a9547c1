// Tables, keys, checks and references out of the migrations' own text. What a statement cannot notice is left out.

import type { Reference, Table, Values } from '../store/types.ts'
import { columnIndex, createTable } from '../store/table.ts'
import type { Expression } from './ast.ts'
import { compileExpression, compileFor } from './expression.ts'
import { parseExpression, parseType } from './parse-expression.ts'
import { parseQuery } from './parse-query.ts'
import { createCompiler } from './query.ts'
import { createFrame, createScope, type Execution, type Scope } from './scope.ts'
import { type Token, tokenize, TokenReader } from './tokens.ts'
import { coerce } from './values.ts'

/** Reads DDL text, adding to the tables. @returns the statements among it that put rows in */
export function readSchema(text: string, tables: Map<string, Table>): string[] {
  const rows: string[] = []
  for (const tokens of statementsOf(tokenize(text))) {
    const reader = new TokenReader(tokens, parseQuery)
    if (reader.isNext('insert', 'into')) rows.push(text.slice(tokens[0]?.at, tokens.at(-1)?.at))
    if (reader.accept('create', 'table')) createOf(reader, tables)
    else if (reader.accept('create', 'unique', 'index')) indexOf(reader, tables)
    else if (reader.accept('alter', 'table')) alterOf(reader, tables)
  }
  return rows
}

function statementsOf(tokens: readonly Token[]): Token[][] {
  const statements: Token[][] = [[]]
  for (const token of tokens) {
    const isEnd = token.kind === 'end' || (token.kind === 'op' && token.text === ';')
    if (isEnd) statements.at(-1)?.push({ kind: 'end', text: '', at: token.at })
    else statements.at(-1)?.push(token)
    if (isEnd) statements.push([])
  }
  return statements.filter((list) => list.length > 1)
}

function createOf(reader: TokenReader, tables: Map<string, Table>): void {
  reader.accept('if', 'not', 'exists')
  const table = createTable(reader.name())
  // A partition holds rows of its parent.
  if (!reader.accept('(')) return
  reader.list(() => readPart(reader, table, tables))
  tables.set(table.name, table)
}

function readPart(reader: TokenReader, table: Table, tables: Map<string, Table>): void {
  if (reader.accept('constraint')) reader.name()
  if (reader.accept('primary', 'key')) addKey(table, columnsIn(reader, table), 'pkey')
  else if (reader.accept('unique')) addKey(table, columnsIn(reader, table), 'key')
  else if (reader.accept('check'))
    addCheck(
      table,
      reader.parenthesized(() => parseExpression(reader)),
    )
  else if (reader.accept('foreign', 'key')) {
    const columns = columnsIn(reader, table)
    reader.expect('references')
    addReference(reader, table, { columns, tables })
  } else readColumn(reader, table, tables)
}

function columnsIn(reader: TokenReader, table: Table): number[] {
  return reader.names().map((name) => columnIndex(table, name))
}

function readColumn(reader: TokenReader, table: Table, tables: Map<string, Table>): void {
  const name = reader.name()
  const column = {
    name,
    type: parseType(reader),
    isRequired: false,
    isIdentity: false,
    fallback: null as Table['columns'][number]['fallback'],
  }
  const index = table.columns.length
  table.columns.push(column)
  for (;;) {
    if (reader.accept('not', 'null')) column.isRequired = true
    else if (reader.accept('null')) continue
    else if (reader.accept('primary', 'key')) addKey(table, [index], 'pkey')
    else if (reader.accept('unique')) addKey(table, [index], 'key')
    else if (reader.accept('check'))
      addCheck(
        table,
        reader.parenthesized(() => parseExpression(reader)),
      )
    else if (reader.accept('default'))
      column.fallback = fallbackOf(parseExpression(reader, 2), column.type)
    else if (reader.accept('references')) addReference(reader, table, { columns: [index], tables })
    else if (
      reader.accept('generated', 'always', 'as', 'identity') ||
      reader.accept('generated', 'by', 'default', 'as', 'identity')
    )
      column.isIdentity = true
    else return
  }
}

function fallbackOf(expression: Expression, type: string): (execution: object) => unknown {
  const scope = createScope(createCompiler(new Map()), null, new Map())
  const compiled = compileFor(expression, type, scope)
  if (expression.kind === 'literal') {
    const value = coerce(expression.value, type)
    return () => value
  }
  return (execution) => compiled.run(createFrame(scope, execution as Execution, null))
}

function addKey(table: Table, columns: number[], name: string): void {
  table.indexes.push({
    name: `${table.name}_${name}`,
    columns,
    includes: () => true,
    isComplete: true,
    rows: new Map(),
  })
  if (name !== 'pkey') return
  for (const column of columns) {
    const found = table.columns[column]
    if (found) found.isRequired = true
  }
}

function scopeOf(table: Table): Scope {
  const scope = createScope(createCompiler(new Map()), null, new Map())
  const columns = table.columns.map(({ name, type }) => ({ name, type }))
  scope.sources.push({ alias: table.name, slot: 0, columns, table })
  return scope
}

function testOf(expression: Expression, table: Table): (values: Values) => unknown {
  const scope = scopeOf(table)
  const compiled = compileExpression(expression, scope)
  return (values) => {
    const frame = createFrame(scope, { memo: new Map(), params: [] } as never, null)
    frame.slots[0] = values
    return compiled.run(frame)
  }
}

/** Null passes. */
function addCheck(table: Table, expression: Expression): void {
  let test: ((values: Values) => unknown) | null = null
  // Columns that come later may be named.
  const holds = (values: Values): boolean => (test ??= testOf(expression, table))(values) !== false
  table.checks.push({ name: `${table.name}_check`, holds })
}

function addReference(
  reader: TokenReader,
  table: Table,
  { columns, tables }: { columns: number[]; tables: Map<string, Table> },
): void {
  const name = reader.name()
  const target = tables.get(name) ?? table
  const primary = target.indexes.find((index) => index.name === `${name}_pkey`)
  const targetColumns = reader.isNext('(')
    ? reader.names().map((column) => columnIndex(target, column))
    : (primary?.columns ?? [])
  while (reader.accept('on')) {
    reader.next()
    reader.next()
  }
  const reference: Reference = { columns, table: name, targetColumns }
  table.references.push(reference)
}

function indexOf(reader: TokenReader, tables: Map<string, Table>): void {
  reader.accept('if', 'not', 'exists')
  const name = reader.name()
  reader.expect('on')
  const table = tables.get(reader.name())
  if (!table || reader.accept('using')) return
  const parts = reader.parenthesized(() => reader.list(() => parseExpression(reader)))
  // An index over an expression guards nothing that these statements touch.
  if (parts.some((part) => part.kind !== 'column')) return
  const columns = parts.map((part) => columnIndex(table, part.kind === 'column' ? part.name : ''))
  const where = reader.accept('where') ? parseExpression(reader) : null
  const test = where && testOf(where, table)
  table.indexes.push({
    name,
    columns,
    includes: test ? (values) => test(values) === true : () => true,
    isComplete: where === null || (where.kind === 'is' && where.what === 'null' && where.not),
    rows: new Map(),
  })
}

function alterOf(reader: TokenReader, tables: Map<string, Table>): void {
  reader.accept('if', 'exists')
  const table = tables.get(reader.name())
  if (!table) return
  reader.list(() => {
    if (reader.accept('add', 'column')) {
      reader.accept('if', 'not', 'exists')
      readColumn(reader, table, tables)
    } else if (reader.isNext('add', 'foreign') || reader.isNext('add', 'constraint')) {
      reader.expect('add')
      readPart(reader, table, tables)
    } else if (reader.accept('alter', 'column')) alterColumn(reader, table)
    else if (reader.accept('drop', 'column')) dropColumn(reader, table)
    else if (reader.accept('drop', 'constraint')) dropConstraint(reader, table)
    else while (!reader.isNext(',') && reader.peek().kind !== 'end') reader.next()
  })
}

function alterColumn(reader: TokenReader, table: Table): void {
  const column = table.columns[columnIndex(table, reader.name())]
  if (!column) return
  if (reader.accept('drop', 'not', 'null')) column.isRequired = false
  else if (reader.accept('set', 'not', 'null')) column.isRequired = true
  else if (reader.accept('drop', 'default')) column.fallback = null
  else if (reader.accept('set', 'storage')) reader.next()
  else if (reader.accept('set', 'default'))
    column.fallback = fallbackOf(parseExpression(reader), column.type)
  else throw reader.unexpected('a change of a column')
}

function dropColumn(reader: TokenReader, table: Table): void {
  reader.accept('if', 'exists')
  const dropped = columnIndex(table, reader.name())
  table.columns.splice(dropped, 1)
  const keeps = ({ columns }: { columns: readonly number[] }): boolean => !columns.includes(dropped)
  const moved = (columns: readonly number[]): number[] =>
    columns.map((column) => (column > dropped ? column - 1 : column))
  const indexes = table.indexes
    .filter(keeps)
    .map((index) => ({ ...index, columns: moved(index.columns) }))
  table.indexes.splice(0, table.indexes.length, ...indexes)
  const references = table.references
    .filter(keeps)
    .map((reference) => ({ ...reference, columns: moved(reference.columns) }))
  table.references.splice(0, table.references.length, ...references)
}

/** Of those that PostgreSQL names by itself, references are the only ones that are dropped. */
function dropConstraint(reader: TokenReader, table: Table): void {
  reader.accept('if', 'exists')
  const name = reader.name()
  const at = table.references.findIndex(({ columns }) => {
    const names = columns.map((column) => table.columns[column]?.name ?? '')
    return name === `${table.name}_${names.join('_')}_fkey`
  })
  if (at >= 0) table.references.splice(at, 1)
}
