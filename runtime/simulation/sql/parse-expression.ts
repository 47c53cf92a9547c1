// Expressions by precedence climbing, as PostgreSQL ranks its operators.

import type { CallExpression, Expression, OrderItem } from './ast.ts'
import type { TokenReader } from './tokens.ts'

/** Higher binds tighter. */
const RANKS: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  '=': 5,
  '<': 5,
  '>': 5,
  '<=': 5,
  '>=': 5,
  '<>': 5,
  '~': 7,
  '!~': 7,
  '~*': 7,
  '!~*': 7,
  '->': 7,
  '->>': 7,
  '#>': 7,
  '#>>': 7,
  '||': 7,
  '@>': 7,
  '<@': 7,
  '&&': 7,
  '?': 7,
  '?|': 7,
  '?&': 7,
  '+': 8,
  '-': 8,
  '*': 9,
  '/': 9,
  '%': 9,
}
const NOT_RANK = 3
const IS_RANK = 4
const IN_RANK = 6
const UNARY_RANK = 11

export function parseExpression(reader: TokenReader, least = 0): Expression {
  let left = parsePrefix(reader)
  for (;;) {
    const next = parseSuffix(reader, left, least)
    if (next === null) return left
    left = next
  }
}

function parsePrefix(reader: TokenReader): Expression {
  if (reader.accept('not'))
    return { kind: 'unary', op: 'not', arg: parseExpression(reader, NOT_RANK) }
  if (reader.accept('-'))
    return { kind: 'unary', op: '-', arg: parseExpression(reader, UNARY_RANK) }
  return parsePostfix(reader, parsePrimary(reader))
}

/** Casts and subscripts bind tightest. */
function parsePostfix(reader: TokenReader, given: Expression): Expression {
  let arg = given
  for (;;) {
    if (reader.accept('::')) arg = { kind: 'cast', arg, type: parseType(reader) }
    else if (reader.accept('[')) {
      arg = { kind: 'index', arg, at: parseExpression(reader) }
      reader.expect(']')
    } else return arg
  }
}

function parseSuffix(reader: TokenReader, left: Expression, least: number): Expression | null {
  const { kind, text } = reader.peek()
  if (kind !== 'op' && kind !== 'word') return null
  const rank = RANKS[text]
  if (rank !== undefined) return rank > least ? parseBinary(reader, left, rank) : null
  if (text === 'is') return IS_RANK > least ? parseIs(reader, left) : null
  if (IN_RANK <= least) return null
  const not = text === 'not' && reader.accept('not')
  if (reader.accept('in')) return parseIn(reader, left, not)
  if (reader.accept('between')) return parseBetween(reader, left, not)
  if (reader.accept('like'))
    return negated(binary('like', left, parseExpression(reader, IN_RANK)), not)
  if (reader.accept('ilike'))
    return negated(binary('ilike', left, parseExpression(reader, IN_RANK)), not)
  return null
}

function parseBinary(reader: TokenReader, left: Expression, rank: number): Expression {
  const op = reader.next().text
  const word = ['any', 'some', 'all'].find((quantifier) => reader.isNext(quantifier, '('))
  if (word === undefined) return binary(op, left, parseExpression(reader, rank))
  reader.next()
  const right = reader.parenthesized(() =>
    reader.isQuery()
      ? ({ kind: 'arrayQuery', query: reader.query() } as const)
      : parseExpression(reader),
  )
  return { kind: 'quantified', op, left, right, all: word === 'all' }
}

function parseIs(reader: TokenReader, arg: Expression): Expression {
  reader.expect('is')
  const not = reader.accept('not')
  if (reader.accept('distinct', 'from')) {
    const same = binary('is not distinct', arg, parseExpression(reader, IS_RANK))
    return not ? same : { kind: 'unary', op: 'not', arg: same }
  }
  for (const what of ['null', 'true', 'false'] as const)
    if (reader.accept(what)) return { kind: 'is', arg, what, not }
  throw reader.unexpected('null, true, false or distinct from')
}

