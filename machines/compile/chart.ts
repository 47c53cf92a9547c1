// The statechart as it is drawn: what compile would run, also while the document still has errors.

import type { Localized } from '../nodes/node-kind.ts'
import { parseDocument, type ParsedDocument } from './parse.ts'
import {
  containerDoneBy,
  END,
  FAILED,
  isContainer,
  resolveExits,
  type ResolvedNode,
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
}

export interface ChartEdge {
  id: string
  from: string
  to: string
  /** `next`, `case:x`, `default`, `then`, `else`, `timeout`, `error` */
  port: string
  label: string | null
}

export interface Chart {
  nodes: ChartNode[]
  edges: ChartEdge[]
}

/** Draws any document; what cannot be read is left out. Never throws. */
export function chartOf(definition: unknown): Chart {
  try {
    const { parsed } = parseDocument(definition)
    return parsed ? draw(parsed, resolveExits(parsed)) : { nodes: [], edges: [] }
  } catch {
    return { nodes: [], edges: [] }
  }
}

function draw(parsed: ParsedDocument, nodes: ResolvedNode[]): Chart {
  const first = nodes.find((node) => node.parent === null)?.id ?? END
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
  const edges = [...insideOf(node), ...exitsOf(node)].map(({ port, target }) => ({
    id: `${node.id}:${port.name}`,
    from: node.id,
    to: pastTheEnd(target, byId),
    port: port.name,
    label: port.label,
  }))
  const shape = node.kind?.lower(node.node).shape
  const canFail = shape === 'effect' || shape === 'ask'
  if (canFail && !edges.some((edge) => edge.port === 'error')) {
    const to = node.failsTo
    edges.push({ id: `${node.id}:error`, from: node.id, to, port: 'error', label: null })
  }
  return edges
}

type Way = Pick<ResolvedNode['exits'][number], 'port' | 'target'>

/** A container leads into what it begins with. */
function insideOf(node: ResolvedNode): Way[] {
  const isParallel = node.kind?.lower(node.node).shape === 'parallel'
  const begins = isParallel ? node.children : node.children.slice(0, 1)
  return begins.map((target, index) => {
    const name = isParallel ? `inside:${index}` : 'inside'
    return { port: { name, label: null, target, path: '' }, target }
  })
}

/** What follows a container is drawn from its last node, and from a loop itself, which begins again. */
function exitsOf(node: ResolvedNode): Way[] {
  const isLoop = node.kind?.lower(node.node).shape === 'loop'
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
    if (container.kind?.lower(container.node).shape === 'loop') return container.id
    const around = byId.get(container.parent ?? '')
    const isRegion = around?.kind?.lower(around.node).shape === 'parallel'
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

function stateNode(resolved: ResolvedNode): ChartNode {
  const { id, type, node, kind, parent } = resolved
  const shape = kind?.lower(node).shape
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
  }
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
