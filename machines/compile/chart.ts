// The statechart as it is drawn: what compile would run, also while the document still has errors.

import type { Localized } from '../nodes/node-kind.ts'
import { parseDocument, type ParsedDocument } from './parse.ts'
import { END, FAILED, resolveExits, type ResolvedNode, TRIGGER } from './resolve.ts'

export interface ChartNode {
  id: string
  /** Node type, or `trigger`, `end`, `failed`. */
  kind: string
  role: 'trigger' | 'state' | 'choice' | 'end' | 'failed'
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
  const first = nodes[0]?.id ?? END
  const ends = new Set(nodes.filter((node) => !isDrawn(node)).map((node) => node.id))
  const edges = [
    { id: `${TRIGGER}:next`, from: TRIGGER, to: first, port: 'next', label: null },
    ...nodes.flatMap(edgesOf),
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

function edgesOf(node: ResolvedNode): ChartEdge[] {
  if (!isDrawn(node)) return []
  const edges = node.exits.map(({ port, target }) => ({
    id: `${node.id}:${port.name}`,
    from: node.id,
    to: target,
    port: port.name,
    label: port.label,
  }))
  const canFail = node.kind?.lower(node.node).shape === 'effect'
  if (canFail && !edges.some((edge) => edge.port === 'error')) {
    edges.push({ id: `${node.id}:error`, from: node.id, to: FAILED, port: 'error', label: null })
  }
  return edges
}

function triggerNode({ document, trigger }: ParsedDocument): ChartNode {
  return {
    id: TRIGGER,
    kind: document.trigger.type,
    role: 'trigger',
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

function stateNode({ id, type, node, kind }: ResolvedNode): ChartNode {
  const shape = kind?.lower(node).shape
  return {
    id,
    kind: type,
    role: shape === 'choice' ? 'choice' : 'state',
    label: node.label ?? null,
    title: kind?.description ?? { 'pt-BR': type, en: type },
    summary: kind?.summarize(node) ?? '',
    icon: kind?.icon ?? 'circle-help',
    waits: shape === 'wait' || shape === 'effect',
  }
}

const END_NODE: ChartNode = {
  id: END,
  kind: 'end',
  role: 'end',
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
  label: null,
  title: { 'pt-BR': 'Falha à espera de uma pessoa', en: 'Failed, waiting for a person' },
  summary: '',
  icon: 'circle-alert',
  waits: false,
}