function parseIn(reader: TokenReader, left: Expression, not: boolean): Expression {
  return reader.parenthesized(() =>
    reader.isQuery()
      ? { kind: 'in', left, list: null, query: reader.query(), not }
      : { kind: 'in', left, list: reader.list(() => parseExpression(reader)), query: null, not },
  )
}

function parseBetween(reader: TokenReader, left: Expression, not: boolean): Expression {
  const low = parseExpression(reader, IN_RANK)
  reader.expect('and')
  const high = parseExpression(reader, IN_RANK)
  return negated(binary('and', binary('>=', left, low), binary('<=', left, high)), not)
}

function binary(op: string, left: Expression, right: Expression): Expression {
  return { kind: 'binary', op, left, right }
}

function negated(arg: Expression, not: boolean): Expression {
  return not ? { kind: 'unary', op: 'not', arg } : arg
}

function parsePrimary(reader: TokenReader): Expression {
  const token = reader.peek()
  if (token.kind === 'word') return parseWord(reader)
  reader.next()
  switch (token.kind) {
    case 'number':
      return {
        kind: 'literal',
        value: Number(token.text),
        type: /[.eE]/.test(token.text) ? 'numeric' : 'int',
      }
    case 'string':
      return { kind: 'literal', value: token.text, type: 'unknown' }
    case 'param':
      return { kind: 'param', index: Number(token.text) - 1 }
    case 'quoted':
      return parseColumn(reader, token.text)
    case 'op':
      if (token.text === '(') return parseParenthesis(reader)
      if (token.text === '*') return { kind: 'column', table: null, name: '*' }
      throw reader.unexpected('an expression', token)
    case 'end':
      throw reader.unexpected('an expression', token)
  }
}

function parseParenthesis(reader: TokenReader): Expression {
  if (reader.isQuery()) {
    const query = reader.query()
    reader.expect(')')
    return { kind: 'subquery', query }
  }
  const items = reader.list(() => parseExpression(reader))
  reader.expect(')')
  const [only] = items
  return items.length === 1 && only ? only : { kind: 'row', items }
}

const CONSTANTS: Readonly<Record<string, { value: unknown; type: string }>> = {
  null: { value: null, type: 'unknown' },
  true: { value: true, type: 'boolean' },
  false: { value: false, type: 'boolean' },
}

function parseWord(reader: TokenReader): Expression {
  const word = reader.next().text
  const constant = CONSTANTS[word]
  if (constant) return { kind: 'literal', ...constant }
  if (word === 'case') return parseCase(reader)
  if (word === 'exists' && reader.isNext('('))
    return { kind: 'exists', query: reader.parenthesized(() => reader.query()) }
  if (word === 'array') return parseArray(reader)
  if (word === 'cast' && reader.isNext('(')) return parseCast(reader)
  if (word === 'row' && reader.isNext('('))
    return {
      kind: 'row',
      items: reader.parenthesized(() => reader.list(() => parseExpression(reader))),
    }
  const { kind, text } = reader.peek()
  if (kind === 'string' && (word === 'interval' || word === 'timestamptz' || word === 'date')) {
    reader.next()
    return { kind: 'cast', arg: { kind: 'literal', value: text, type: 'unknown' }, type: word }
  }
  return reader.isNext('(') ? parseCall(reader, word) : parseColumn(reader, word)
}

function parseColumn(reader: TokenReader, name: string): Expression {
  if (!reader.accept('.')) return { kind: 'column', table: null, name }
  if (reader.accept('*')) return { kind: 'column', table: name, name: '*' }
  return { kind: 'column', table: name, name: reader.name() }
}

