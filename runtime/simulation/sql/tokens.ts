// SQL text to tokens: words, numbers, strings, parameters and operators; comments go.

import type { Query } from './ast.ts'

export interface Token {
  kind: 'word' | 'quoted' | 'number' | 'string' | 'param' | 'op' | 'end'
  /** Words in lower case, strings without their quotes. */
  text: string
  at: number
}

const PATTERN =
  /(?<space>\s+|--[^\n]*|\/\*[\s\S]*?\*\/)|(?<dollar>\$[a-z_]*\$)|(?<param>\$\d+)|(?<string>[eE]?'(?:[^']|'')*')|(?<quoted>"(?:[^"]|"")*")|(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<word>[A-Za-z_][A-Za-z0-9_]*)|(?<op>::|:=|=>|->>|->|#>>|#>|<>|!=|<=|>=|<@|@>|&&|\|\||!~\*|!~|~\*|\?\||\?&|[-+*/%^<>=~?()[\],.;:])/y

/** @throws {Error} at a character that no token begins with */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < sql.length) {
    PATTERN.lastIndex = at
    const match = PATTERN.exec(sql)
    if (!match) throw new Error(`SQL: cannot read "${sql.slice(at, at + 30)}"`)
    const { groups = {} } = match
    let end = at + match[0].length
    if (groups['dollar'] !== undefined) {
      const close = sql.indexOf(groups['dollar'], end)
      if (close < 0) throw new Error('SQL: a dollar quote does not end')
      tokens.push({ kind: 'string', text: sql.slice(end, close), at })
      end = close + groups['dollar'].length
    } else if (groups['space'] === undefined) tokens.push(tokenOf(groups, at))
    at = end
  }
  tokens.push({ kind: 'end', text: '', at })
  return tokens
}

function tokenOf(groups: Record<string, string | undefined>, at: number): Token {
  const { param, string, quoted, number, word, op } = groups
  if (param !== undefined) return { kind: 'param', text: param.slice(1), at }
  if (string !== undefined) return { kind: 'string', text: textOf(string), at }
  if (quoted !== undefined)
    return { kind: 'quoted', text: quoted.slice(1, -1).replaceAll('""', '"'), at }
  if (number !== undefined) return { kind: 'number', text: number, at }
  if (word !== undefined) return { kind: 'word', text: word.toLowerCase(), at }
  return { kind: 'op', text: op === '!=' ? '<>' : (op ?? ''), at }
}

function textOf(string: string): string {
  return string.slice(string.indexOf("'") + 1, -1).replaceAll("''", "'")
}

/** Reads tokens one after the other. */
export class TokenReader {
  private at = 0
  private readonly tokens: readonly Token[]
  private readonly parseQuery: (reader: TokenReader) => Query

  constructor(tokens: readonly Token[], parseQuery: (reader: TokenReader) => Query) {
    this.tokens = tokens
    this.parseQuery = parseQuery
  }

  /** A query stands wherever an expression or a source may. */
  query(): Query {
    return this.parseQuery(this)
  }

  isQuery(): boolean {
    return ['select', 'with', 'values', 'insert', 'update', 'delete'].some((word) =>
      this.isNext(word),
    )
  }

  peek(ahead = 0): Token {
    return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)] as Token
  }

  next(): Token {
    const token = this.peek()
    this.at += 1
    return token
  }

  /** True when the next tokens are these words or operators. */
  isNext(...texts: string[]): boolean {
    return texts.every((text, ahead) => {
      const { kind, text: given } = this.peek(ahead)
      return given === text && (kind === 'word' || kind === 'op')
    })
  }

  /** Takes these words or operators when they come next. */
  accept(...texts: string[]): boolean {
    if (!this.isNext(...texts)) return false
    this.at += texts.length
    return true
  }

  /** @throws {Error} when something else comes next */
  expect(...texts: string[]): void {
    if (!this.accept(...texts)) throw this.unexpected(`"${texts.join(' ')}"`)
  }

  name(): string {
    const token = this.next()
    if (token.kind === 'word' || token.kind === 'quoted') return token.text
    throw this.unexpected('a name', token)
  }

  list<Item>(read: () => Item): Item[] {
    const items = [read()]
    while (this.accept(',')) items.push(read())
    return items
  }

  names(): string[] {
    return this.parenthesized(() => this.list(() => this.name()))
  }

  parenthesized<Item>(read: () => Item): Item {
    this.expect('(')
    const item = read()
    this.expect(')')
    return item
  }

  unexpected(wanted: string, token = this.peek()): Error {
    return new Error(`SQL: wanted ${wanted}, found "${token.text}" at ${token.at}`)
  }
}
