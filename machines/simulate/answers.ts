// Answers worth trying to a question: good ones by its rule, and one that is none.

import { isJsonObject, type Json, type JsonObject } from '../contracts/json.ts'
import { compilePattern, patternProblem } from '../expression/pattern.ts'

/** No number, no choice, and too short where a text has a least length. */
const NO_ANSWER = '?'
const DIGITS = Array.from({ length: 15 }, (_, index) => '123456789012345'.slice(0, index + 1))
/** Words of everyday kinds, of which one may match a pattern; others nobody can guess. */
const WORDS = ['x', 'sim', 'ana@example.com', '2026-03-10', 'ABC1D23', 'ABC-1234', ...DIGITS]

const GOOD: Record<string, (rule: JsonObject) => Json[]> = {
  text: () => ['Ana Souza'],
  number: ({ min, max }) => [numberWithin(min, max)],
  integer: ({ min, max }) => [numberWithin(min, max)],
  email: () => ['ana@example.com'],
  phone: () => ['(31) 99999-8888'],
  cpf: () => ['529.982.247-25'],
  date: () => ['31/12/2026'],
  pattern: ({ pattern }) => matchOf(pattern),
}

/** What a contact could write when asked by this `ask` node. */
export function answersTo({ answer = null, buttons = null }: JsonObject): Json[] {
  const rule = isJsonObject(answer) ? answer : {}
  const options = [...listOf(rule['choices']), ...listOf(buttons).map(titleOf)]
  const { type = 'text' } = rule
  const good = typeof type === 'string' && Object.hasOwn(GOOD, type) ? GOOD[type]?.(rule) : []
  return [...(options.length > 0 ? options : (good ?? [])), NO_ANSWER]
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}

function titleOf(button: Json): Json {
  return isJsonObject(button) ? (button['title'] ?? null) : null
}

function numberWithin(min: Json | undefined, max: Json | undefined): string {
  const found = [min, max].find((bound) => typeof bound === 'number')
  return String(found ?? 1)
}

function matchOf(pattern: Json | undefined): Json[] {
  if (typeof pattern !== 'string' || patternProblem(pattern) !== null) return []
  const found = WORDS.find(compilePattern(pattern))
  return found === undefined ? [] : [found]
}