function parseCase(reader: TokenReader): Expression {
  const subject = reader.isNext('when') ? null : parseExpression(reader)
  const whens: { when: Expression; then: Expression }[] = []
  while (reader.accept('when')) {
    const when = parseExpression(reader)
    reader.expect('then')
    whens.push({ when, then: parseExpression(reader) })
  }
  const otherwise = reader.accept('else') ? parseExpression(reader) : null
  reader.expect('end')
  return { kind: 'case', subject, whens, otherwise }
}

function parseArray(reader: TokenReader): Expression {
  if (reader.isNext('('))
    return { kind: 'arrayQuery', query: reader.parenthesized(() => reader.query()) }
  reader.expect('[')
  const items = reader.isNext(']') ? [] : reader.list(() => parseExpression(reader))
  reader.expect(']')
  return { kind: 'array', items }
}

function parseCast(reader: TokenReader): Expression {
  return reader.parenthesized(() => {
    const arg = parseExpression(reader)
    reader.expect('as')
    return { kind: 'cast', arg, type: parseType(reader) }
  })
}

function parseCall(reader: TokenReader, name: string): CallExpression {
  const call: CallExpression = {
    kind: 'call',
    name,
    args: [],
    named: {},
    star: false,
    distinct: false,
    orderBy: [],
    filter: null,
    over: null,
  }
  reader.expect('(')
  if (reader.accept('*')) call.star = true
  else if (!reader.isNext(')')) parseArguments(reader, call)
  reader.expect(')')
  if (reader.accept('filter'))
    call.filter = reader.parenthesized(() => {
      reader.expect('where')
      return parseExpression(reader)
    })
  if (reader.accept('over')) call.over = reader.parenthesized(() => parseWindow(reader))
  return call
}

function parseArguments(reader: TokenReader, call: CallExpression): void {
  call.distinct = reader.accept('distinct')
  reader.list(() => {
    const isNamed = reader.peek(1).text === '=>' || reader.peek(1).text === ':='
    if (isNamed) {
      const name = reader.name()
      reader.next()
      call.named[name] = parseExpression(reader)
      return
    }
    if (call.name === 'extract' && call.args.length === 0) {
      call.args.push({ kind: 'literal', value: reader.name(), type: 'text' })
      reader.expect('from')
    }
    call.args.push(parseExpression(reader))
  })
  if (reader.accept('order', 'by')) call.orderBy = parseOrder(reader)
}

function parseWindow(reader: TokenReader): NonNullable<CallExpression['over']> {
  const partitionBy = reader.accept('partition', 'by')
    ? reader.list(() => parseExpression(reader))
    : []
  const orderBy = reader.accept('order', 'by') ? parseOrder(reader) : []
  if (reader.accept('rows', 'unbounded', 'preceding')) return { partitionBy, orderBy }
  return { partitionBy, orderBy }
}

export function parseOrder(reader: TokenReader): OrderItem[] {
  return reader.list(() => {
    const expression = parseExpression(reader)
    const descending = reader.accept('desc') || (reader.accept('asc'), false)
    let nullsFirst = descending
    if (reader.accept('nulls')) {
      nullsFirst = reader.accept('first')
      if (!nullsFirst) reader.expect('last')
    }
    return { expression, descending, nullsFirst }
  })
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  int4: 'int',
  integer: 'int',
  int8: 'bigint',
  int2: 'smallint',
  float8: 'float8',
  real: 'float8',
  float4: 'float8',
  bool: 'boolean',
  varchar: 'text',
}

/** A type's name in one spelling, e.g. `int`, `timestamptz`, `text[]`. */
export function parseType(reader: TokenReader): string {
  const word = reader.name()
  let type = TYPE_NAMES[word] ?? word
  if (word === 'double') {
    reader.expect('precision')
    type = 'float8'
  }
  if (word === 'timestamp' && reader.accept('with', 'time', 'zone')) type = 'timestamptz'
  if (reader.accept('(')) {
    while (!reader.accept(')')) reader.next()
  }
  if (!reader.accept('[')) return type
  reader.expect(']')
  return `${type}[]`
}
