// Statements: queries with their clauses, and what changes rows.

import type {
  Assignment,
  Body,
  Conflict,
  FromItem,
  LockClause,
  Query,
  Select,
  SelectItem,
} from './ast.ts'
import { parseExpression, parseOrder } from './parse-expression.ts'
import { parseFrom } from './parse-from.ts'
import { tokenize, TokenReader } from './tokens.ts'

/** @throws {Error} for what is not of the part that is understood */
export function parseStatement(sql: string): Query {
  const reader = new TokenReader(tokenize(sql), parseQuery)
  const query = parseQuery(reader)
  reader.accept(';')
  if (reader.peek().kind !== 'end') throw reader.unexpected('the end')
  return query
}

export function parseQuery(reader: TokenReader): Query {
  const hasNames = reader.accept('with')
  const query: Query = {
    isRecursive: hasNames && reader.accept('recursive'),
    with: hasNames ? reader.list(() => parseCte(reader)) : [],
    body: parseBody(reader),
    orderBy: [],
    limit: null,
    offset: null,
    locks: [],
  }
  for (;;) {
    if (reader.accept('order', 'by')) query.orderBy = parseOrder(reader)
    else if (reader.accept('limit')) query.limit = parseExpression(reader)
    else if (reader.accept('offset')) query.offset = parseExpression(reader)
    else if (reader.accept('for')) query.locks.push(parseLock(reader))
    else return query
  }
}

function parseCte(reader: TokenReader): Query['with'][number] {
  const name = reader.name()
  const columns = reader.isNext('(') ? reader.names() : []
  reader.expect('as')
  if (reader.accept('not')) reader.expect('materialized')
  else reader.accept('materialized')
  return { name, columns, query: reader.parenthesized(() => parseQuery(reader)) }
}

function parseBody(reader: TokenReader): Body {
  let left = parseSingle(reader)
  while (reader.accept('union')) {
    const all = reader.accept('all')
    left = { kind: 'union', all, left, right: parseSingle(reader) }
  }
  return left
}

function parseSingle(reader: TokenReader): Body {
  if (reader.accept('select')) return parseSelect(reader)
  if (reader.accept('values'))
    return {
      kind: 'values',
      rows: reader.list(() =>
        reader.parenthesized(() => reader.list(() => parseExpression(reader))),
      ),
    }
  if (reader.accept('insert')) return parseInsert(reader)
  if (reader.accept('update')) return parseUpdate(reader)
  if (reader.accept('delete')) return parseDelete(reader)
  if (reader.isNext('('))
    return { kind: 'nested', query: reader.parenthesized(() => parseQuery(reader)) }
  throw reader.unexpected('a statement')
}

function parseSelect(reader: TokenReader): Select {
  const select: Select = {
    kind: 'select',
    distinct: false,
    distinctOn: [],
    items: [],
    from: null,
    where: null,
    groupBy: [],
    having: null,
  }
  if (reader.accept('distinct')) {
    if (reader.accept('on'))
      select.distinctOn = reader.parenthesized(() => reader.list(() => parseExpression(reader)))
    else select.distinct = true
  }
  select.items = isListEmpty(reader) ? [] : parseItems(reader)
  if (reader.accept('from')) select.from = parseFrom(reader)
  if (reader.accept('where')) select.where = parseExpression(reader)
  if (reader.accept('group', 'by')) select.groupBy = reader.list(() => parseExpression(reader))
  if (reader.accept('having')) select.having = parseExpression(reader)
  return select
}

/** `exists (select from …)` */
function isListEmpty(reader: TokenReader): boolean {
  return reader.isNext('from')
}

/** Words that end a list of items, so that none of them is an alias. */
const AFTER_ITEM = new Set([
  'from',
  'where',
  'group',
  'having',
  'order',
  'limit',
  'offset',
  'for',
  'union',
  'on',
  'returning',
])

function parseItems(reader: TokenReader): SelectItem[] {
  return reader.list(() => {
    const expression = parseExpression(reader)
    if (expression.kind === 'column' && expression.name === '*')
      return { expression: null, table: expression.table, alias: null }
    if (reader.accept('as')) return { expression, table: null, alias: reader.name() }
    const { kind, text } = reader.peek()
    const isAlias = kind === 'quoted' || (kind === 'word' && !AFTER_ITEM.has(text))
    return { expression, table: null, alias: isAlias ? reader.name() : null }
  })
}

function parseLock(reader: TokenReader): LockClause {
  const lock: LockClause = { mode: 'update', of: [], wait: 'wait' }
  if (reader.accept('no', 'key', 'update')) lock.mode = 'no key update'
  else if (reader.accept('key', 'share')) lock.mode = 'key share'
  else if (reader.accept('share')) lock.mode = 'share'
  else reader.expect('update')
  if (reader.accept('of')) lock.of = reader.list(() => reader.name())
  if (reader.accept('skip', 'locked')) lock.wait = 'skip'
  else if (reader.accept('nowait')) lock.wait = 'nowait'
  return lock
}

const AFTER_TARGET = new Set([
  'set',
  'using',
  'where',
  'returning',
  'select',
  'values',
  'with',
  'default',
])

function parseTarget(reader: TokenReader): { table: string; alias: string } {
  const table = reader.name()
  if (reader.accept('as')) return { table, alias: reader.name() }
  const { kind, text } = reader.peek()
  const isAlias = kind === 'word' && !AFTER_TARGET.has(text)
  return { table, alias: isAlias ? reader.name() : table }
}

function parseInsert(reader: TokenReader): Body {
  reader.expect('into')
  const target = parseTarget(reader)
  const columns = reader.isNext('(') ? reader.names() : []
  const source = reader.isQuery() ? parseQuery(reader) : (reader.expect('default', 'values'), null)
  return {
    kind: 'insert',
    ...target,
    columns,
    source,
    conflict: reader.accept('on', 'conflict') ? parseConflict(reader) : null,
    returning: parseReturning(reader),
  }
}

function parseConflict(reader: TokenReader): Conflict {
  const columns = reader.isNext('(') ? reader.names() : []
  if (reader.accept('where')) parseExpression(reader)
  reader.expect('do')
  if (reader.accept('nothing')) return { columns, set: null, where: null }
  reader.expect('update', 'set')
  const set = parseAssignments(reader)
  return { columns, set, where: reader.accept('where') ? parseExpression(reader) : null }
}

function parseAssignments(reader: TokenReader): Assignment[] {
  return reader.list(() => {
    const column = reader.name()
    reader.expect('=')
    return { column, value: parseExpression(reader) }
  })
}

function parseUpdate(reader: TokenReader): Body {
  const target = parseTarget(reader)
  reader.expect('set')
  const set = parseAssignments(reader)
  const from: FromItem | null = reader.accept('from') ? parseFrom(reader) : null
  const where = reader.accept('where') ? parseExpression(reader) : null
  return { kind: 'update', ...target, set, from, where, returning: parseReturning(reader) }
}

function parseDelete(reader: TokenReader): Body {
  reader.expect('from')
  const target = parseTarget(reader)
  const from: FromItem | null = reader.accept('using') ? parseFrom(reader) : null
  const where = reader.accept('where') ? parseExpression(reader) : null
  return { kind: 'delete', ...target, from, where, returning: parseReturning(reader) }
}

function parseReturning(reader: TokenReader): SelectItem[] {
  return reader.accept('returning') ? parseItems(reader) : []
}
