// What changed between two documents, in meaning: layout, key order and what was only spelled out count for nothing.

import type { ResolvedNode } from '../compile/resolve.ts'
import type { Json } from '../contracts/json.ts'
import type { WorkflowChange } from '../contracts/versions.ts'
import { fieldChanges } from './fields.ts'
import { type Between, describe, nodeChanges } from './node-changes.ts'
import { findKept, type Kept } from './renames.ts'
import {
  added,
  nameOf,
  otherName,
  otherStart,
  otherTrigger,
  removed,
  renamed,
} from './sentences.ts'
import { type Side, sideOf } from './side.ts'

/**
 * The differences between two documents, in the order of the newer one.
 * @param before any JSON, e.g. a published version
 * @param after any JSON, e.g. the draft; it may have errors
 * @returns null when one of them is no workflow document at all
 */
export function diffWorkflows(before: unknown, after: unknown): WorkflowChange[] | null {
  const sides = [sideOf(before), sideOf(after)] as const
  if (!sides[0] || !sides[1]) return null
  return diffSides(sides[0], sides[1], findKept(sides[0], sides[1]))
}

function diffSides(before: Side, after: Side, kept: Kept): WorkflowChange[] {
  const sources = new Map([...kept].map(([old, now]) => [now, old]))
  const named = (id: string): string => {
    const node = after.nodes.get(id) ?? before.nodes.get(id)
    return node ? nameOf(node) : id
  }
  return [
    ...workflowChanges(before, after),
    ...changedStarts(before, after, { kept, named }),
    ...[...before.nodes.values()].filter(({ id }) => !kept.has(id)).map(removal),
    ...[...after.nodes.values()].flatMap((node) => {
      const source = before.nodes.get(sources.get(node.id) ?? '')
      if (!source) {
        const message = added(nameOf(node), describe(node))
        return [whole('added', node.id, { before: null, after: node.type }, message)]
      }
      const changes = nodeChanges(source, node, { kept, named })
      if (source.id === node.id) return changes
      const ids = { before: source.id, after: node.id }
      const message = renamed(nameOf(node), source.id, node.id)
      return [whole('renamed', node.id, ids, message), ...changes]
    }),
  ]
}

function removal(node: ResolvedNode): WorkflowChange {
  return whole('removed', node.id, { before: node.id, after: null }, removed(nameOf(node)))
}

function whole(
  kind: WorkflowChange['kind'],
  nodeId: string,
  values: Pick<WorkflowChange, 'before' | 'after'>,
  message: WorkflowChange['message'],
): WorkflowChange {
  return { kind, nodeId, path: '', ...values, message }
}

function workflowChanges({ document: was }: Side, { document: is }: Side): WorkflowChange[] {
  const about = { kind: 'changed', nodeId: null } as const
  const name = { before: was.name, after: is.name }
  return [
    ...(was.name === is.name
      ? []
      : [{ ...about, path: '.name', ...name, message: otherName(was.name, is.name) }]),
    ...fieldChanges(was.trigger as Json, is.trigger as Json, '').map((change) => {
      const { before = null, after = null } = change
      const path = `.trigger${change.path}`
      return { ...about, path, before, after, message: otherTrigger(change) }
    }),
  ]
}

/** What the workflow or a container begins with. The regions of a parallel all begin. */
function changedStarts(before: Side, after: Side, { kept, named }: Between): WorkflowChange[] {
  return [...before.starts].flatMap(([container, first]) => {
    const now = container === '' ? '' : kept.get(container)
    const start = now === undefined ? undefined : after.starts.get(now)
    const isKept = kept.get(first) === start
    const isParallel = before.nodes.get(container)?.type === 'parallel'
    if (now === undefined || start === undefined || isKept || isParallel) return []
    const nodeId = now === '' ? null : now
    const message = otherStart(nodeId === null ? null : named(nodeId), named(start))
    return [{ kind: 'changed', nodeId, path: '.start', before: first, after: start, message }]
  })
}
