// Where states and ways lie: from top to bottom, containers as boxes around what they hold. Pure.

import type { Chart, ChartEdge, ChartNode } from '#machines/compile/chart.ts'
import { extentOf, layBlocks, moved } from './blocks.ts'
import { framesOf } from './frames.ts'
import type { Frame } from './frames.ts'
import { withFreeLabels } from './label-places.ts'
import { bottomOf, rightOf } from './paths.ts'
import type { Box, PlacedEdge } from './paths.ts'
import { END_ID, FAILED_ID } from './route.ts'
import { isImplied, shapingEdges } from './shaping.ts'
import { drawWays } from './ways.ts'

export interface ChartLayout {
  /** Top-left corner and size by node id; of a container that holds something, those of its head. */
  boxes: Map<string, Box>
  edges: Map<string, PlacedEdge>
  /** Around what containers hold, outer ones first. */
  frames: Frame[]
  /** Where it begins. */
  left: number
  top: number
  width: number
  height: number
}

/** Of a state. */
export const CARD = { width: 248, height: 56 }
const SIZES: Partial<Record<ChartNode['role'], { width: number; height: number }>> = {
  end: { width: 108, height: 36 },
  failed: { width: 132, height: 36 },
}
const LABEL_CHAR = 6.2
const LABEL_HEIGHT = 22
const MARGIN = 16
const ASIDE_GAP = 28

type LabelOf = (edge: ChartEdge) => string | null

/** Lays a chart out. `labelOf` gives an edge's words as shown, so that room is kept for them. */
export function layoutChart(chart: Chart, labelOf: LabelOf): ChartLayout {
  const wordsOf = (edge: ChartEdge) => {
    const words = labelOf(edge)
    return words === null ? null : labelSize(words)
  }
  const edges = shapingEdges(chart)
  const led = new Set(chart.edges.flatMap((edge) => (isImplied(edge) ? [] : [edge.to])))
  const [aside, nodes] = [
    chart.nodes.filter(({ id }) => id === FAILED_ID && !led.has(id)),
    chart.nodes.filter(({ id }) => id !== FAILED_ID || led.has(id)),
  ]
  const block = layBlocks({ nodes, edges, sizeOf, wordsOf })
  const extent = extentOf(block)
  const by = { x: MARGIN - extent.left, y: MARGIN - extent.top }
  const { boxes, frames: laid, lanes } = moved(block, by)
  const bottom = extent.bottom + by.y
  for (const node of aside) boxes.set(node.id, asideBox(sizeOf(node), boxes, bottom))
  const frames = framesOf(chart, { boxes, laidOf: (id) => laid.get(id) ?? null })
  const ways = drawWays({ chart, boxes, frames, lanes })
  for (const edge of chart.edges) {
    const [way, words] = [ways.get(edge.id), wordsOf(edge)]
    if (way && words) ways.set(edge.id, { ...way, words })
  }
  const seen = chart.edges.filter((edge) => !isImplied(edge))
  const right = Math.max(
    extent.right + by.x,
    ...[...boxes.values()].map(rightOf),
    ...seen.map(({ id }) => ways.get(id)?.right ?? 0),
  )
  return {
    boxes,
    edges: withFreeLabels(ways, boxes.values()),
    frames,
    left: 0,
    top: 0,
    width: right + MARGIN,
    height: bottom + MARGIN,
  }
}

/** Charts with the same shape are laid out in the same way, whatever their states say. */
export function shapeOf(chart: Chart, labelOf: LabelOf): string {
  const nodes = chart.nodes.map(({ id, role, parent }) => `${id} ${role} ${parent ?? ''}`)
  const edges = chart.edges.map((edge) => {
    const words = isImplied(edge) ? null : labelOf(edge)
    return `${edge.id} ${edge.to} ${words === null ? 0 : labelSize(words).width}`
  })
  return [...nodes, '', ...edges].join('\n')
}

const sizeOf = ({ role }: ChartNode) => SIZES[role] ?? CARD

/** Beside the end of the run, where nothing else lies. */
function asideBox(
  size: { width: number; height: number },
  boxes: ReadonlyMap<string, Box>,
  bottom: number,
): Box {
  const end = boxes.get(END_ID)
  const y = (end ? bottomOf(end) : bottom) - size.height
  const row = [...boxes.values()].filter((box) => box.y < y + size.height && bottomOf(box) > y)
  const beside = row.filter((box) => rightOf(box) > rightOf(end)).sort((a, b) => a.x - b.x)
  const x = end ? rightOf(end) + ASIDE_GAP : MARGIN
  const isInWay = (box: Box, at: number) => box.x < at + size.width + ASIDE_GAP
  return {
    ...size,
    x: beside.reduce((at, box) => (isInWay(box, at) ? rightOf(box) + ASIDE_GAP : at), x),
    y,
  }
}

function labelSize(words: string) {
  return { width: Math.min(180, words.length * LABEL_CHAR + 16), height: LABEL_HEIGHT }
}
