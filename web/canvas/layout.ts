// Where states and edges lie: dagre from top to bottom, then smooth paths. Pure.

import { Graph, layout as runDagre } from '@dagrejs/dagre'
import type { Chart, ChartEdge, ChartNode } from '#machines/compile/chart.ts'
import { framesOf, holdersOf } from './frames.ts'
import type { Frame } from './frames.ts'
import { loopBack, midpoint, rightOf, smoothPath, throughGaps } from './paths.ts'
import type { Box, PlacedEdge, Point } from './paths.ts'
import { END_ID, FAILED_ID } from './route.ts'

export interface ChartLayout {
  /** Top-left corner and size by node id. */
  boxes: Map<string, Box>
  edges: Map<string, PlacedEdge>
  /** Around what containers hold, outer ones first. */
  frames: Frame[]
  width: number
  height: number
}

const SIZES: Record<ChartNode['role'], { width: number; height: number }> = {
  trigger: { width: 248, height: 56 },
  state: { width: 248, height: 56 },
  choice: { width: 248, height: 56 },
  container: { width: 248, height: 56 },
  end: { width: 108, height: 36 },
  failed: { width: 132, height: 36 },
}
const LABEL_CHAR = 6.2
const LABEL_HEIGHT = 22
const PORT_GAP = 36
const EXIT_INSET = 28
const MARGIN = 16
const ASIDE_GAP = 28

/** Lays a chart out. `labelOf` gives an edge's words as shown, so that dagre keeps room for them. */
export function layoutChart(
  chart: Chart,
  labelOf: (edge: ChartEdge) => string | null,
): ChartLayout {
  const drawn = chart.edges.filter((edge) => !isImplied(edge))
  const aside = chart.nodes.filter(
    ({ id }) => id === FAILED_ID && !drawn.some((edge) => edge.to === id),
  )
  const holders = holdersOf(chart)
  const graph = new Graph({ multigraph: true, compound: holders.size > 0 })
  graph.setGraph({
    rankdir: 'TB',
    nodesep: 48,
    edgesep: 32,
    ranksep: 40,
    marginx: MARGIN,
    marginy: MARGIN,
  })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const node of chart.nodes) {
    if (!aside.includes(node)) graph.setNode(node.id, { ...SIZES[node.role] })
  }
  keepTogether(graph, holders)
  for (const edge of shaping(drawn)) {
    const words = labelOf(edge)
    const size = words === null ? { width: 0, height: 0 } : labelSize(words)
    graph.setEdge(edge.from, edge.to, { ...size, labelpos: 'c', weight: weightOf(edge) }, edge.id)
  }
  runDagre(graph)

  const cards = graph.nodes().filter((id) => !id.startsWith(GROUP))
  const boxes = new Map(cards.map((id) => [id, boxOf(graph.node(id))]))
  const { width: graphWidth = 0, height: graphHeight = 0 } = graph.graph()
  for (const { id, role } of aside)
    boxes.set(id, asideBox(SIZES[role], boxes.get(END_ID), graphHeight))
  const right = Math.max(graphWidth, ...aside.map(({ id }) => rightOf(boxes.get(id)) + MARGIN))
  const edges = placeEdges(chart, graph, boxes)
  const width = Math.max(right, ...[...edges.values()].map((edge) => edge.right + MARGIN))
  return { boxes, edges, frames: framesOf(chart, boxes), width, height: graphHeight }
}

/** No node id begins so. */
const GROUP = '$in '

/** What is in a container lies together with the container's card; dagre takes no edges to groups themselves. */
function keepTogether(graph: Graph, holders: ReadonlyMap<string, string>): void {
  for (const holder of new Set(holders.values())) {
    graph.setNode(GROUP + holder, {})
    graph.setParent(holder, GROUP + holder)
  }
  for (const [id, holder] of holders) {
    const isHolder = graph.hasNode(GROUP + id)
    graph.setParent(isHolder ? GROUP + id : id, GROUP + holder)
  }
}

