// The sources of a query: tables, subqueries, functions that give rows, and their joins.

import type { Expression, FromItem } from './ast.ts'
import { parseExpression } from './parse-expression.ts'
import type { TokenReader } from './tokens.ts'

export function parseFrom(reader: TokenReader): FromItem {
  let left = parseJoins(reader)
  while (reader.accept(',')) left = joined('inner', left, parseJoins(reader))
  return left
}

function joined(
  how: 'inner' | 'left',
  left: FromItem,
  right: FromItem,
): FromItem & { kind: 'join' } {
  return { kind: 'join', how, left, right, on: null, using: [] }
}

function parseJoins(reader: TokenReader): FromItem {
  let left = parseSource(reader)
  for (;;) {
    if (reader.accept('cross', 'join')) left = joined('inner', left, parseSource(reader))
    else if (reader.accept('join') || reader.accept('inner', 'join'))
      left = parseCondition(reader, joined('inner', left, parseSource(reader)))
    else if (reader.accept('left', 'join') || reader.accept('left', 'outer', 'join'))
      left = parseCondition(reader, joined('left', left, parseSource(reader)))
    else return left
  }
}

function parseCondition(reader: TokenReader, join: FromItem & { kind: 'join' }): FromItem {
  if (reader.accept('using')) return { ...join, using: reader.names() }
  reader.expect('on')
  return { ...join, on: parseExpression(reader) }
}

function parseSource(reader: TokenReader): FromItem {
  reader.accept('lateral')
  if (reader.accept('(')) {
    if (reader.isQuery()) {
      const query = reader.query()
      reader.expect(')')
      return { kind: 'query', query, ...parseAlias(reader, '') }
    }
    const inner = parseFrom(reader)
    reader.expect(')')
    return inner
  }
  if (reader.peek(1).text === '(') return parseFunction(reader)
  const name = reader.name()
  return { kind: 'table', name, ...parseAlias(reader, name) }
}

function parseFunction(reader: TokenReader): FromItem {
  const name = reader.peek().text
  const call: Expression = parseExpression(reader, Number.MAX_SAFE_INTEGER)
  if (call.kind !== 'call') throw reader.unexpected('a function')
  const ordinality = reader.accept('with', 'ordinality')
  return { kind: 'call', call, ordinality, ...parseAlias(reader, name) }
}

/** Words that follow a source, so that none of them is its alias. */
const AFTER_SOURCE = new Set([
  'where',
  'group',
  'having',
  'order',
  'limit',
  'offset',
  'for',
  'union',
  'on',
  'using',
  'join',
  'inner',
  'left',
  'cross',
  'returning',
  'set',
  'with',
  'do',
])

function parseAlias(reader: TokenReader, fallback: string): { alias: string; columns: string[] } {
  const { kind, text } = reader.peek()
  const isNamed =
    reader.accept('as') || kind === 'quoted' || (kind === 'word' && !AFTER_SOURCE.has(text))
  const alias = isNamed ? reader.name() : fallback
  return { alias, columns: isNamed && reader.isNext('(') ? reader.names() : [] }
}
