// Patterns of conditions, in RE2's syntax and by its algorithm: time grows with the text, never with its powers
// (reliability §8, ReDoS). What would still take long is bounded by size.

import { RE2JS } from 're2js'

const MAX_PATTERN_CHARS = 500
const MAX_PROGRAM = 1000
const MAX_TEXT_CHARS = 50_000
/** Instructions of the pattern times characters of the text; about 50 ms. */
const MAX_WORK = 1_500_000

/** A compiled pattern, and the longest text that it may be run on. */
export interface BoundedPattern {
  pattern: RE2JS
  longest: number
}

/**
 * Compiles a pattern, e.g. `(?i)^quero .*plano`.
 * @throws {Error} with RE2's sentence when the syntax is wrong, or the pattern is too large.
 */
export function boundPattern(source: string, flags = 0): BoundedPattern {
  if (source.length > MAX_PATTERN_CHARS)
    throw new Error(`A pattern has at most ${MAX_PATTERN_CHARS} characters`)
  const pattern = RE2JS.compile(source, flags)
  const size = pattern.programSize()
  if (size > MAX_PROGRAM) throw new Error('The pattern is too large')
  return { pattern, longest: Math.min(MAX_TEXT_CHARS, Math.floor(MAX_WORK / size)) }
}

/**
 * Makes the test whether a pattern is found anywhere in a text; a text that is too long for it (50,000
 * characters, less for large patterns) is no match.
 * @throws {Error} as `boundPattern`.
 */
export function compilePattern(source: string): (text: string | null) => boolean {
  const { pattern, longest } = boundPattern(source)
  return (text) => text !== null && text.length <= longest && pattern.test(text)
}

/** What is wrong with a pattern, or null. */
export function patternProblem(source: string): string | null {
  try {
    compilePattern(source)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
