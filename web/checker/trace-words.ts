// The way that shows a problem, as a sentence: what a contact passes, and what makes it go there. Pure.

import type { DiagnosticTrace } from '#machines/contracts/api.ts'
import { humanizeDurations } from '../ui/iso-duration.ts'

/** Longer ways are told by their beginning and their end. */
const MOST_STATES = 6
const SHOWN_FIRST = 3
const MOST_CAUSES = 4

export interface TraceWords {
  titleOf: (nodeId: string) => string
  eventName: (type: string) => string
  locale: string
  t: (
    key:
      | 'checker.path.only'
      | 'checker.path.passes'
      | 'checker.path.more'
      | 'checker.path.when'
      | 'checker.cause.writes'
      | 'checker.cause.passes'
      | 'checker.cause.happens'
      | 'checker.cause.fails'
      | 'checker.cause.gives'
      | 'checker.cause.more',
    named: Record<string, unknown>,
    count?: number,
  ) => string
}

/** Empty where there is no way to tell of. */
export function traceSentence(trace: DiagnosticTrace | null, words: TraceWords): string {
  const way = wayWords(trace?.states ?? [], words)
  const causes = (trace?.script ?? []).flatMap((entry) => causeWords(entry, words))
  if (way === '' || causes.length === 0) return way
  const when = words.t('checker.path.when', { causes: causeList(causes, words) })
  return `${way} ${when}`
}

function wayWords(states: readonly string[], { titleOf, locale, t }: TraceWords): string {
  const titles = states
    .map((id) => `“${titleOf(id)}”`)
    .filter((title, index, all) => title !== all[index - 1])
  const last = titles.pop()
  if (last === undefined) return ''
  if (titles.length === 0) return t('checker.path.only', { last })
  const left = titles.length - MOST_STATES
  const told =
    left > 0
      ? [
          ...titles.slice(0, SHOWN_FIRST),
          t('checker.path.more', { count: left + 1 }, left + 1),
          ...titles.slice(SHOWN_FIRST + left + 1),
        ]
      : titles
  const passed = listIn(locale).format(told)
  return t('checker.path.passes', { passed, last })
}

function causeWords(entry: object, { titleOf, eventName, locale, t }: TraceWords): string[] {
  const { message, skip, event, result } = entry as {
    message?: string | { text?: string }
    skip?: string
    event?: { type?: string }
    result?: { node?: string; error?: unknown; output?: unknown }
  }
  if (message !== undefined) {
    const text = typeof message === 'string' ? message : (message.text ?? '')
    return [t('checker.cause.writes', { text })]
  }
  if (skip !== undefined) {
    return [t('checker.cause.passes', { span: humanizeDurations(skip, locale) })]
  }
  if (event?.type !== undefined)
    return [t('checker.cause.happens', { event: eventName(event.type) })]
  if (result?.node === undefined) return []
  const state = titleOf(result.node)
  if (result.error !== undefined) return [t('checker.cause.fails', { state })]
  return [t('checker.cause.gives', { state, value: JSON.stringify(result.output ?? null) })]
}

function causeList(causes: readonly string[], { locale, t }: TraceWords): string {
  const left = causes.length - MOST_CAUSES
  const told =
    left > 1
      ? [...causes.slice(0, MOST_CAUSES), t('checker.cause.more', { count: left }, left)]
      : causes
  return listIn(locale).format(told)
}

const lists = new Map<string, Intl.ListFormat>()

/** Made once: it takes longer than all that it is used for. */
function listIn(locale: string): Intl.ListFormat {
  const list = lists.get(locale) ?? new Intl.ListFormat(locale, { type: 'conjunction' })
  lists.set(locale, list)
  return list
}
