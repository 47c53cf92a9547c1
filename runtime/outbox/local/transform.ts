// One JSONata expression on one value, bounded: time, depth and lengths by JSONata's own guards, patterns by RE2, the
// result by a walk that also ends on what is shared a thousand times. What they miss, the thread's end cuts.

import jsonata from 'jsonata'
import { RE2JS } from 're2js'
import type { EffectError } from '#machines/contracts/event.ts'
import type { Json } from '#machines/contracts/json.ts'
import { boundPattern, type BoundedPattern } from '#machines/expression/pattern.ts'
import { toStorableText } from '../../connectors/json-body.ts'

export type TransformResult = { ok: true; output: Json } | { ok: false; error: EffectError }

/** JSONata checks the clock between the parts of an expression. */
const LIMITS = { timeout: 100, stack: 200, sequence: 10_000 }
/** The result becomes an event, which holds at most 256 KiB. */
const MAX_RESULT_BYTES = 128 * 1024
const MAX_RESULT_DEPTH = 32
const MAX_PAD = 10_000
/** JSONata's codes for its own limits. */
const LIMIT_CODES = new Set(['D1011', 'D1012', 'D2015', 'D2014'])

/** Evaluates an expression; whatever it does ends as a value. */
export async function transform(expression: string, input: Json): Promise<TransformResult> {
  try {
    const compiled = jsonata(expression, { ...LIMITS, RegexEngine: LinearRegExp as never })
    compiled.registerFunction('pad', padBounded, '<s-ns?:s>')
    // Its expression would be read with the host's patterns.
    compiled.registerFunction('eval', refuseEval, '<sx?:x>')
    const result: unknown = await compiled.evaluate(input)
    return { ok: true, output: copyBounded(result) }
  } catch (error) {
    return { ok: false, error: errorOf(error) }
  }
}

/** JSONata makes one for each pattern and moves `lastIndex` from match to match. */
class LinearRegExp {
  lastIndex = 0
  private readonly bounded: BoundedPattern
  private matcher: { text: string; at: ReturnType<RE2JS['matcher']> } | null = null

  constructor({ source, flags }: RegExp) {
    const caseless = flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0
    const multiline = flags.includes('m') ? RE2JS.MULTILINE : 0
    this.bounded = boundPattern(source, caseless | multiline)
  }

  exec(text: string): (string[] & { index: number }) | null {
    const { pattern, longest } = this.bounded
    if (text.length > longest) throw new Error('The text is too long for its pattern')
    if (this.matcher?.text !== text) this.matcher = { text, at: pattern.matcher(text) }
    const { at } = this.matcher
    if (this.lastIndex > text.length || !at.find(this.lastIndex)) return null
    this.lastIndex = at.end()
    const groups = Array.from({ length: at.groupCount() + 1 }, (_, group) => at.group(group) ?? '')
    return Object.assign(groups, { index: at.start() })
  }
}

function padBounded(text: string, width: number, filler = ' '): string {
  if (Math.abs(width) > MAX_PAD) throw new Error(`$pad: at most ${MAX_PAD} characters`)
  const by = filler === '' ? ' ' : filler
  return width < 0 ? text.padStart(-width, by) : text.padEnd(width, by)
}

function refuseEval(): never {
  throw new Error('$eval is not offered')
}

/** A copy that is plain JSON, without JSONata's marks on its lists. */
function copyBounded(result: unknown): Json {
  let left = MAX_RESULT_BYTES
  const spend = (bytes: number): void => {
    left -= bytes
    if (left < 0) throw new Limit(`The result has more than ${MAX_RESULT_BYTES} bytes`)
  }
  const copyText = (text: string): string => {
    const storable = toStorableText(text.slice(0, MAX_RESULT_BYTES))
    spend(
      text.length > MAX_RESULT_BYTES ? text.length : Buffer.byteLength(JSON.stringify(storable)),
    )
    return storable
  }
  const copy = (value: unknown, depth: number): Json => {
    if (depth > MAX_RESULT_DEPTH) throw new Limit(`The result is deeper than ${MAX_RESULT_DEPTH}`)
    spend(2)
    if (typeof value === 'string') return copyText(value)
    if (typeof value === 'boolean') return value
    if (typeof value === 'number') {
      spend(24)
      return Number.isFinite(value) ? value : null
    }
    if (typeof value !== 'object' || value === null) return null
    if (Array.isArray(value)) return value.map((item) => copy(item, depth + 1))
    if (isFunction(value)) return null
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [copyText(key), copy(item, depth + 1)]),
    )
  }
  return copy(result, 0)
}

/** JSONata's functions are objects. */
function isFunction(value: object): boolean {
  return '_jsonata_lambda' in value || '_jsonata_function' in value
}

class Limit extends Error {}

function errorOf(error: unknown): EffectError {
  const { code, message } = error as { code?: unknown; message?: unknown }
  const words = typeof message === 'string' ? message : 'The expression could not be evaluated'
  if (error instanceof Limit) return { code: 'TRANSFORM_LIMIT', message: words }
  if (typeof code !== 'string') return { code: 'TRANSFORM_FAILED', message: words }
  const isLimit = LIMIT_CODES.has(code)
  return { code: isLimit ? 'TRANSFORM_LIMIT' : 'TRANSFORM_FAILED', message: `${code}: ${words}` }
}
