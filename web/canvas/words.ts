// The words on the drawing: a state's name, its one line, an edge's label, in the reader's language.

import type { ChartEdge, ChartNode } from '#machines/compile/chart.ts'
import type { AppLocale, Translate } from '../i18n/i18n.ts'
import { humanizeDurations } from '../ui/iso-duration.ts'
import { conditionWords, eventWords, fieldWords } from './machine-words.ts'
import { END_ID, FAILED_ID, TRIGGER_ID } from './route.ts'

export interface WordsFor {
  t: Translate
  /** Translation of a key made at run time, or the fallback. */
  named: (key: string, fallback: string) => string
  locale: AppLocale
}

/** The builder's own words, else the kind's short name, else its description. */
export function nodeTitle(node: ChartNode, { t, named, locale }: WordsFor): string {
  if (node.id === END_ID) return t('canvas.end')
  if (node.id === FAILED_ID) return t('canvas.failed')
  return node.label ?? named(`kinds.${node.kind.replaceAll('.', '_')}`, node.title[locale])
}

export interface KnownStates {
  nodes: readonly ChartNode[]
  /** Ids of the nodes of type `end`. */
  ends: ReadonlySet<string>
}

/** The title of a state by its id; what the drawing does not know keeps its id. */
export function stateTitle(nodeId: string, { nodes, ends }: KnownStates, words: WordsFor): string {
  const node = nodes.find(({ id }) => id === nodeId)
  if (node) return nodeTitle(node, words)
  return ends.has(nodeId) || nodeId === END_ID ? words.t('canvas.end') : nodeId
}

export function nodeSummary(node: ChartNode, { t, named, locale }: WordsFor): string {
  if (node.id === TRIGGER_ID && node.summary === '') return t('canvas.entry')
  return humanizeDurations(summaryWords(node, named), locale)
}

/** Only what comes from a machine's vocabulary is translated; a message's text stays as it was written. */
function summaryWords({ kind, summary }: ChartNode, named: WordsFor['named']): string {
  switch (kind) {
    case 'if':
    case 'switch':
      return conditionWords(summary, named)
    case 'event':
      return eventWords(conditionWords(summary, named), named)
    case 'wait.for.event':
    case 'group':
      return eventWords(summary, named)
    case 'contact.upsert':
      return fieldWords(summary, named)
    default:
      return summary
  }
}

/** Null for edges that need no words: the only way on, the way to the end, what a container around says. */
export function edgeLabel(edge: ChartEdge, { t, named, locale }: WordsFor): string | null {
  const [port] = edge.port.split(':')
  switch (port) {
    case 'then':
      return t('canvas.then')
    case 'else':
      return t('canvas.else')
    case 'default':
      return t('canvas.default')
    case 'timeout':
      return t('canvas.timeout', { span: humanizeDurations(edge.label ?? '', locale) })
    case 'error':
      return edge.to === FAILED_ID || edge.caughtBy !== undefined ? null : t('canvas.error')
    case 'open':
    case 'closed':
    case 'fallback':
    case 'invalid':
    case 'person':
      return t(`canvas.ways.${port}`)
    default:
      return edge.label === null ? null : eventWords(edge.label, named)
  }
}
