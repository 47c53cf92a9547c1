// The document as a graph in which results, events and time are plain steps: what the checks search. Besides nodes it
// has points of its own: the end of a container, the join of a parallel, the turn of a loop, "somewhere inside".

import type { Lowering } from '../../nodes/node-kind.ts'
import { doneOf, END, FAILED, isInterrupt, type ResolvedNode, TRIGGER } from '../resolve.ts'
import type { Cause } from './cause.ts'
import { definedOn } from './defined.ts'

export interface Edge {
  from: string
  to: string
  /** The node whose step it is. */
  node: string
  cause: Cause
  /** Names that have a value from here on: `vars.total`, `n2`. */
  sets: readonly string[]
}

export interface Flow {
  nodes: readonly ResolvedNode[]
  byId: ReadonlyMap<string, ResolvedNode>
  /** How each node is lowered; undefined for nodes that could not be read. */
  shapes: ReadonlyMap<string, Lowering>
  edges: readonly Edge[]
  from: ReadonlyMap<string, readonly Edge[]>
  /** Join of a parallel to the ends of its groups, all of which it needs. */
  joins: ReadonlyMap<string, readonly string[]>
  /** End of a group to the join that it counts for. */
  joinOf: ReadonlyMap<string, string>
}

/** Somewhere at rest inside a container, or anywhere in the run. */
export function insideOf(container: string | null): string {
  return `inside:${container ?? '$root'}`
}

export function joinPoint(parallel: string): string {
  return `join:${parallel}`
}

/** Makes the graph of a resolved document; linear in its size. */
export function flowOf(nodes: readonly ResolvedNode[]): Flow {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const shapes = new Map(
    nodes.flatMap(({ id, kind, node }) => (kind ? [[id, kind.lower(node)] as const] : [])),
  )
  const isGroup = (id: string) => shapes.get(id)?.shape === 'group'
  const parallels = nodes.filter(({ id }) => shapes.get(id)?.shape === 'parallel')
  const joins = new Map(
    parallels
      .filter(({ children }) => children.length > 0 && children.every(isGroup))
      .map(({ id, children }) => [joinPoint(id), children.map(doneOf)] as const),
  )
  const joinOf = new Map([...joins].flatMap(([join, ends]) => ends.map((end) => [end, join])))
  const first = nodes.find((node) => node.parent === null && !isInterrupt(node))
  const begin = step({ from: TRIGGER, to: first?.id ?? END, node: TRIGGER })
  const edges = [begin, ...nodes.flatMap((node) => edgesOf(node, shapes.get(node.id), joinOf))]
  const from = Map.groupBy(edges, (edge) => edge.from)
  return { nodes, byId, shapes, edges, from, joins, joinOf }
}

type Step = Pick<Edge, 'from' | 'to' | 'node'> & Partial<Edge>

function step(given: Step): Edge {
  return { cause: { kind: 'at once' }, sets: [], ...given }
}

function edgesOf(
  node: ResolvedNode,
  lowering: Lowering | undefined,
  joinOf: Flow['joinOf'],
): Edge[] {
  switch (lowering?.shape) {
    case 'group':
    case 'interrupt':
    case 'parallel':
    case 'loop':
      return containerEdges(node, lowering, joinOf.has(doneOf(node.id)))
    case 'end':
      return [step({ from: node.id, to: END, node: node.id })]
    default:
      return leafEdges(node, lowering)
  }
}

type Container = Extract<Lowering, { shape: 'group' | 'interrupt' | 'parallel' | 'loop' }>

