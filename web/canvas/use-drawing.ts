// Keeps the drawing library's nodes in step with the chart, touching only what changed; its edges are our own.

import type { Node, VueFlowStore } from '@vue-flow/core'
import { computed, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import type { Chart, ChartEdge, ChartNode } from '#machines/compile/chart.ts'
import { keepSame } from '../state/same-json.ts'
import { withCatches } from './catches.ts'
import { layoutChart, shapeOf } from './layout.ts'
import type { ChartLayout } from './layout.ts'
import type { Box, PlacedEdge, Point } from './paths.ts'
import { placeChart } from './placed.ts'
import type { Positions } from './placed.ts'
import { edgeLabel } from './words.ts'
import type { WordsFor } from './words.ts'

export interface DrawingInput {
  flow: VueFlowStore
  chart: Ref<Chart>
  words: Ref<WordsFor>
  /** Where people put states. */
  positions: Ref<Positions>
  /** Where states are that are on their way somewhere else. */
  dragged: Ref<Positions>
  /** After every change of the chart. */
  onDrawn: () => void
}

/** A way as it is drawn. */
export interface DrawnEdge {
  edge: ChartEdge
  placed: PlacedEdge
  /** Null: it needs no words. */
  label: string | null
}

export function useDrawing(input: DrawingInput) {
  const { flow, words, positions, dragged, onDrawn } = input
  const chart = computed<Chart>((before) => sharingEdges(withCatches(input.chart.value), before))
  const nodes = shallowRef<Node[]>([])
  const made: States = new WeakMap()
  const label = useLabels(words)

  const laid = useLaid(chart, label)
  /** By itself, because finding every way anew for each place that a drag passes would take too long. */
  const settled = computed(() => placeChart(laid.value.chart, laid.value.layout, positions.value))
  const layout = computed(() => {
    const loose = new Set(Object.keys(dragged.value))
    return placeChart(laid.value.chart, settled.value, dragged.value, loose)
  })

  watch(
    [chart, layout],
    () => {
      nodes.value = settle(nodes.value, nodesOf(chart.value, layout.value, made), (node) =>
        flow.updateNode(node.id, { ...placeOf(node.position), data: node.data }),
      )
    },
    { immediate: true },
  )
  watch([chart, words], onDrawn, { immediate: true })
  /** By themselves, because what a state says changes more often than where it leads. */
  const ways = computed(() => chart.value.edges)
  const edges = computed(() => edgesOf(ways.value, layout.value, label))
  return { nodes, edges, layout }
}

/** With the very list of before where all ways are the same. */
function sharingEdges(chart: Chart, before: Chart | undefined): Chart {
  if (!before || chart.edges === before.edges) return chart
  const edges = keepSame(before.edges, chart.edges)
  return edges === before.edges ? { nodes: chart.nodes, edges } : chart
}

type LabelOf = (edge: ChartEdge) => string | null

/** Words of a language are looked up once for each way. */
function useLabels(words: Ref<WordsFor>): LabelOf {
  const labels = computed(() => {
    const [given, known] = [words.value, new WeakMap<ChartEdge, string | null>()]
    return (edge: ChartEdge): string | null => {
      const before = known.get(edge)
      if (before !== undefined) return before
      const label = edgeLabel(edge, given)
      known.set(edge, label)
      return label
    }
  })
  return (edge) => labels.value(edge)
}

interface Laid {
  /** Of this shape; texts may be older than those that are drawn. */
  chart: Chart
  layout: ChartLayout
}

/** Dagre takes long for large charts: it runs when their shape changes, not when a text does. */
function useLaid(chart: Ref<Chart>, label: LabelOf): Ref<Laid> {
  let shape = ''
  let known: Laid | undefined
  return computed(() => {
    const now = shapeOf(chart.value, label)
    if (!known || shape !== now) {
      known = { chart: chart.value, layout: layoutChart(chart.value, label) }
    }
    shape = now
    return known
  })
}

/** The list as it was, its changed items patched, unless something came or went. */
function settle(before: Node[], after: Node[], patch: (item: Node) => void): Node[] {
  const isSame =
    before.length === after.length && after.every(({ id }, at) => before[at]?.id === id)
  if (!isSame) return after
  after.forEach((item, at) => {
    const old = before[at]
    if (old && !isEqual(old, item)) {
      patch(item)
      before[at] = item
    }
  })
  return before
}

function isEqual(a: Node, b: Node): boolean {
  if (a === b) return true
  return isShallowEqual(a.data, b.data) && isShallowEqual(a.position, b.position)
}

function isShallowEqual(a: unknown, b: unknown): boolean {
  const [left, right] = [Object(a) as object, Object(b) as object]
  const keys = Object.keys(right)
  return (
    Object.keys(left).length === keys.length &&
    keys.every((key) => Reflect.get(left, key) === Reflect.get(right, key))
  )
}

export interface StateData {
  node: ChartNode
  /** It is the head of a frame. */
  isHead: boolean
  width: number
  height: number
}
export interface FrameData {
  id: string
  kind: string
  depth: number
  width: number
  height: number
}

function nodesOf(chart: Chart, layout: ChartLayout, made: States): Node[] {
  const kinds = new Map(chart.nodes.map(({ id, kind }) => [id, kind]))
  const framed = new Set(layout.frames.map(({ id }) => id))
  const frames = layout.frames.map(
    ({ id, depth, box: { x, y, width, height } }): Node<FrameData> => {
      const data = { id, kind: kinds.get(id) ?? '', depth, width, height }
      return { id: `frame ${id}`, type: 'frame', ...placeOf({ x, y }), data }
    },
  )
  const states = chart.nodes.flatMap((node) => {
    const box = layout.boxes.get(node.id)
    return box ? [stateOf(node, box, framed.has(node.id), made)] : []
  })
  return [...frames, ...states]
}

interface Made {
  box: Box
  isHead: boolean
  state: Node<StateData>
}

/** What neither changed nor moved is the same as before. */
type States = WeakMap<ChartNode, Made>

function stateOf(node: ChartNode, box: Box, isHead: boolean, made: States): Node<StateData> {
  const before = made.get(node)
  if (before && before.isHead === isHead && isShallowEqual(before.box, box)) return before.state
  const { x, y, width, height } = box
  const data = { node, isHead, width, height }
  const state: Node<StateData> = { id: node.id, type: 'state', ...placeOf({ x, y }), data }
  made.set(node, { box, isHead, state })
  return state
}

/**
 * Not by a transform, as the library would: a thing with one is painted by itself, and each change of what is painted
 * then goes through all of them.
 */
function placeOf({ x, y }: Point) {
  return { position: { x, y }, style: { transform: 'none', left: `${x}px`, top: `${y}px` } }
}

function edgesOf(ways: readonly ChartEdge[], layout: ChartLayout, label: LabelOf): DrawnEdge[] {
  return ways.flatMap((edge) => {
    const placed = layout.edges.get(edge.id)
    return placed ? [{ edge, placed, label: label(edge) }] : []
  })
}
