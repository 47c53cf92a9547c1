// One pass over JSON text before it is parsed: nesting that would exhaust a recursive reader, and strings that
// PostgreSQL cannot store (NUL, half of a surrogate pair).

export const MAX_JSON_DEPTH = 64

const QUOTE = 0x22
const BACKSLASH = 0x5c
/** `[` and `{` differ only in this bit, and so do `]` and `}`. */
const CURLY = 0x20
const OPEN = 0x7b
const CLOSE = 0x7d

/** What is wrong with the text, or null. Whether it is JSON at all is the parser's question. */
export function findJsonProblem(text: string): string | null {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfString(text, at)
    else if ((code | CURLY) === CLOSE) depth--
    else if ((code | CURLY) === OPEN && ++depth > MAX_JSON_DEPTH) {
      return `The body is nested more than ${MAX_JSON_DEPTH} deep`
    }
  }
  return findBadEscape(text)
}

function endOfString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text.charCodeAt(at) !== QUOTE) {
    at += text.charCodeAt(at) === BACKSLASH ? 2 : 1
  }
  return at
}

// A whole pair of escapes, one \u escape alone, or any other escape: read in this order, never out of step.
const ESCAPES = /\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u[\da-fA-F]{4}|\\[^u]/g

function findBadEscape(text: string): string | null {
  for (const [escape] of text.matchAll(ESCAPES)) {
    if (escape.length !== 6) continue
    if (escape === '\\u0000') return 'The body contains a NUL'
    if (/^\\u[dD][89a-fA-F]/.test(escape)) return 'The body contains half of a surrogate pair'
  }
  return null
}
