// One of the two documents that are compared: its nodes by id, each with its place among its neighbours.

import { parseDocument } from '../compile/parse.ts'
import { isContainer, resolveExits, type ResolvedNode } from '../compile/resolve.ts'
import { canonicalJson } from '../compile/hash.ts'
import type { WorkflowDocument } from '../contracts/workflow.ts'

export interface Side {
  document: WorkflowDocument
  nodes: ReadonlyMap<string, ResolvedNode>
  places: ReadonlyMap<string, Place>
  /** What the workflow and each container begin with; the workflow's own key is empty. */
  starts: ReadonlyMap<string, string>
}

export interface Place {
  parent: string | null
  /** The nodes beside it; null at the edge. */
  previous: string | null
  following: string | null
}

/** A document as one side of a comparison; null when not even its outline is readable. */
export function sideOf(document: unknown): Side | null {
  const { parsed } = parseDocument(document)
  if (!parsed) return null
  const list = resolveExits(parsed)
  const nodes = new Map(list.map((node) => [node.id, node]))
  const families = Map.groupBy(nodes.values(), (node) => node.parent)
  return {
    document: parsed.document,
    nodes,
    places: new Map([...families.values()].flatMap(placesOf)),
    starts: new Map([...families].map(([parent, [first]]) => [parent ?? '', first?.id ?? ''])),
  }
}

function placesOf(family: ResolvedNode[]): [string, Place][] {
  return family.map((node, index) => [
    node.id,
    {
      parent: node.parent,
      previous: family[index - 1]?.id ?? null,
      following: family[index + 1]?.id ?? null,
    },
  ])
}

/** What a node does, without its id, its place and where it leads. */
export function bodyOf(node: ResolvedNode): Record<string, unknown> {
  const { id: _id, type: _type, parent: _parent, label: _label, ...body } = node.node
  const copy = structuredCopy(body)
  for (const { port } of node.exits) deletePath(copy, port.path)
  return copy
}

/** True when both do the same. */
export function isSameBody(left: ResolvedNode, right: ResolvedNode): boolean {
  return left.type === right.type && canonicalJson(bodyOf(left)) === canonicalJson(bodyOf(right))
}

/** How contacts are in a node: they wait there, wait for what it asked for, are inside it, or only pass. */
export type Stay = 'waits' | 'performs' | 'holds' | 'passes'

export function stayOf(node: ResolvedNode): Stay {
  if (isContainer(node)) return 'holds'
  const shape = node.kind?.lower(node.node).shape
  if (shape === 'wait') return 'waits'
  return shape === 'effect' || shape === 'ask' ? 'performs' : 'passes'
}

const STEP = /\.([\p{L}_][\p{L}\p{N}_]*)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]/gu

function deletePath(value: Record<string, unknown>, path: string): void {
  const keys = [...path.matchAll(STEP)].map(
    ([, bare, index, quoted]) => bare ?? index ?? (quoted ?? '').replaceAll(/\\(.)/g, '$1'),
  )
  const last = keys.pop()
  let holder: unknown = value
  for (const key of keys) {
    if (typeof holder !== 'object' || holder === null) return
    holder = (holder as Record<string, unknown>)[key]
  }
  if (last === undefined || typeof holder !== 'object' || holder === null) return
  delete (holder as Record<string, unknown>)[last]
}

function structuredCopy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}
