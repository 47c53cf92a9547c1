// One look over JSON text that is read forgivingly: is it nested too deep, and is there anything in it that must not
// be kept as JSON.parse reads it. Nearly every body of a provider is plain, and then nothing is gone through again.

const QUOTE = 0x22
const BACKSLASH = 0x5c
const LOWER_E = 0x65
const UPPER_E = 0x45
/** Sixteen digits may be more than a number holds. */
const MOST_DIGITS = 15

/**
 * `plain` is kept as JSON.parse reads it. `odd` may hold numbers that lose digits or do not fit, `__proto__`, `\u0000`
 * or halves of a surrogate pair; none of these can be there without an escape, a long number, an exponent or that key.
 * Malformed text is left to the parser. Iterative on purpose: hostile nesting must not reach anything that recurses.
 */
export function surveyJson(text: string, maxDepth: number): 'plain' | 'odd' | 'too deep' {
  let depth = 0
  let isOdd = text.includes('\\u') || text.includes('__proto__')
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charCodeAt(index)
    if (char === QUOTE) index = endOfString(text, index)
    else if (char === 0x7b || char === 0x5b) {
      depth += 1
      if (depth > maxDepth) return 'too deep'
    } else if (char === 0x7d || char === 0x5d) depth -= 1
    else if (isDigit(char)) {
      const end = endOfDigits(text, index)
      const next = text.charCodeAt(end)
      isOdd ||= end - index > MOST_DIGITS || next === LOWER_E || next === UPPER_E
      index = end - 1
    }
  }
  return isOdd ? 'odd' : 'plain'
}

/** Index of the closing quote, or the end of the text when there is none. */
function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index += 1) {
    const char = text.charCodeAt(index)
    if (char === BACKSLASH) index += 1
    else if (char === QUOTE) return index
  }
  return text.length
}

function endOfDigits(text: string, start: number): number {
  let index = start + 1
  while (isDigit(text.charCodeAt(index))) index += 1
  return index
}

function isDigit(char: number): boolean {
  return char >= 0x30 && char <= 0x39
}
