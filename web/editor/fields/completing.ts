// Completion in a text: what is being written at the caret, which known values match, and the text once one is chosen.

import type { Completion } from '../../checker/checking.ts'

export interface CompletionPlace {
  kind: 'value' | 'filter'
  /** What was written of it so far. */
  query: string
  /** The part of the text that a choice replaces. */
  from: number
  to: number
  /** How a choice is written: as it is, as a path `$.x`, or as a placeholder of its own. */
  form: 'plain' | 'path' | 'placeholder'
}

const WORD_BEFORE = /[\p{L}\p{N}_.[\]-]*$/u
const WORD_AFTER = /^[\p{L}\p{N}_.[\]-]*/u
const MOST = 50

/**
 * What can be completed at the caret, or null where nothing can.
 * @param options.mayBePath the field also takes a path such as `$.vars.total`
 * @param options.isAsked somebody pressed Ctrl-Space: outside of a placeholder one is begun
 */
export function placeAt(
  text: string,
  caret: number,
  { mayBePath, isAsked }: { mayBePath: boolean; isAsked: boolean },
): CompletionPlace | null {
  const open = openingBefore(text, caret)
  if (open !== null) return insidePlaceholder(text, caret, open)
  if (mayBePath && text.startsWith('$')) {
    const query = text.slice(0, caret).replace(/^\$\.?/u, '')
    return { kind: 'value', query, from: 0, to: text.length, form: 'path' }
  }
  return isAsked ? { kind: 'value', query: '', from: caret, to: caret, form: 'placeholder' } : null
}

/** Where the placeholder or tag begins that the caret is in. */
function openingBefore(text: string, caret: number): number | null {
  const before = text.slice(0, caret)
  const open = Math.max(before.lastIndexOf('{{'), before.lastIndexOf('{%'))
  if (open < 0) return null
  const close = Math.max(before.lastIndexOf('}}'), before.lastIndexOf('%}'))
  return close > open ? null : open
}

function insidePlaceholder(text: string, caret: number, open: number): CompletionPlace | null {
  const inner = text.slice(open + 2, caret)
  if (isQuoted(inner)) return null
  const word = WORD_BEFORE.exec(inner)?.[0] ?? ''
  const from = caret - word.length
  const to = caret + (WORD_AFTER.exec(text.slice(caret))?.[0].length ?? 0)
  const isTag = text[open + 1] === '%'
  const pipe = inner.lastIndexOf('|')
  if (pipe >= 0 && !isQuoted(inner.slice(0, pipe))) {
    const rest = inner.slice(pipe + 1)
    if (!rest.includes(':')) return { kind: 'filter', query: word, from, to, form: 'plain' }
  }
  // The first word of a tag is its name.
  if (isTag && inner.trim() === word) return null
  return { kind: 'value', query: word, from, to, form: 'plain' }
}

function isQuoted(inner: string): boolean {
  let quote: string | null = null
  for (const character of inner) {
    if (quote !== null) quote = character === quote ? null : quote
    else if (character === '"' || character === "'") quote = character
  }
  return quote !== null
}

/** Known values that match what was written, best first. */
export function matchingValues(
  completions: readonly Completion[],
  query: string,
): readonly Completion[] {
  return ranked(completions, query, ({ path }) => path)
}

/** Names of filters that match. */
export function matchingFilters(filters: readonly string[], query: string): readonly string[] {
  return ranked(filters, query, (name) => name)
}

function ranked<Item>(
  items: readonly Item[],
  query: string,
  nameOf: (item: Item) => string,
): readonly Item[] {
  const wanted = query.toLocaleLowerCase()
  const ranks = items.flatMap((item) => {
    const rank = rankOf(nameOf(item).toLocaleLowerCase(), wanted)
    return rank === null ? [] : [{ item, rank }]
  })
  // Sorting is stable: what the list says first stays first among equals.
  return ranks
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, MOST)
    .map(({ item }) => item)
}

function rankOf(name: string, wanted: string): number | null {
  if (name.startsWith(wanted)) return 0
  const last = name.slice(name.lastIndexOf('.') + 1)
  if (last.startsWith(wanted)) return 1
  return name.includes(wanted) ? 2 : null
}

/** What a filter needs beside its name, as it is usually written. */
const ARGUMENTS: Readonly<Record<string, string>> = {
  append: ': ""',
  prepend: ': ""',
  default: ': ""',
  date: ': "%d/%m/%Y"',
  join: ': ", "',
  split: ': " "',
  replace: ': "", ""',
  replace_first: ': "", ""',
  remove: ': ""',
  remove_first: ': ""',
  truncate: ': 20',
  truncatewords: ': 5',
  plus: ': 1',
  minus: ': 1',
  times: ': 2',
  divided_by: ': 2',
  modulo: ': 2',
  round: ': 2',
  at_least: ': 0',
  at_most: ': 100',
  slice: ': 0, 5',
  map: ': ""',
  where: ': "", ""',
}

/** The text after a choice, and where the caret stands then. */
export function completed(
  text: string,
  place: CompletionPlace,
  chosen: string,
): { text: string; caret: number } {
  const { from, to, form, kind } = place
  const before = text.slice(0, from)
  const after = text.slice(to)
  const written = kind === 'filter' ? chosen + (ARGUMENTS[chosen] ?? '') : chosen
  if (form === 'path') return joined('', `$.${written}`, '')
  if (form === 'placeholder') return joined(before, `{{ ${written} }}`, after)
  const space = /(?:\{[{%]|\|)$/u.test(before) ? ' ' : ''
  const isTag = before.lastIndexOf('{%') > before.lastIndexOf('{{')
  const isClosed = /^[^{]*?[}%]\}/u.test(after)
  const end = isClosed || isTag ? '' : ' }}'
  return joined(before, space + written + end, after)
}

function joined(before: string, middle: string, after: string): { text: string; caret: number } {
  return { text: before + middle + after, caret: before.length + middle.length }
}
