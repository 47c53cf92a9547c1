// A source's mapping: which of a sender's words become which field of a lead. Data that people edit, applied at intake.

import { FluxoError } from '#machines/contracts/errors.ts'
import { isJsonObject, type Json, type JsonObject } from '#machines/contracts/json.ts'
import type { LeadMapping, Rule, Transform } from '#machines/contracts/sources.ts'
import { compilePath } from '#machines/expression/path.ts'
import { normalizePhone } from '../phone.ts'

/** A lead's own fields; those of `fields.…` lie flat among them. */
export interface Mapped {
  fields: JsonObject
  /** What was found for a target, for errors: `phone` is `$.lead.tel`. */
  pathOf: (field: string) => string
}

/** What cannot be read as what a rule wants. */
class Unfit extends Error {}

const AGREED = new Set([
  'true',
  'yes',
  'y',
  'sim',
  's',
  '1',
  'on',
  'x',
  'aceito',
  'agree',
  'agreed',
])
const GROUPS = new Set(['consents', 'utm', 'ad', 'click'])

/**
 * Applies a mapping.
 * @throws {FluxoError} WEBHOOK_BODY_INVALID with the rule that fails: `phone ($.lead.tel)`
 */
export function applyMapping(body: JsonObject, { rules }: LeadMapping): Mapped {
  const fields: JsonObject = {}
  const paths = new Map<string, string>()
  for (const [index, rule] of rules.entries()) {
    const value = valueOf(body, rule, index)
    if (isNothing(value)) {
      if (rule.required === true) refuse(rule, index, 'is missing')
      continue
    }
    paths.set(rule.to, rule.path ?? rule.to)
    put(fields, rule.to, value as Json)
  }
  return { fields, pathOf: (field) => paths.get(field) ?? field }
}

function valueOf(body: JsonObject, rule: Rule, index: number): Json | undefined {
  try {
    const found = rule.path === undefined ? undefined : read(rule.path, body)
    return rule.transforms.reduce<Json | undefined>(transform, found)
  } catch (error) {
    if (error instanceof Unfit) return refuse(rule, index, error.message)
    throw error
  }
}

/** Paths are compiled once: a source's are few and used for each of its leads. */
const compiled = new Map<string, ReturnType<typeof compilePath>>()
const MOST_COMPILED = 5_000

function read(path: string, body: JsonObject): Json | undefined {
  let query = compiled.get(path)
  if (!query) {
    try {
      query = compilePath(path)
    } catch (error) {
      throw new Unfit(`has no valid path: ${(error as Error).message}`, { cause: error })
    }
    if (compiled.size >= MOST_COMPILED) compiled.clear()
    compiled.set(path, query)
  }
  return query(body as never)
}

/** A path that nobody can read is refused when the mapping is saved. @returns the first wrong rule, or null */
export function findWrongPath({ rules }: LeadMapping): { index: number; problem: string } | null {
  for (const [index, { path }] of rules.entries()) {
    try {
      if (path !== undefined) compilePath(path)
    } catch (error) {
      return { index, problem: (error as Error).message }
    }
  }
  return null
}

function transform(value: Json | undefined, step: Transform): Json | undefined {
  if (step.type === 'const') return step.value
  if (isNothing(value)) return value
  const text = textOf(value as Json)
  switch (step.type) {
    case 'trim':
      return text.trim()
    case 'lower':
      return text.toLowerCase()
    case 'upper':
      return text.toUpperCase()
    case 'phone':
      return normalizePhone(text) ?? unfit(`is not a phone number: ${shorten(text)}`)
    case 'email':
      return text.trim().toLowerCase()
    case 'boolean':
      return AGREED.has(text.trim().toLowerCase())
    case 'split':
      return text
        .split(step.by)
        .map((part) => part.trim())
        .filter((part) => part !== '')
    case 'date':
      return dateOf(text.trim()) ?? unfit(`is not a date: ${shorten(text)}`)
  }
}

const BRAZIL_DATE = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?$/

/** Without an offset it is Brazil's own time. */
function dateOf(text: string): string | null {
  const [, day = '', month = '', year = '', hour = '0', minute = '00', second = '00'] =
    BRAZIL_DATE.exec(text) ?? []
  const iso = day
    ? `${year}-${two(month)}-${two(day)}T${two(hour)}:${minute}:${second}-03:00`
    : text
  const at = Date.parse(iso)
  return Number.isNaN(at) ? null : new Date(at).toISOString()
}

const two = (digits: string): string => digits.padStart(2, '0')

function put(fields: JsonObject, to: string, value: Json): void {
  const [group = '', name] = to.split('.')
  if (name === undefined) fields[to] = to === 'tags' ? joinTags(fields['tags'], value) : value
  else if (group === 'fields') fields[name] = value
  else if (GROUPS.has(group)) {
    const known = fields[group]
    fields[group] = { ...(isJsonObject(known) && known), [name]: value }
  }
}

/** Several rules may add tags. */
function joinTags(known: Json | undefined, value: Json): Json {
  const tagsOf = (tags: Json): Json[] =>
    typeof tags === 'string' ? tags.split(',') : [tags].flat()
  return [...(known === undefined ? [] : tagsOf(known)), ...tagsOf(value)].map(String)
}

const isNothing = (value: Json | undefined): boolean =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '')

const textOf = (value: Json): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value)

const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text)

function unfit(problem: string): never {
  throw new Unfit(problem)
}

function refuse({ to, path }: Rule, index: number, problem: string): never {
  const place = path === undefined ? to : `${to} (${path})`
  throw new FluxoError('WEBHOOK_BODY_INVALID', {
    message: `${place} ${problem}`,
    field: `rules[${index}]`,
  })
}
