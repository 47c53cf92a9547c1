// The drawing of a draft: containers hold and choices branch also while their fields are not complete. Pure.

import { chartOf } from '#machines/compile/chart.ts'
import type { Chart, ChartEdge, ChartNode } from '#machines/compile/chart.ts'
import type { ParseMemory } from '#machines/compile/parse.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import type { NodeBase, NodeKind } from '#machines/nodes/node-kind.ts'
import { nodeKindOf } from '#machines/nodes/registry.ts'
import { END_ID } from '../../canvas/route.ts'
import { keepSame } from '../../state/same-json.ts'
import { portsIn, shapeOf } from '../edits/outline.ts'

type Body = WorkflowDocument['nodes'][number]

/** Edits leave the nodes that they do not change the very same. */
const memory: ParseMemory = new WeakMap()

/** Fields without which a container would be drawn as no container at all. */
const STAND_INS: Readonly<Record<string, object>> = {
  'loop.for-each': { items: '$.payload', as: 'item' },
  interrupt: { words: ['x'] },
  group: {},
  parallel: {},
}

/** Parts that say the same as before are the same objects as before: only what changed is drawn anew. */
export function draftChart(document: WorkflowDocument, before?: Chart): Chart {
  const whole = { ...document, nodes: document.nodes.map(holding) }
  const drawn = chartOf(whole, memory)
  const unread = unreadIn(document, drawn)
  const leaving = Map.groupBy(drawn.edges, ({ from }) => from)
  const chart = {
    nodes: drawn.nodes.map((node) => dressed(node, unread.get(node.id))),
    edges: drawn.nodes.flatMap(({ id }) => {
      const edges = leaving.get(id) ?? []
      const body = unread.get(id)
      return body && !STAND_INS[body.type] ? branching(body, edges, drawn, document) : edges
    }),
  }
  return before ? sharing(before, chart) : chart
}

/** Nodes of a known kind whose fields the machine cannot read yet. */
function unreadIn(document: WorkflowDocument, { nodes }: Chart): Map<string, Body> {
  const icons = new Map(nodes.map(({ id, icon }) => [id, icon]))
  const unread = document.nodes.filter((body) => {
    const kind = nodeKindOf(body.type)
    if (!kind) return false
    const isStoodIn = STAND_INS[body.type] !== undefined
    // What was not read is drawn with the sign of what nobody knows.
    return isStoodIn ? holding(body) !== body : icons.get(body.id) !== kind.icon
  })
  return new Map(unread.map((body) => [body.id, body]))
}

const held = new WeakMap<Body, Body>()

/** The very same where all of it can be read. */
function holding(body: Body): Body {
  const before = held.get(body)
  if (before) return before
  const now = standingIn(body)
  held.set(body, now)
  return now
}

function standingIn(body: Body): Body {
  const kind = nodeKindOf(body.type)
  const stand = STAND_INS[body.type]
  if (!kind || !stand) return body
  const read = kind.schema.safeParse(body)
  if (read.success) return body
  const bad = new Set(read.error.issues.map(({ path }) => path[0]))
  const sound = Object.entries(body).filter(([key]) => !bad.has(key) || key === 'id')
  return { ...stand, ...Object.fromEntries(sound), id: body.id, type: body.type }
}

/** What the machine cannot read yet is drawn as what it is going to be. */
function dressed(node: ChartNode, body: Body | undefined): ChartNode {
  const kind = body && nodeKindOf(body.type)
  if (!body || !kind) return node
  const shape = shapeOf(body.type)
  const role = node.role === 'state' && shape === 'choice' ? 'choice' : node.role
  return { ...node, role, icon: kind.icon, title: kind.description, summary: summaryOf(kind, body) }
}

function summaryOf(kind: NodeKind, body: Body): string {
  try {
    const summary: unknown = kind.summarize(body as NodeBase)
    return typeof summary === 'string' && !summary.includes('undefined') ? summary : ''
  } catch {
    return ''
  }
}

/** Of what cannot be read the machine knows `next` alone: the other ways are read off the kind. */
function branching(
  body: Body,
  edges: readonly ChartEdge[],
  { nodes }: Chart,
  document: WorkflowDocument,
): ChartEdge[] {
  const following = edges.find(({ port }) => port === 'next')?.to
  const others = edges.filter(({ port }) => port !== 'next')
  const drawn = new Set(nodes.map(({ id }) => id))
  const ends = new Set(document.nodes.flatMap(({ id, type }) => (type === 'end' ? [id] : [])))
  const ways = portsIn(body).filter(({ name }) => !others.some(({ port }) => port === name))
  const known = ways.flatMap(({ name, label, target }): ChartEdge[] => {
    const named = target === undefined ? following : (target ?? END_ID)
    const to = named !== undefined && ends.has(named) ? END_ID : named
    if (to === undefined || !drawn.has(to)) return []
    return [{ id: `${body.id}:${name}`, from: body.id, to, port: name, label }]
  })
  return [...known, ...others]
}

/** The parts of `now`, taken from `before` where they are equal. */
function sharing(before: Chart, now: Chart): Chart {
  const nodes = keepSame(before.nodes, now.nodes)
  const edges = keepSame(before.edges, now.edges)
  return nodes === before.nodes && edges === before.edges ? before : { nodes, edges }
}
