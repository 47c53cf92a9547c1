// What is said about a state on the drawing beyond the document: how many are in it, whether it is lit or walked.

import type { Chart, ChartNode } from '#machines/compile/chart.ts'
import type { RunView } from '#machines/contracts/api.ts'
import type { WalkedPath } from '../api/journal.ts'
import type { Tone } from '../ui/sentence.ts'
import { END_ID, FAILED_ID, TRIGGER_ID } from './route.ts'

export interface NodeMark {
  tone: Tone
  /** Contacts in it now; undefined where counting means nothing. */
  count?: number
  /** The contact is here. */
  lit?: boolean
  /** Nothing will move any more: the light does not breathe. */
  still?: boolean
  walked?: boolean
  /** Not part of the story that is being told. */
  dimmed?: boolean
  /** Part of a path, or the state, that is being pointed out. */
  traced?: boolean
  /** What is wrong with it in the draft. */
  problems?: string[]
}

export interface EdgeMark {
  walked?: boolean
  dimmed?: boolean
}

export interface ChartMarks {
  nodes: Map<string, NodeMark>
  edges: Map<string, EdgeMark>
}

/** The status colour of contacts that rest in a state. */
export function toneOf({ role, kind }: ChartNode): Tone {
  if (role === 'failed') return 'failed'
  if (role === 'end' || role === 'trigger') return 'neutral'
  if (kind.startsWith('handoff.')) return 'attention'
  return /^(wait\.|delay$|ask$)/.test(kind) ? 'waiting' : 'running'
}

export interface Totals {
  finished: number
  failed: number
}

/** Marks of a workflow seen live: counts per state, totals at the end and at failure. */
export function liveMarks(
  chart: Chart,
  states: Record<string, number>,
  totals: Totals,
): ChartMarks {
  const countOf = (node: ChartNode): number => {
    if (node.id === END_ID) return totals.finished
    if (node.id === FAILED_ID) return totals.failed
    return states[node.id] ?? 0
  }
  const mark = (node: ChartNode): NodeMark =>
    node.id === TRIGGER_ID ? { tone: 'neutral' } : { tone: toneOf(node), count: countOf(node) }
  return { nodes: new Map(chart.nodes.map((node) => [node.id, mark(node)])), edges: new Map() }
}

export interface RunPlace {
  walked: WalkedPath
  /** States to light: none before the first and after an end that is not drawn, several on parallel paths. */
  at: readonly string[]
  status: RunView['status']
}

/** An ended run lights its place in the colour of how it ended. */
const END_TONES = { done: 'running', failed: 'failed', stopped: 'neutral' } as const

/** Marks of one run: the way it walked, and the state it is in. */
export function runMarks(chart: Chart, { walked, at, status }: RunPlace): ChartMarks {
  const passed = new Set([TRIGGER_ID, ...walked.states])
  const first = walked.states[0]
  const hops = new Set(walked.hops)
  if (first !== undefined) hops.add(`${TRIGGER_ID}>${first}`)
  const nodes = chart.nodes.map((node): [string, NodeMark] => {
    const lit = at.includes(node.id)
    const tone = lit && status !== 'active' ? END_TONES[status] : toneOf(node)
    return [
      node.id,
      {
        tone,
        lit,
        still: status !== 'active',
        walked: passed.has(node.id),
        dimmed: !lit && !passed.has(node.id),
      },
    ]
  })
  const edges = chart.edges.map((edge): [string, EdgeMark] => {
    const isWalked = hops.has(`${edge.from}>${edge.to}`)
    return [edge.id, { walked: isWalked, dimmed: !isWalked }]
  })
  return { nodes: new Map(nodes), edges: new Map(edges) }
}