function containerEdges(node: ResolvedNode, lowering: Container, isRegion: boolean): Edge[] {
  const { id, parent, children } = node
  const inner = insideOf(id)
  const around = step({
    from: inner,
    to: insideOf(parent),
    node: id,
    cause: { kind: 'resting' },
  })
  const make = (given: Omit<Step, 'node'>) => step({ ...given, node: id })
  const next = node.exits.find(({ port, exists }) => exists && port.name === 'next')
  const done = doneOf(id)
  const leave = (from: string) => (next ? [make({ from, to: next.target })] : [])
  const begin = make({ from: id, to: children[0] ?? done })
  switch (lowering.shape) {
    case 'parallel':
      return [
        ...children.map((child) => make({ from: id, to: child })),
        ...leave(joinPoint(id)),
        around,
      ]
    case 'loop': {
      const turn = `turn:${id}`
      const item = make({ from: turn, to: children[0] ?? done, sets: [`vars.${lowering.as}`] })
      const rounds = [make({ from: id, to: turn }), make({ from: done, to: turn })]
      return [...rounds, item, ...leave(turn), around]
    }
    case 'interrupt':
      return [...calls(node, lowering), begin, ...leave(done)]
    case 'group':
      // The end of a region leads nowhere by itself: the join of its parallel does.
      return [begin, ...(isRegion ? [] : leave(done)), ...handlerEdges(node, lowering), around]
  }
}

function calls({ id }: ResolvedNode, { words, event }: Extract<Lowering, { shape: 'interrupt' }>) {
  const causes: Cause[] = [
    ...words.slice(0, 1).map((word) => ({ kind: 'word', word }) as const),
    ...(event === null ? [] : [{ kind: 'event', type: event } as const]),
  ]
  return causes.map((cause) =>
    step({ from: insideOf(null), to: id, node: id, cause, sets: definedOn({ id }, cause) }),
  )
}

function handlerEdges(node: ResolvedNode, lowering: Extract<Lowering, { shape: 'group' }>): Edge[] {
  return node.exits.flatMap(({ port, target, exists }) => {
    const type = lowering.events.find((event) => event.port === port.name)?.type
    const isTimer = lowering.after?.port === port.name
    if (!exists || (type === undefined && !isTimer)) return []
    const cause: Cause = type === undefined ? { kind: 'time' } : { kind: 'event', type }
    const sets = definedOn(node, cause)
    return [step({ from: insideOf(node.id), to: target, node: node.id, cause, sets })]
  })
}

function leafEdges(node: ResolvedNode, lowering: Lowering | undefined): Edge[] {
  const { id, parent, failsTo } = node
  const edges = node.exits
    .filter(({ exists }) => exists)
    .map(({ port, target }) => {
      const cause = causeOf(port.name, lowering)
      return step({ from: id, to: target, node: id, cause, sets: definedOn(node, cause) })
    })
  const shape = lowering?.shape
  const mayFail = shape === 'effect' || shape === 'ask'
  if (mayFail && !node.exits.some(({ port }) => port.name === 'error')) {
    edges.push(step({ from: id, to: failsTo, node: id, cause: { kind: 'failed' } }))
  }
  if ((shape === 'choice' || shape === 'assign') && failsTo !== FAILED) {
    edges.push(step({ from: id, to: failsTo, node: id, cause: { kind: 'undecided' } }))
  }
  if (mayFail || shape === 'wait') {
    edges.push(step({ from: id, to: insideOf(parent), node: id, cause: { kind: 'resting' } }))
  }
  return edges
}

function causeOf(port: string, lowering: Lowering | undefined): Cause {
  switch (lowering?.shape) {
    case 'choice':
      return { kind: 'choice', port }
    case 'effect':
      if (lowering.flag?.port === port)
        return { kind: 'done', output: { [lowering.flag.field]: true } }
      return { kind: outcomeOf(port, lowering.after?.port) ?? 'done' }
    case 'ask':
      return { kind: outcomeOf(port, lowering.after?.port) ?? 'answered' }
    case 'wait': {
      const reactions = [lowering.event, ...(lowering.events ?? [])]
      const type = reactions.find((reaction) => reaction?.port === port)?.type
      return type === undefined ? { kind: 'time' } : { kind: 'event', type }
    }
    default:
      return { kind: 'at once' }
  }
}

function outcomeOf(port: string, timer: string | undefined) {
  if (port === timer) return 'time'
  if (port === 'error') return 'failed'
  return port === 'invalid' ? 'misanswered' : null
}
