// What is said about a state on the drawing beyond the document: how many are in it, whether it is lit or walked.

import type { Chart, ChartNode } from '#machines/compile/chart.ts'
import type { RunView } from '#machines/contracts/api.ts'
import type { WorkflowChange } from '#machines/contracts/versions.ts'
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
  /** Name of the person who is changing it now. */
  heldBy?: string
  figures?: StateFigures
  /** What another document did to it. */
  change?: WorkflowChange['kind']
}

/** Small figures under a state; empty where there is none. */
export interface StateFigures {
  pace: string
  /** Failures make it glow. */
  failures: string
  /** All of it in words. */
  spoken: string
}

export interface EdgeMark {
  walked?: boolean
  /** It is no more. */
  gone?: boolean
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

/** What a drawing is about: where the contact is, or what changed; else what is to be kept in view. */
export function subjectsOf({ nodes }: ChartMarks, follow?: string | null): string[] {
  const told = [...nodes].flatMap(([id, { lit, change }]) => (lit || change ? [id] : []))
  if (told.length > 0) return told
  return follow === undefined || follow === null ? [] : [follow]
}

export interface RunPlace {
  walked: WalkedPath
  /** States to light: none before the first and after an end that is not drawn, several on parallel paths. */
  at: readonly string[]
  status: RunView['status']
  /** Ids of the edges that were passed, where they are known; left out: all between places that were. */
  edges?: ReadonlySet<string>
}

/** An ended run lights its place in the colour of how it ended. */
const END_TONES = { done: 'running', failed: 'failed', stopped: 'neutral' } as const

/** Marks of one run: the way it walked, and the state it is in. */
export function runMarks(
  chart: Chart,
  { walked, at, status, edges: passedEdges }: RunPlace,
): ChartMarks {
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
    const isWalked = passedEdges?.has(edge.id) ?? hops.has(`${edge.from}>${edge.to}`)
    return [edge.id, { walked: isWalked, dimmed: !isWalked }]
  })
  return { nodes: new Map(nodes), edges: new Map(edges) }
}
