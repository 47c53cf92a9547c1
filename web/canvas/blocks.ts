// What each container holds is laid out by itself, from top to bottom; for what lies around it the container is one box.
// Dagre finds the ranks, and the lanes in which ways pass beside other states. Pure.

import { Graph, layout as runDagre } from '@dagrejs/dagre'
import type { ChartEdge, ChartNode } from '#machines/compile/chart.ts'
import { catchId } from './catches.ts'
import { frameAround, headOf } from './frames.ts'
import { hopsOf } from './hops.ts'
import type { Hop } from './hops.ts'
import { backToHead, bottomOf, loopBack, rightOf } from './paths.ts'
import type { Bend, Box, Point } from './paths.ts'

interface BlockInput {
  nodes: readonly ChartNode[]
  /** Those that shape the layout. */
  edges: readonly ChartEdge[]
  sizeOf: (node: ChartNode) => { width: number; height: number }
  /** Room for the words of an edge; null where it has none. */
  wordsOf: (edge: ChartEdge) => { width: number; height: number } | null
}

interface Block {
  /** States, and the heads of containers. */
  boxes: Map<string, Box>
  /** Around what containers hold. */
  frames: Map<string, Box>
  /** By edge: the points between the borders of its two states. */
  lanes: Map<string, Bend[]>
}

interface Level extends Block {
  /** What lies in it: states, and containers as a whole. */
  outer: Map<string, Box>
  /** How far ways reach to its sides that are found later. */
  reach: number[]
}

/** Below all that a container holds: where ways leave it. No node id begins so. */
const FLOOR = '$floor'
/** Between a state and a way that passes it. */
const BESIDE = 12
/** Between a row of states and where ways below it turn. */
const BELOW = 8
/** Around what belongs to no place in the line. */
const ASIDE = 48
/** Beside a state that goes on with failures, for the words on the way to it. */
const WORDS = 76
/** Between two ways that go up. */
const COLUMN = 20

/** The whole drawing; its upper left corner is wherever dagre has it. */
export function layBlocks(input: BlockInput): Block {
  const ids = new Set(input.nodes.map(({ id }) => id))
  const holderOf = new Map(
    input.nodes.map(({ id, parent }) => [id, parent !== null && ids.has(parent) ? parent : null]),
  )
  const held = Map.groupBy(input.nodes, ({ id }) => holderOf.get(id) ?? null)
  const hops = hopsOf(input.edges, holderOf)
  const lay = (holder: string | null): Level => {
    const nodes = held.get(holder) ?? []
    const inner = new Map(
      nodes.flatMap(({ id }) => (held.has(id) ? [[id, framed(id, lay(id))] as const] : [])),
    )
    const level = hops.get(holder) ?? []
    const linked = new Set(level.flatMap(({ from, to }) => [from, to]))
    const isAside = ({ id }: ChartNode) => holder === null && inner.has(id) && !linked.has(id)
    const inLine = nodes.filter((node) => !isAside(node))
    const laid = levelOf(input, { holder, nodes: inLine, inner, hops: level })
    for (const { id } of nodes.filter(isAside)) addAside(laid, id, inner.get(id))
    return laid
  }
  return lay(null)
}

/** What belongs to no place in the line stands beside its beginning, where nothing else lies. */
function addAside(level: Level, id: string, block: Block | undefined): void {
  const frame = block?.frames.get(id)
  if (!block || !frame) return
  const { top } = extentOf(level)
  const bottom = top + frame.height + ASIDE
  const isBeside = ({ y, height }: Box) => y < bottom && y + height > top
  const boxes = [...level.boxes.values(), ...level.frames.values()].filter(isBeside)
  const lanes = [...level.lanes.values()].filter((points) => points.some(({ y }) => y < bottom))
  const taken = [...boxes.map(rightOf), ...lanes.flat().map(({ x }) => x)]
  addTo(level, moved(block, { x: Math.max(0, ...taken) + ASIDE, y: top }))
}

