// One pass over JSON text, before and beside JSON.parse: what it may contain that a parser lets through.
// Iterative on purpose: hostile nesting must not reach anything that recurses.

export interface JsonFinding {
  problem: 'too deep' | 'duplicate key' | 'forbidden key'
  /** Keys that lead there, joined by dots. */
  path: string
}

interface Level {
  /** Keys seen so far; null inside an array. */
  keys: Set<string> | null
  /** Key whose value is being read. */
  key: string
}

/** Longest path that is told; keys may be long and hostile. */
const LONGEST_PATH = 200

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a

/**
 * Finds the first thing in `text` that we refuse although it may be valid JSON: nesting deeper
 * than `maxDepth`, a key twice in one object (RFC 8259 §4 leaves its meaning open), or keys that
 * could reach a prototype. Malformed text is left to the parser: null.
 */
export function scanJson(text: string, maxDepth: number): JsonFinding | null {
  const levels: Level[] = []
  let index = 0
  while (index < text.length) {
    const char = text.charCodeAt(index)
    if (char === QUOTE) {
      const end = endOfString(text, index)
      const isKey = text.charCodeAt(skipSpace(text, end)) === COLON
      const finding = isKey ? enterKey(levels, text.slice(index, end)) : null
      if (finding) return finding
      index = end
      continue
    }
    if (isOpening(char)) {
      if (levels.length === maxDepth) return { problem: 'too deep', path: pathOf(levels) }
      levels.push({ keys: char === 0x7b ? new Set() : null, key: '' })
    } else if (isClosing(char)) levels.pop()
    index += 1
  }
  return null
}

function enterKey(levels: Level[], quoted: string): JsonFinding | null {
  const level = levels.at(-1)
  const key = unquote(quoted)
  if (!level?.keys || key === null) return null
  const parent = levels.at(-2)?.key
  level.key = key
  if (level.keys.has(key)) return { problem: 'duplicate key', path: pathOf(levels) }
  level.keys.add(key)
  const reachesPrototype = key === '__proto__' || (key === 'prototype' && parent === 'constructor')
  return reachesPrototype ? { problem: 'forbidden key', path: pathOf(levels) } : null
}

/** Index after the closing quote, or the end of the text when there is none. */
function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index += 1) {
    const char = text.charCodeAt(index)
    if (char === BACKSLASH) index += 1
    else if (char === QUOTE) return index + 1
  }
  return text.length
}

function skipSpace(text: string, start: number): number {
  let index = start
  while (/[ \t\n\r]/.test(text.charAt(index))) index += 1
  return index
}

/** `"a"` and `"\u0061"` are the same key; null when it is not a JSON string at all. */
function unquote(quoted: string): string | null {
  if (!quoted.includes('\\')) return quoted.slice(1, -1)
  try {
    return JSON.parse(quoted) as string
  } catch {
    return null
  }
}

function isOpening(char: number): boolean {
  return char === 0x7b || char === 0x5b
}

function isClosing(char: number): boolean {
  return char === 0x7d || char === 0x5d
}

function pathOf(levels: readonly Level[]): string {
  const keys = levels.flatMap((level) => (level.keys && level.key !== '' ? [level.key] : []))
  return keys.join('.').slice(0, LONGEST_PATH)
}
