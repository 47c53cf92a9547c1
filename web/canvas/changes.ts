// Two documents in one drawing: the newer one, with what it no longer has where that stood, and what changed marked. Pure.

import { type Chart, type ChartNode, chartOf } from '#machines/compile/chart.ts'
import type { WorkflowChange } from '#machines/contracts/versions.ts'
import { diffWorkflows } from '#machines/diff/diff.ts'
import type { ChartMarks } from './marks.ts'
import { toneOf } from './marks.ts'
import { TRIGGER_ID } from './route.ts'

export interface DrawnChanges {
  chart: Chart
  /** By state: what happened to it. */
  signs: ReadonlyMap<string, WorkflowChange['kind']>
  /** Ids of the ways that are no more. */
  gone: ReadonlySet<string>
}

/** What is said of a state where several things happened to it: the first of these. */
const WEIGHTS: readonly WorkflowChange['kind'][] = [
  'added',
  'removed',
  'renamed',
  'moved',
  'changed',
]

/**
 * Draws what changed.
 * @param before,after any JSON
 * @returns null when one of them is no workflow document
 */
export function drawChanges(before: unknown, after: unknown): DrawnChanges | null {
  const changes = diffWorkflows(before, after)
  if (!changes) return null
  const [was, is] = [chartOf(before), chartOf(after)]
  const removed = removedFrom(was, is, changes)
  const drawn = new Set([...is.nodes, ...removed].map(({ id }) => id))
  const names = new Map(changes.flatMap((change) => renamedIn(change)))
  const nameOf = (id: string): string => names.get(id) ?? id
  const ids = new Set(removed.map(({ id }) => id))
  const ways = was.edges
    .filter(({ from, to }) => ids.has(from) || ids.has(to))
    .map((edge) => ({
      ...edge,
      id: `${edge.id} before`,
      from: nameOf(edge.from),
      to: nameOf(edge.to),
    }))
    .filter(({ from, to }) => drawn.has(from) && drawn.has(to))
  const ghosts = removed.map((node) => {
    const parent = node.parent === null ? null : nameOf(node.parent)
    return { ...node, parent: parent !== null && drawn.has(parent) ? parent : null }
  })
  return {
    chart: { nodes: [...is.nodes, ...ghosts], edges: [...is.edges, ...ways] },
    signs: signsOf(changes, drawn),
    gone: new Set(ways.map(({ id }) => id)),
  }
}

/** An id that another node has now stands for that one. */
function removedFrom(was: Chart, is: Chart, changes: readonly WorkflowChange[]): ChartNode[] {
  const there = new Set(is.nodes.map(({ id }) => id))
  const gone = new Set(changes.flatMap(({ kind, nodeId }) => (kind === 'removed' ? nodeId : [])))
  return was.nodes.filter(({ id }) => gone.has(id) && !there.has(id))
}

function renamedIn({ kind, before, after }: WorkflowChange): (readonly [string, string])[] {
  const isNames = typeof before === 'string' && typeof after === 'string'
  return kind === 'renamed' && isNames ? [[before, after]] : []
}

function signsOf(
  changes: readonly WorkflowChange[],
  drawn: ReadonlySet<string>,
): Map<string, WorkflowChange['kind']> {
  const told = changes.map(({ kind, nodeId, path }) => {
    const place = nodeId ?? (path.startsWith('.trigger') ? TRIGGER_ID : '')
    return [place, kind] as const
  })
  const heaviestLast = told
    .filter(([place]) => drawn.has(place))
    .toSorted(([, a], [, b]) => WEIGHTS.indexOf(b) - WEIGHTS.indexOf(a))
  return new Map(heaviestLast)
}

/** Adds what happened to each state to what is said of it already. */
export function withChanges(marks: ChartMarks, { chart, signs, gone }: DrawnChanges): ChartMarks {
  const nodes = chart.nodes.map((node) => {
    const mark = marks.nodes.get(node.id) ?? { tone: toneOf(node) }
    const change = signs.get(node.id)
    if (change === undefined) return [node.id, mark] as const
    const { count: _count, ...rest } = mark
    return [node.id, { ...(change === 'removed' ? rest : mark), change }] as const
  })
  const edges = new Map(marks.edges)
  for (const id of gone) edges.set(id, { ...edges.get(id), gone: true })
  return { nodes: new Map(nodes), edges }
}