interface LevelInput {
  holder: string | null
  nodes: readonly ChartNode[]
  /** What those of them hold that are containers; their frames begin at zero. */
  inner: ReadonlyMap<string, Block>
  hops: readonly Hop[]
}

function levelOf(input: BlockInput, given: LevelInput): Level {
  const graph = graphOf(input, given)
  runDagre(graph)
  const level: Level = {
    boxes: new Map(),
    frames: new Map(),
    lanes: new Map(),
    outer: new Map(),
    reach: [],
  }
  for (const { id } of given.nodes) {
    const { x, y, width, height } = graph.node(id)
    const box = { x: Math.round(x - width / 2), y: Math.round(y - height / 2), width, height }
    const within = given.inner.get(id)
    level.outer.set(id, box)
    if (within) addTo(level, moved(within, box))
    else level.boxes.set(id, box)
  }
  addLanes(level, graph, input, given)
  level.reach = reachOf(level, input, given)
  return level
}

function addLanes(level: Level, graph: Graph, input: BlockInput, { hops }: LevelInput): void {
  const { lanes, outer } = level
  const bandAt = bandsOf([...outer.values()])
  for (const hop of hops) {
    const { edge, from, to } = hop
    // Inside of what it enters nothing was kept free for it.
    if (to !== null && to !== edge.to) {
      lanes.delete(edge.id)
      continue
    }
    const found: Found = graph.edge(from, to ?? FLOOR, nameOf(hop))
    const points = found.points.slice(1, -1)
    const isWorded = input.wordsOf(edge) !== null
    const passed = points.flatMap((point) =>
      passedAt(point, hop, bandAt, isWorded ? found.y : null),
    )
    turnBelow(passed[0], outer.get(from), bandAt)
    const last = passed.at(-1) ?? points.at(-1)
    const out = to === null && last ? [{ x: last.x, y: Infinity }] : []
    lanes.set(edge.id, [...(lanes.get(edge.id) ?? []), ...passed, ...out])
  }
}

/** As dagre found it: with the ends on the borders, and the height of its words. */
interface Found {
  points: Point[]
  y?: number
}

/** Past the whole row that a point is in; between two rows only words need one. */
function passedAt({ x, y }: Point, { isOwn, to }: Hop, bandAt: BandAt, words?: number | null) {
  const band = bandAt(y)
  if (band) return band.map((border): Bend => ({ x, y: border }))
  return isOwn && to !== null && y === words ? [{ x, y }] : []
}

/** What stands beside the source may reach further down than the source. */
function turnBelow(first: Bend | undefined, source: Box | undefined, bandAt: BandAt): void {
  if (first && source) first.turn = (bandAt(source.y)?.[1] ?? bottomOf(source)) + BELOW
}

/** Ways back to what lies above, to the beginning of the container itself, and to what goes on with its failures. */
function reachOf({ outer, boxes }: Level, { edges }: BlockInput, { holder, hops }: LevelInput) {
  const around = [...outer.values()]
  const top = Math.min(...around.map(({ y }) => y))
  const back = hops.flatMap(({ from, to }) => {
    const [start, end] = [outer.get(from), outer.get(to ?? '')]
    return start && end && end.y <= start.y ? [loopBack(start, end, around).right] : []
  })
  const again = edges.flatMap(({ from, to }) => {
    const start = to === holder ? boxes.get(from) : undefined
    const head = { x: 0, y: top, width: 0, height: 0 }
    return start ? [backToHead(start, head, around).right] : []
  })
  const caught = edges.flatMap(({ id, to }) => {
    const box = holder !== null && id === catchId(holder) ? outer.get(to) : undefined
    if (!box) return []
    const isInWay = ({ x, y }: Box) => x < box.x && y === box.y
    return [around.some(isInWay) ? rightOf(box) + WORDS : box.x - WORDS]
  })
  return [...caught, ...[...back, ...again].map((x, index) => x + index * COLUMN)]
}

