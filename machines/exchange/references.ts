// What a document names that lies outside of it: channels, templates, segments, workflows, files. And the same document
// with other names in those places.

import { LAST_CHANNEL } from '../contracts/channel.ts'
import type { MappedReference, ReferenceKind } from '../contracts/workflow-exchange.ts'
import { isJsonObject, type Json, type JsonObject } from '../contracts/json.ts'
import { isTemplate } from '../expression/template.ts'
import { textOf } from '../expression/value.ts'
import { nodeKindOf } from '../nodes/registry.ts'

export interface Reference {
  kind: ReferenceKind
  name: string
  /** Of a template; null where the node leaves it open. */
  language: string | null
  /** Nodes that name it; `$trigger` is the trigger. */
  nodeIds: string[]
}

type Id = Pick<Reference, 'kind' | 'name' | 'language'>

/** What tells one reference from another. */
export function referenceKey({ kind, name, language }: Id): string {
  return JSON.stringify([kind, name, language])
}

/**
 * Everything outside that the document names, each once, in the order in which it appears.
 * @param document any JSON; what cannot be read names nothing
 */
export function referencesOf(document: unknown): Reference[] {
  const found = new Map<string, Reference>()
  const note = (id: Id, nodeId: string): void => {
    const key = referenceKey(id)
    const known = found.get(key) ?? { ...id, nodeIds: [] }
    if (!known.nodeIds.includes(nodeId)) known.nodeIds.push(nodeId)
    found.set(key, known)
  }
  rewrite(document, (id, nodeId) => {
    note(id, nodeId)
    return null
  })
  for (const [channel, nodeId] of neededChannels(document)) {
    note({ kind: 'channel', name: channel, language: null }, nodeId)
  }
  return [...found.values()]
}

/**
 * The document with the names that were chosen for what it names.
 * @param document any JSON
 * @param mapping what is left out, and what stays open, stays as it is written
 */
export function withReferences(
  document: JsonObject,
  mapping: readonly MappedReference[],
): JsonObject {
  const chosen = new Map(
    mapping.flatMap((one) => {
      const { choice } = one
      const name = choice.use === 'open' ? undefined : choice.name
      return name === undefined || name === one.name ? [] : [[referenceKey(one), name] as const]
    }),
  )
  return rewrite(document, (id) => chosen.get(referenceKey(id)) ?? null) as JsonObject
}

/** @returns the new name, or null where it stays */
type Rename = (id: Id, nodeId: string) => string | null

function rewrite(document: unknown, rename: Rename): Json {
  if (!isJsonObject(document)) return null
  const { trigger, nodes } = document
  return {
    ...document,
    ...(isJsonObject(trigger) && { trigger: rewriteTrigger(trigger, rename) }),
    ...(Array.isArray(nodes) && {
      nodes: nodes.map((node) => (isJsonObject(node) ? rewriteNode(node, rename) : node)),
    }),
  }
}

const ON_TRIGGER = '$trigger'

function rewriteTrigger(trigger: JsonObject, rename: Rename): JsonObject {
  const to = (kind: ReferenceKind) => (name: string) =>
    rename({ kind, name, language: null }, ON_TRIGGER)
  const { filter } = trigger
  if (trigger['type'] === 'segment.entered' && isJsonObject(filter) && 'segment' in filter) {
    const segment = renameIn(filter['segment'] ?? null, to('segment'))
    return { ...trigger, filter: { ...filter, segment } }
  }
  return trigger['type'] === 'message.received'
    ? renamed(trigger, 'channel', to('channel'))
    : trigger
}

function rewriteNode(node: JsonObject, rename: Rename): JsonObject {
  const { id, type } = node
  if (typeof id !== 'string' || typeof type !== 'string') return node
  const language = typeof node['language'] === 'string' ? node['language'] : null
  const to =
    (kind: ReferenceKind, of: string | null = null) =>
    (name: string) =>
      rename({ kind, name, language: of }, id)
  const files = rewriteFiles(node, to('media')) as JsonObject
  if (type === 'whatsapp.send_template') return renamed(files, 'template', to('template', language))
  if (type === 'email.send_template') {
    return renamed(files, 'template', to('emailTemplate', language))
  }
  if (type === 'message.send_text') return renamed(files, 'channel', to('channel'))
  return type === 'subflow' ? rewriteSubflow(files, to('workflow')) : files
}

/** A version is one of a workflow: under another workflow it would be nothing. */
function rewriteSubflow(node: JsonObject, rename: (name: string) => string | null): JsonObject {
  const { version: _version, ...rest } = node
  const after = renamed(node, 'workflow', rename)
  return after['workflow'] === node['workflow']
    ? node
    : { ...rest, workflow: after['workflow'] ?? null }
}

function renamed(
  holder: JsonObject,
  field: string,
  rename: (name: string) => string | null,
): JsonObject {
  const value = holder[field]
  if (typeof value !== 'string' || isTemplate(value)) return holder
  const next = rename(value)
  return next === null ? holder : { ...holder, [field]: next }
}

/** One name or several. */
function renameIn(value: Json, rename: (name: string) => string | null): Json {
  if (typeof value === 'string') return rename(value) ?? value
  return Array.isArray(value) ? value.map((item) => renameIn(item, rename)) : value
}

/** Files are named by id wherever a node sends one: `mediaId`, and `media` of an attachment. */
const FILE_FIELDS: ReadonlySet<string> = new Set(['mediaId', 'media'])
const FILE_ID = /^med_[0-9A-Za-z_-]+$/

function rewriteFiles(value: Json, rename: (name: string) => string | null): Json {
  if (Array.isArray(value)) return value.map((item) => rewriteFiles(item, rename))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      FILE_FIELDS.has(key) && typeof item === 'string' && FILE_ID.test(item)
        ? (rename(item) ?? item)
        : rewriteFiles(item, rename),
    ]),
  )
}

/** Channels that nodes cannot do without; they are said by the kind of node and cannot be another one. */
function neededChannels(document: unknown): [channel: string, nodeId: string][] {
  const nodes = isJsonObject(document) ? document['nodes'] : null
  if (!Array.isArray(nodes)) return []
  return nodes.flatMap((node): [string, string][] => {
    if (!isJsonObject(node) || typeof node['id'] !== 'string') return []
    const kind = nodeKindOf(textOf(node['type']))
    const body = kind?.schema.safeParse(node)
    const channel = body?.success ? kind?.needs(body.data).channel : undefined
    const isFixed = channel !== undefined && channel !== LAST_CHANNEL
    return isFixed ? [[channel, node['id']]] : []
  })
}