/** A failure that nobody caught: every effect has one, so they are shown only when asked for. */
export function isImplied(edge: ChartEdge): boolean {
  return edge.port === 'error' && edge.to === FAILED_ID
}

/** The way after a failure finds its place by itself, unless nothing else leads to where it goes. */
function shaping(edges: ChartEdge[]): ChartEdge[] {
  const led = new Set(edges.flatMap(({ port, to }) => (port === 'error' ? [] : [to])))
  return edges.filter(({ port, to }) => port !== 'error' || !led.has(to))
}

function weightOf(edge: ChartEdge): number {
  if (edge.port === 'error') return 0
  return edge.port === 'next' || edge.port === 'then' ? 4 : 1
}

/** Beside the end of the run, in the last row, where nothing else lies. */
function asideBox(
  size: { width: number; height: number },
  end: Box | undefined,
  height: number,
): Box {
  return { ...size, x: end ? rightOf(end) + ASIDE_GAP : MARGIN, y: height - MARGIN - size.height }
}

function placeEdges(chart: Chart, graph: Graph, boxes: Map<string, Box>): Map<string, PlacedEdge> {
  const exits = exitOffsets(chart, graph)
  const edges = new Map<string, PlacedEdge>()
  for (const edge of chart.edges) {
    const from = boxes.get(edge.from)
    const to = boxes.get(edge.to)
    if (!from || !to) continue
    const placed = isImplied(edge) ? undefined : graph.edge(edge.from, edge.to, edge.id)
    const way =
      placed === undefined
        ? throughGaps(from, to, boxes.values())
        : placeEdge(
            { from, to, points: placed.points ?? [], offset: exits.get(edge.id) ?? 0 },
            placed,
          )
    edges.set(edge.id, way)
  }
  return edges
}

function labelSize(words: string) {
  return { width: Math.min(180, words.length * LABEL_CHAR + 16), height: LABEL_HEIGHT }
}

function boxOf({ x, y, width, height }: Box): Box {
  return { x: x - width / 2, y: y - height / 2, width, height }
}

/** Spreads the edges that leave one node along its lower border, in the order of where they go. */
function exitOffsets(chart: Chart, graph: Graph): Map<string, number> {
  const offsets = new Map<string, number>()
  for (const node of chart.nodes) {
    const leaving = chart.edges
      .filter((edge) => edge.from === node.id && !isImplied(edge))
      .map((edge) => ({ edge, x: headingOf(edge, graph) }))
      .sort((a, b) => a.x - b.x)
    const room = SIZES[node.role].width - 2 * EXIT_INSET
    const gap = Math.min(PORT_GAP, room / Math.max(1, leaving.length - 1))
    leaving.forEach(({ edge }, index) =>
      offsets.set(edge.id, (index - (leaving.length - 1) / 2) * gap),
    )
  }
  return offsets
}

function headingOf(edge: ChartEdge, graph: Graph): number {
  const points: Point[] = graph.edge(edge.from, edge.to, edge.id)?.points ?? []
  return points[1]?.x ?? 0
}

interface Way {
  from: Box
  to: Box
  /** As dagre found them, with the ends on the borders. */
  points: Point[]
  /** Where it leaves, from the middle of the lower border. */
  offset: number
}

function placeEdge(
  { from, to, points, offset }: Way,
  label: { x?: number; y?: number },
): PlacedEdge {
  if (to.y <= from.y) return loopBack(from, to)
  const start = { x: from.x + from.width / 2 + offset, y: from.y + from.height }
  const end = { x: to.x + to.width / 2, y: to.y }
  const middle = points.slice(1, -1)
  const centre = middle[Math.floor((middle.length - 1) / 2)] ?? midpoint(start, end)
  return {
    path: smoothPath([start, ...middle, end]),
    right: Math.max(start.x, end.x, ...middle.map(({ x }) => x)),
    label: { x: label.x ?? centre.x, y: label.y ?? centre.y },
  }
}
