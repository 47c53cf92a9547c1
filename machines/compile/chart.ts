// The statechart as it is drawn: what compile would run, also while the document still has errors.

import type { Localized, Lowering, NodeBase, Port } from '../nodes/node-kind.ts'
import { parseDocument, type ParsedDocument, type ParseMemory } from './parse.ts'
import {
  containerDoneBy,
  END,
  FAILED,
  isContainer,
  isInterrupt,
  resolveExits,
  type ResolvedNode,
  shapeOf,
  TRIGGER,
} from './resolve.ts'

export interface ChartNode {
  id: string
  /** Node type, or `trigger`, `end`, `failed`. */
  kind: string
  role: 'trigger' | 'state' | 'choice' | 'container' | 'end' | 'failed'
  /** The container that it is drawn in; null at the root. */
  parent: string | null
  /** The builder's own words, when given. */
  label: string | null
  title: Localized
  summary: string
  icon: string
  /** True where contacts stay until something happens. */
  waits: boolean
  /** It leads back into a group where that was left. */
  history?: 'shallow' | 'deep'
}

export interface ChartEdge {
  id: string
  from: string
  to: string
  /** `next`, `case:x`, `default`, `then`, `else`, `timeout`, `error` */
  port: string
  label: string | null
  /** The container around it that says where failures go. */
  caughtBy?: string
}

export interface Chart {
  nodes: ChartNode[]
  edges: ChartEdge[]
}

/** Of a document that cannot be read at all. */
export const NOTHING_DRAWN: Chart = { nodes: [], edges: [] }

/**
 * Draws any document; what cannot be read is left out. Never throws.
 * @param memory for documents that are drawn again and again: nodes that are the same objects are not read twice
 */
export function chartOf(definition: unknown, memory?: ParseMemory): Chart {
  try {
    const { parsed } = parseDocument(definition, memory)
    return parsed ? drawChart(parsed, resolveExits(parsed)) : NOTHING_DRAWN
  } catch {
    return NOTHING_DRAWN
  }
}

/** Draws a document that was read and resolved already. */
export function drawChart(parsed: ParsedDocument, nodes: ResolvedNode[]): Chart {
  const first = nodes.find((node) => node.parent === null && !isInterrupt(node))?.id ?? END
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const ends = new Set(nodes.filter((node) => !isDrawn(node)).map((node) => node.id))
  const edges = [
    { id: `${TRIGGER}:next`, from: TRIGGER, to: first, port: 'next', label: null },
    ...nodes.flatMap((node) => edgesOf(node, byId)),
  ].map((edge) => (ends.has(edge.to) ? { ...edge, to: END } : edge))
  const drawn = [triggerNode(parsed), ...nodes.filter(isDrawn).map(stateNode)]
  if (edges.some((edge) => edge.to === END)) drawn.push(END_NODE)
  if (edges.some((edge) => edge.to === FAILED)) drawn.push(FAILED_NODE)
  const ids = new Set(drawn.map((node) => node.id))
  return { nodes: drawn, edges: edges.filter((edge) => ids.has(edge.from) && ids.has(edge.to)) }
}

/** A node `end` is the same place as the end of the run. */
function isDrawn(node: ResolvedNode): boolean {
  return node.type !== 'end'
}

function edgesOf(node: ResolvedNode, byId: ReadonlyMap<string, ResolvedNode>): ChartEdge[] {
  if (!isDrawn(node)) return []
  const edges = [...insideOf(node), ...exitsOf(node)].map(({ port, target }) =>
    edgeAt(node, port, pastTheEnd(target, byId)),
  )
  const shape = shapeOf(node)
  const canFail = shape === 'effect' || shape === 'ask'
  if (canFail && !edges.some((edge) => edge.port === 'error')) {
    const { id, failsTo: to } = node
    const catcher = catcherAround(node, byId)
    const caught = catcher === null ? {} : { caughtBy: catcher }
    edges.push({ id: `${id}:error`, from: id, to, port: 'error', label: null, ...caught })
  }
  return edges
}

/** Ways of nodes that did not change, by port. */
const ways = new WeakMap<NodeBase, Map<string, ChartEdge>>()

