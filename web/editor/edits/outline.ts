// Where every node of a draft leads, whatever state its fields are in. What a node is, a container or a step, follows
// from its kind alone: a loop whose list is not typed yet still holds its nodes.

import type { ParsedNode } from '#machines/compile/parse.ts'
import {
  doneOf,
  END,
  type Exit,
  resolveExits,
  type ResolvedNode,
  TRIGGER,
} from '#machines/compile/resolve.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import {
  errorPort,
  type Lowering,
  type NodeBase,
  type NodeKind,
  nextPort,
  type Port,
} from '#machines/nodes/node-kind.ts'
import { NODE_KINDS } from '#machines/nodes/registry.ts'
import { freshBody } from './fresh-body.ts'

export type DocNode = WorkflowDocument['nodes'][number]
type Shape = Lowering['shape']

export interface Outline {
  nodes: readonly ResolvedNode[]
  byId: ReadonlyMap<string, ResolvedNode>
}

const HOLDERS: ReadonlySet<Shape | undefined> = new Set(['group', 'parallel', 'loop', 'interrupt'])
const KINDS: ReadonlyMap<string, NodeKind> = new Map(
  NODE_KINDS.map((kind) => [kind.type, forgiving(kind)]),
)

export function outlineOf(nodes: readonly DocNode[]): Outline {
  const parsed = nodes.map((node, index): ParsedNode => {
    const { id, type } = node
    return { index, id, type, node: node as unknown as NodeBase, kind: KINDS.get(type) }
  })
  // The document itself is not looked at where exits are resolved.
  const resolved = resolveExits({ document: {} as WorkflowDocument, trigger: null, nodes: parsed })
  return { nodes: resolved, byId: new Map(resolved.map((node) => [node.id, node])) }
}

/** The same kind for bodies that are not finished. `onError` of a container is a way out here, of what is inside. */
function forgiving(kind: NodeKind): NodeKind {
  const lowering = loweringOf(kind)
  const ports = (node: NodeBase): Port[] => {
    const all = HOLDERS.has(lowering.shape)
      ? [...portsOf(kind, node), ...errorPort(node)]
      : portsOf(kind, node)
    return all.map((port) => ({ ...port, target: targetOf(port.target) }))
  }
  return { ...kind, lower: () => lowering, ports }
}

function loweringOf(kind: NodeKind): Lowering {
  try {
    return kind.lower({ id: 'n', type: kind.type, ...freshBody(kind.type) })
  } catch {
    return { shape: 'assign' }
  }
}

function portsOf(kind: NodeKind, node: NodeBase): Port[] {
  try {
    return kind.ports(node)
  } catch {
    return [nextPort(node), ...errorPort(node)]
  }
}

function targetOf(target: unknown): string | null | undefined {
  return typeof target === 'string' || target === null ? target : undefined
}

/** The ports that a node has as it is written now. */
export function portsIn(node: DocNode): Port[] {
  const base = node as unknown as NodeBase
  return KINDS.get(node.type)?.ports(base) ?? [nextPort(base), ...errorPort(base)]
}

export function shapeOf(type: string): Shape | undefined {
  return KINDS.get(type)?.lower({ id: '', type }).shape
}

/** True for kinds that hold other nodes. */
export function isHolder(type: string): boolean {
  return HOLDERS.has(shapeOf(type))
}

/** A child of a parallel: it is done when the parallel is, and leads nowhere alone. */
export function isRegion({ byId }: Outline, { parent }: ResolvedNode): boolean {
  return shapeOf(byId.get(parent ?? '')?.type ?? '') === 'parallel'
}

/** A group that is entered and left like any step: to be done is the same as to go where it leads. */
export function isPlain(outline: Outline, node: ResolvedNode): boolean {
  return shapeOf(node.type) === 'group' && !isRegion(outline, node)
}

export function exitOf({ byId }: Outline, id: string, port: string): Exit | undefined {
  return byId.get(id)?.exits.find((exit) => exit.port.name === port)
}

/** What a container, or the run itself (`$trigger`), begins with: a node, or the end of it where it is empty. */
export function entryOf({ nodes, byId }: Outline, place: string): string | undefined {
  if (place !== TRIGGER) {
    const container = byId.get(place)
    return container && (container.children[0] ?? doneOf(place))
  }
  const isFirst = ({ parent, type }: ResolvedNode) =>
    parent === null && shapeOf(type) !== 'interrupt'
  return nodes.find(isFirst)?.id ?? END
}

/** Where a node leads that is done; a region leads where the parallel around it does. */
export function nextOf(outline: Outline, node: ResolvedNode): string | undefined {
  const around = isRegion(outline, node) ? outline.byId.get(node.parent ?? '') : node
  return around && exitOf(outline, around.id, 'next')?.target
}

/** Containers around a node, the nearest first. */
export function aroundOf({ byId }: Outline, id: string): string[] {
  const around: string[] = []
  for (let at = byId.get(id)?.parent ?? null; at !== null; at = byId.get(at)?.parent ?? null) {
    around.push(at)
  }
  return around
}

/** These nodes and everything inside them. */
export function blockOf(outline: Outline, ids: Iterable<string>): Set<string> {
  const chosen = new Set(ids)
  const isIn = ({ id }: ResolvedNode) =>
    chosen.has(id) || aroundOf(outline, id).some((around) => chosen.has(around))
  return new Set(outline.nodes.filter(isIn).map(({ id }) => id))
}

/** These nodes in the document's order, without those that are inside others of them. */
export function topsOf(outline: Outline, ids: Iterable<string>): ResolvedNode[] {
  const chosen = new Set(ids)
  return outline.nodes.filter(
    ({ id }) => chosen.has(id) && !aroundOf(outline, id).some((around) => chosen.has(around)),
  )
}

/** Nodes side by side, those that only words lead to left out. */
export function lineOf({ nodes }: Outline, parent: string | null): ResolvedNode[] {
  return nodes.filter((node) => node.parent === parent && shapeOf(node.type) !== 'interrupt')
}
