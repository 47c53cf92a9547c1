// What is different about a node that is in both documents: what it does, where it leads, what holds it.

import type { Exit, ResolvedNode } from '../compile/resolve.ts'
import type { Json } from '../contracts/json.ts'
import type { WorkflowChange } from '../contracts/versions.ts'
import type { Localized } from '../nodes/node-kind.ts'
import { type FieldChange, fieldChanges } from './fields.ts'
import type { Kept } from './renames.ts'
import {
  moved,
  nameOf,
  otherField,
  otherKind,
  otherPort,
  otherTarget,
  spotOf,
} from './sentences.ts'
import { bodyOf } from './side.ts'

/** Events stand in the document as a list and are told by their ways out. */
const TOLD_BY_PORTS: Record<string, readonly string[]> = {
  'wait.for.event': ['event', 'events'],
  group: ['on'],
  switch: ['cases'],
}

/** What the two documents make of each other. */
export interface Between {
  kept: Kept
  /** The name of a state in a sentence, of either document. */
  named: (id: string) => string
}

/** All differences between a node and what it was. */
export function nodeChanges(
  was: ResolvedNode,
  is: ResolvedNode,
  between: Between,
): WorkflowChange[] {
  if (was.type !== is.type) {
    const message = otherKind(nameOf(is), describe(was), describe(is))
    return [{ ...about(is), path: '.type', before: was.type, after: is.type, message }]
  }
  const fields = changedFields(was, is, between.kept)
  const lost = new Set(fields.map(({ path }) => path))
  return [
    ...changedPlace(was, is, between),
    ...fields,
    ...changedPorts(was, is, between).filter(
      // A time-out that is lost needs no second sentence about its way out.
      ({ path }) => !(path === '.timeoutNext' && lost.has('.timeout')),
    ),
  ]
}

function about({ id }: ResolvedNode): Pick<WorkflowChange, 'kind' | 'nodeId'> {
  return { kind: 'changed', nodeId: id }
}

/** What a node of this kind does; a kind that is not known is called as the document does. */
export function describe({ kind, type }: ResolvedNode): Localized {
  return kind?.description ?? { 'pt-BR': type, en: type }
}

function changedPlace(
  was: ResolvedNode,
  is: ResolvedNode,
  { kept, named }: Between,
): WorkflowChange[] {
  const old = was.parent === null ? null : (kept.get(was.parent) ?? was.parent)
  if (old === is.parent) return []
  const message = moved(nameOf(is), is.parent === null ? null : named(is.parent))
  return [
    {
      kind: 'moved',
      nodeId: is.id,
      path: '.parent',
      before: was.parent,
      after: is.parent,
      message,
    },
  ]
}

function changedFields(was: ResolvedNode, is: ResolvedNode, kept: Kept): WorkflowChange[] {
  const told = new Set(TOLD_BY_PORTS[is.type] ?? [])
  const fieldsOf = (node: ResolvedNode): Record<string, Json> => {
    const body = {
      ...bodyOf(node),
      ...(node.node.label !== undefined && { label: node.node.label }),
    }
    const entries = Object.entries(body).filter(([key]) => !told.has(key))
    return Object.fromEntries(entries) as Record<string, Json>
  }
  const before = fieldsOf(was)
  // What a container does with failures inside is a place in the document, and may be renamed with it.
  if (typeof before['onError'] === 'string') {
    before['onError'] = kept.get(before['onError']) ?? before['onError']
  }
  return fieldChanges(before, fieldsOf(is), '').map((change) => changeOf(is, change))
}

function changeOf(node: ResolvedNode, change: FieldChange): WorkflowChange {
  const { path, before = null, after = null } = change
  return { ...about(node), path, before, after, message: otherField(nameOf(node), change) }
}

function changedPorts(was: ResolvedNode, is: ResolvedNode, between: Between): WorkflowChange[] {
  const before = byName(was)
  const after = byName(is)
  const names = [...new Set([...before.keys(), ...after.keys()])]
  return names.flatMap((name) =>
    changedPort(is, { name, old: before.get(name), now: after.get(name) }, between),
  )
}

function changedPort(
  node: ResolvedNode,
  { name, old, now }: { name: string; old: Exit | undefined; now: Exit | undefined },
  { kept, named }: Between,
): WorkflowChange[] {
  const [was, is] = [old && renamedTarget(old.target, kept), now?.target]
  if (was === is) return []
  const { path } = (now ?? old)?.port ?? { path: '' }
  const change = { ...about(node), path, before: old?.target ?? null, after: is ?? null }
  const spot = (target: string) => spotOf(target, named)
  if (was !== undefined && is !== undefined) {
    return [{ ...change, message: otherTarget(nameOf(node), name, spot(was), spot(is)) }]
  }
  const what = is === undefined ? 'lost' : 'gained'
  return [{ ...change, message: otherPort(nameOf(node), name, spot(is ?? was ?? ''), what) }]
}

function renamedTarget(target: string, kept: Kept): string {
  const container = target.startsWith('done:') ? target.slice('done:'.length) : null
  if (container !== null) return `done:${kept.get(container) ?? container}`
  return kept.get(target) ?? target
}

/** Ways out by name; those that are numbered by the event that they are for. */
function byName(node: ResolvedNode): Map<string, Exit> {
  const exits = new Map<string, Exit>()
  for (const exit of node.exits) {
    const { name, label } = exit.port
    const isNumbered = /^(event|on):\d+$/.test(name) || (name === 'next' && isEventOf(node))
    const key =
      isNumbered && label !== null ? `${name.startsWith('on') ? 'on' : 'event'}:${label}` : name
    exits.set(exits.has(key) ? name : key, exit)
  }
  return exits
}

function isEventOf({ type }: ResolvedNode): boolean {
  return type === 'wait.for.event'
}
