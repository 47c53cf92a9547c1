// Mappings as people edit them: the values of a payload, what a field of that name probably is, rules to and from rows.

import type { Json, JsonObject } from '#machines/contracts/json.ts'
import type { Rule, Transform } from '#machines/contracts/sources.ts'

export interface Leaf {
  path: string
  key: string
  depth: number
  /** Null where it holds others. */
  value: string | null
}

const MOST_LEAVES = 300

/** The payload as lines, each with its path. */
export function leavesOf(payload: JsonObject): Leaf[] {
  const leaves: Leaf[] = []
  add(payload, { path: '$', depth: 0 }, leaves)
  return leaves
}

interface At {
  path: string
  depth: number
}

function add(value: JsonObject | Json[], { path, depth }: At, leaves: Leaf[]): void {
  for (const [key, item] of Object.entries(value)) {
    if (leaves.length >= MOST_LEAVES) return
    const own = `${path}${stepOf(Array.isArray(value) ? Number(key) : key)}`
    if (typeof item === 'object' && item !== null) {
      leaves.push({ path: own, key, depth, value: null })
      add(item, { path: own, depth: depth + 1 }, leaves)
    } else leaves.push({ path: own, key, depth, value: textOf(item) })
  }
}

const textOf = (value: string | number | boolean | null): string => String(value)

function stepOf(key: string | number): string {
  if (typeof key === 'number') return `[${key}]`
  if (/^[\p{L}_][\p{L}\p{N}_]*$/u.test(key)) return `.${key}`
  return `['${key.replaceAll(/['\\]/g, '')}']`
}

const GUESSES: readonly [pattern: RegExp, to: string][] = [
  [/mail/i, 'email'],
  [/phone|fone|celular|whats|^tel/i, 'phone'],
  [/consent|opt.?in|aceit|lgpd/i, 'consents.marketing'],
  [/utm.?source/i, 'utm.source'],
  [/utm.?medium/i, 'utm.medium'],
  [/utm.?campaign/i, 'utm.campaign'],
  [/prova|proof/i, 'proof'],
  [/name|nome/i, 'name'],
  [/tag|etiqueta/i, 'tags'],
  [/mess?age|mensagem|coment/i, 'message'],
  [/external|codigo|código|^id$/i, 'external_id'],
]

/** What a field of this name most likely is; else a field of its own. */
export function guessTarget(key: string): string {
  const found = GUESSES.find(([pattern]) => pattern.test(key))
  return found ? found[1] : `fields.${fieldName(key)}`
}

/** A name that a lead's own field may have. */
export function fieldName(key: string): string {
  const name = key
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^[^\p{L}_]+/u, '')
    .slice(0, 60)
  return name === '' ? 'campo' : name
}

/** How values of this target are usually treated. */
export function usualTransforms(to: string): Transform[] {
  if (to === 'phone') return [{ type: 'phone' }]
  if (to === 'email') return [{ type: 'email' }]
  if (to.startsWith('consents.')) return [{ type: 'boolean' }]
  if (to === 'tags') return [{ type: 'split', by: ',' }]
  if (to === 'occurred_at') return [{ type: 'date' }]
  return [{ type: 'trim' }]
}

/** A rule for a value that somebody clicked. */
export const ruleFor = (key: string, path: string): Rule => {
  const to = guessTarget(key)
  return { to, path, transforms: usualTransforms(to) }
}

/** The path of a CSV column. */
export const columnPath = (column: string): string => `$['${column}']`