function edgeAt({ id, node }: ResolvedNode, { name, label }: Port, to: string): ChartEdge {
  const known = ways.get(node) ?? new Map<string, ChartEdge>()
  const before = known.get(name)
  if (before && before.to === to && before.label === label) return before
  const edge = { id: `${id}:${name}`, from: id, to, port: name, label }
  known.set(name, edge)
  ways.set(node, known)
  return edge
}

function catcherAround({ parent }: ResolvedNode, byId: ReadonlyMap<string, ResolvedNode>) {
  for (let id = parent; id !== null; id = byId.get(id)?.parent ?? null) {
    if (byId.get(id)?.node.onError !== undefined) return id
  }
  return null
}

type Way = Pick<ResolvedNode['exits'][number], 'port' | 'target'>

/** A container leads into what it begins with. */
function insideOf(node: ResolvedNode): Way[] {
  const isParallel = shapeOf(node) === 'parallel'
  const begins = isParallel ? node.children : node.children.slice(0, 1)
  return begins.map((target, index) => {
    const name = isParallel ? `inside:${index}` : 'inside'
    return { port: { name, label: null, target, path: '' }, target }
  })
}

/** What follows a container is drawn from its last node, and from a loop itself, which begins again. */
function exitsOf(node: ResolvedNode): Way[] {
  const isLoop = shapeOf(node) === 'loop'
  return isContainer(node) && !isLoop
    ? node.exits.filter(({ port }) => port.name !== 'next')
    : node.exits
}

/** Where the end of a container leads: to what follows it, back into a loop, on from the parallel around a region. */
function pastTheEnd(target: string, byId: ReadonlyMap<string, ResolvedNode>): string {
  let now = target
  for (let id = containerDoneBy(now); id !== null; id = containerDoneBy(now)) {
    const container = byId.get(id)
    if (!container) return END
    if (shapeOf(container) === 'loop') return container.id
    const around = byId.get(container.parent ?? '')
    const isRegion = around !== undefined && shapeOf(around) === 'parallel'
    now =
      (isRegion ? around : container).exits.find(({ port }) => port.name === 'next')?.target ?? END
  }
  return now
}

function triggerNode({ document, trigger }: ParsedDocument): ChartNode {
  return {
    id: TRIGGER,
    kind: document.trigger.type,
    role: 'trigger',
    parent: null,
    label: null,
    title: trigger?.kind.description ?? {
      'pt-BR': document.trigger.type,
      en: document.trigger.type,
    },
    summary: trigger?.kind.summarize(trigger.trigger) ?? '',
    icon: trigger?.kind.icon ?? 'circle-help',
    waits: false,
  }
}

/** A draft comes again with most of its nodes the very same; what was read of one is not changed. */
const states = new WeakMap<NodeBase, ChartNode>()

function stateNode(resolved: ResolvedNode): ChartNode {
  const before = states.get(resolved.node)
  if (before && before.parent === resolved.parent) return before
  const node = makeState(resolved)
  states.set(resolved.node, node)
  return node
}

function makeState(resolved: ResolvedNode): ChartNode {
  const { id, type, node, kind, parent } = resolved
  const lowering = kind?.lower(node)
  const shape = lowering?.shape
  return {
    id,
    kind: type,
    role: isContainer(resolved) ? 'container' : shape === 'choice' ? 'choice' : 'state',
    parent,
    label: node.label ?? null,
    title: kind?.description ?? { 'pt-BR': type, en: type },
    summary: kind?.summarize(node) ?? '',
    icon: kind?.icon ?? 'circle-help',
    waits: shape === 'wait' || shape === 'effect' || shape === 'ask',
    ...historyIn(lowering),
  }
}

function historyIn(lowering: Lowering | undefined): Pick<ChartNode, 'history'> {
  if (lowering?.shape !== 'jump' || lowering.history === 'none') return {}
  return { history: lowering.history }
}

const END_NODE: ChartNode = {
  id: END,
  kind: 'end',
  role: 'end',
  parent: null,
  label: null,
  title: { 'pt-BR': 'Fim', en: 'End' },
  summary: '',
  icon: 'circle-stop',
  waits: false,
}

const FAILED_NODE: ChartNode = {
  id: FAILED,
  kind: 'failed',
  role: 'failed',
  parent: null,
  label: null,
  title: { 'pt-BR': 'Falha à espera de uma pessoa', en: 'Failed, waiting for a person' },
  summary: '',
  icon: 'circle-alert',
  waits: false,
}