function graphOf({ sizeOf, wordsOf }: BlockInput, { nodes, inner, hops }: LevelInput): Graph {
  const graph = new Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'TB', nodesep: 24, edgesep: 16, ranksep: 40, rankalign: 'top' })
  for (const node of nodes) {
    const frame = inner.get(node.id)?.frames.get(node.id)
    const { width, height } = frame ?? sizeOf(node)
    graph.setNode(node.id, { width, height })
  }
  const leavesIt = hops.some(({ to }) => to === null)
  if (leavesIt) graph.setNode(FLOOR, { width: 0, height: 0 })
  for (const hop of hops) {
    const words = hop.isOwn && hop.to !== null ? wordsOf(hop.edge) : null
    const size = words ?? { width: 0, height: 0 }
    const label = { ...size, labelpos: 'c', weight: weightOf(hop) }
    graph.setEdge(hop.from, hop.to ?? FLOOR, label, nameOf(hop))
  }
  if (!leavesIt) return graph
  for (const { id } of nodes) {
    if ((graph.outEdges(id) ?? []).length === 0) {
      graph.setEdge(id, FLOOR, { width: 0, height: 0, weight: 1 }, FLOOR)
    }
  }
  return graph
}

/** Ways out of a container to the same state share a lane. */
const nameOf = ({ edge, isOwn }: Hop): string => (isOwn ? edge.id : `> ${edge.to}`)

function weightOf({ edge, to }: Hop): number {
  if (edge.port === 'error') return 0
  return to !== null && (edge.port === 'next' || edge.port === 'then') ? 4 : 1
}

/** The row of states at a height: its upper and its lower border; null between two rows. */
type BandAt = (y: number) => [number, number] | null

function bandsOf(boxes: readonly Box[]): BandAt {
  const bands: [number, number][] = []
  for (const box of boxes.toSorted((a, b) => a.y - b.y)) {
    const last = bands.at(-1)
    if (last && box.y < last[1]) last[1] = Math.max(last[1], bottomOf(box))
    else bands.push([box.y, bottomOf(box)])
  }
  return (y) => bands.find(([top, bottom]) => y >= top - 1 && y <= bottom + 1) ?? null
}

/** With the frame around it, whose corner is at zero. */
function framed(id: string, { boxes, frames, lanes, outer, reach }: Level): Block {
  const frame = frameAround([...outer.values()], [...reach, ...besides(lanes)])
  const floor = bottomOf(frame)
  for (const point of [...lanes.values()].flat()) point.y = Math.min(point.y, floor)
  frames.set(id, frame)
  boxes.set(id, headOf(frame))
  return moved({ boxes, frames, lanes }, { x: -frame.x, y: -frame.y })
}

const besides = (lanes: Block['lanes']): number[] =>
  [...lanes.values()].flat().flatMap(({ x }) => [x - BESIDE, x + BESIDE])

export function moved({ boxes, frames, lanes }: Block, { x, y }: Point): Block {
  const shift = <Place extends Bend>(place: Place): Place => {
    const there = { ...place, x: place.x + x, y: place.y + y }
    if (place.turn !== undefined) there.turn = place.turn + y
    return there
  }
  return {
    boxes: new Map([...boxes].map(([id, box]) => [id, shift(box)])),
    frames: new Map([...frames].map(([id, box]) => [id, shift(box)])),
    lanes: new Map([...lanes].map(([id, points]) => [id, points.map(shift)])),
  }
}

function addTo(block: Block, { boxes, frames, lanes }: Block): void {
  for (const [id, box] of boxes) block.boxes.set(id, box)
  for (const [id, box] of frames) block.frames.set(id, box)
  for (const [id, points] of lanes) block.lanes.set(id, points)
}

/** How far it reaches, ways included. */
export function extentOf({ boxes, frames, lanes }: Block) {
  const all = [...boxes.values(), ...frames.values()]
  if (all.length === 0) return { left: 0, top: 0, right: 0, bottom: 0 }
  const xs = besides(lanes)
  return {
    left: Math.min(...all.map(({ x }) => x), ...xs),
    top: Math.min(...all.map(({ y }) => y)),
    right: Math.max(...all.map(rightOf), ...xs),
    bottom: Math.max(...all.map(bottomOf)),
  }
}
