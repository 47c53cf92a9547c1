// Two people changed one draft: what only one of them touched is taken from each, what both touched is for people to
// decide. Order and what follows what count as parts of the nodes, so that no way leads elsewhere unseen. Pure.

import { canonicalJson } from '#machines/compile/hash.ts'
import { isJsonObject, type Json } from '#machines/contracts/json.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import { sideOf } from '#machines/diff/side.ts'

export interface Merged {
  /** What comes out; null when something clashes. */
  document: WorkflowDocument | null
  /** Ids of the nodes that both changed in different ways; `$trigger` and `$workflow` for what is no node. */
  clashes: string[]
}

type Node = WorkflowDocument['nodes'][number]
interface Three<T> {
  base: T
  mine: T
  theirs: T
}

/**
 * @param base the draft that both began with
 * @param mine what this person made of it
 * @param theirs what is saved now
 */
export function mergeDrafts(
  base: WorkflowDocument,
  mine: WorkflowDocument,
  theirs: WorkflowDocument,
): Merged {
  const clashes = new Set<string>()
  const { nodes: _nodes, layout: _layout, ...outline } = theirs
  const result: WorkflowDocument = { ...outline, nodes: [] }
  for (const key of keysOf(base, mine, theirs)) {
    if (key === 'nodes' || key === 'layout') continue
    const value = choose({ base: base[key], mine: mine[key], theirs: theirs[key] })
    if (value === CLASH) clashes.add(key === 'trigger' ? '$trigger' : '$workflow')
    else put(result, key, value)
  }
  result.nodes = mergeNodes({ base: base.nodes, mine: mine.nodes, theirs: theirs.nodes }, clashes)
  const layout = mergeLayout({ base: base.layout, mine: mine.layout, theirs: theirs.layout })
  put(result, 'layout', layout)
  if (clashes.size === 0) addLostWays({ base, mine, theirs }, result, clashes)
  return { document: clashes.size === 0 ? result : null, clashes: [...clashes] }
}

const CLASH = Symbol('clash')

const same = (left: unknown, right: unknown): boolean =>
  left === undefined || right === undefined
    ? left === right
    : canonicalJson(left) === canonicalJson(right)

/** What only one of them changed, or both in the same way. */
function choose<T>({ base, mine, theirs }: Three<T>): T | typeof CLASH {
  if (same(mine, base) || same(mine, theirs)) return theirs
  return same(theirs, base) ? mine : CLASH
}

function put(target: Record<string, unknown>, key: string, value: unknown): void {
  if (value === undefined) delete target[key]
  else target[key] = value
}

const keysOf = (...objects: object[]): Set<string> =>
  new Set(objects.flatMap((object) => Object.keys(object)))

function mergeNodes(three: Three<readonly Node[]>, clashes: Set<string>): Node[] {
  const base = byId(three.base)
  const mine = byId(three.mine)
  const theirs = byId(three.theirs)
  const kept = new Map<string, Node>()
  for (const id of new Set([...base.keys(), ...theirs.keys(), ...mine.keys()])) {
    const node = choose({ base: base.get(id), mine: mine.get(id), theirs: theirs.get(id) })
    if (node === CLASH) clashes.add(id)
    else if (node) kept.set(id, node)
  }
  const ids = (nodes: readonly Node[]): string[] => nodes.map(({ id }) => id)
  return orderOf(ids(three.base), ids(three.mine), ids(three.theirs)).flatMap(
    (id) => kept.get(id) ?? [],
  )
}

const byId = (nodes: readonly Node[]): Map<string, Node> =>
  new Map(nodes.map((node) => [node.id, node]))

/** Whoever left the order alone follows the other; else mine come after what they came after. */
function orderOf(base: string[], mine: string[], theirs: string[]): string[] {
  if (same(theirs, base)) return [...mine]
  const order = [...theirs]
  for (const [index, id] of mine.entries()) {
    if (order.includes(id)) continue
    const before = mine.slice(0, index).findLast((each) => order.includes(each))
    order.splice(before === undefined ? 0 : order.indexOf(before) + 1, 0, id)
  }
  return order
}

/** Where somebody put a node down last is good enough. */
function mergeLayout({ base, mine, theirs }: Three<unknown>): unknown {
  const chosen = choose({ base, mine, theirs })
  if (chosen !== CLASH) return chosen
  if (!isRecord(mine) || !isRecord(theirs)) return mine
  const was = isRecord(base) ? base : {}
  const merged: Record<string, unknown> = {}
  for (const key of keysOf(was, mine, theirs)) {
    put(merged, key, mergeLayout({ base: was[key], mine: mine[key], theirs: theirs[key] }))
  }
  return merged
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  isJsonObject(value as Json | undefined)

/** Nodes that lead or begin elsewhere than either of the two said. */
function addLostWays(
  { base, mine, theirs }: Three<WorkflowDocument>,
  result: WorkflowDocument,
  clashes: Set<string>,
): void {
  const [was, own, other, now] = [base, mine, theirs, result].map(waysOf)
  if (!was || !own || !other || !now) return void clashes.add('$workflow')
  for (const [key, { id, to }] of now) {
    const expected = choose({
      base: was.get(key)?.to,
      mine: own.get(key)?.to,
      theirs: other.get(key)?.to,
    })
    if (expected !== to) clashes.add(id)
  }
}

interface Way {
  /** Of the node to blame. */
  id: string
  to: string
}

/** Each way out, and what the workflow and each container begin with; null for what cannot be read. */
function waysOf(document: WorkflowDocument): Map<string, Way> | null {
  const side = sideOf(document)
  // One id twice: nobody could say which is which.
  if (!side || side.nodes.size !== document.nodes.length) return null
  const exits = [...side.nodes.values()].flatMap(({ id, exits: ways }) =>
    ways.map(({ port, target, exists }): [string, Way] => [
      `${id} ${port.path}`,
      { id, to: `${target} ${exists}` },
    ]),
  )
  const starts = [...side.starts].map(([container, to]): [string, Way] => [
    `start ${container}`,
    { id: container === '' ? '$trigger' : container, to },
  ])
  return new Map([...exits, ...starts])
}
