// Phase 1: unknown JSON to typed nodes. Finds wrong shapes, unknown kinds, bad ids.

import type { z } from 'zod'
import {
  MAX_CONTAINER_DEPTH,
  MAX_DOCUMENT_DEPTH,
  MAX_NODES,
  NODE_ID_PATTERN,
  RESERVED_NODE_IDS,
  WorkflowDocumentSchema,
} from '../contracts/workflow.ts'
import type { WorkflowDocument } from '../contracts/workflow.ts'
import { pathStep } from '../expression/path.ts'
import { SCOPE_NAMES } from '../expression/scope.ts'
import type { NodeBase, NodeKind } from '../nodes/node-kind.ts'
import { NODE_KINDS, nodeKindOf, TRIGGER_KINDS, triggerKindOf } from '../nodes/registry.ts'
import type { TriggerBase, TriggerKind } from '../nodes/trigger-kind.ts'
import { replaceAt } from './checks/fix.ts'
import { nearestOf } from './checks/nearest.ts'
import type { Finding } from './diagnostics.ts'
import { nearestIssues, SAYABLE, sayIssue } from './refusals.ts'

/** Objects, lists and plain values in all; ten times what a document of `MAX_NODES` nodes needs. */
const MAX_VALUES = 500_000

export interface ParsedNode {
  index: number
  id: string
  type: string
  node: NodeBase
  /** Undefined when no file defines the kind or the body is invalid. */
  kind: NodeKind | undefined
}

export interface ParsedTrigger {
  kind: TriggerKind
  trigger: TriggerBase
}

export interface ParsedDocument {
  document: WorkflowDocument
  trigger: ParsedTrigger | null
  nodes: ParsedNode[]
}

/**
 * What was read of each node's JSON, for documents that come again with most nodes the same objects: a node that was
 * changed must be another object.
 */
export type ParseMemory = WeakMap<object, NodeBody>

type OutlineNode = WorkflowDocument['nodes'][number]

interface NodeBody extends Pick<ParsedNode, 'node' | 'kind'> {
  /** As the outline of the document has it. */
  outline: OutlineNode
  /** What is wrong with it, wherever it stands in the document. */
  findingsAt(path: string): Finding[]
}

/** Parses a document; null when not even its outline is readable. */
export function parseDocument(
  input: unknown,
  memory?: ParseMemory,
): {
  parsed: ParsedDocument | null
  findings: Finding[]
} {
  const refused = refuseSize(input)
  if (refused) return { parsed: null, findings: [refused] }
  const outline = readOutline(input, memory)
  if (!outline.success) {
    return { parsed: null, findings: shapeFindings(outline.error, '$', 'DOCUMENT_INVALID') }
  }
  const document = outline.data
  const findings: Finding[] = []
  const trigger = parseTrigger(document.trigger, findings)
  const given = (input as { nodes: object[] }).nodes
  const nodes = document.nodes.map((node, index) => {
    const body = bodyOf(node, given[index], memory)
    findings.push(...body.findingsAt(`$.nodes[${index}]`))
    return { index, id: node.id, type: node.type, node: body.node, kind: body.kind }
  })
  findIdProblems(nodes, findings)
  const deep = tooDeep(nodes)
  if (deep) return { parsed: null, findings: [deep] }
  if (nodes.length === 0) findings.push({ code: 'DOCUMENT_EMPTY', path: '$.nodes' })
  return { parsed: { document, trigger, nodes }, findings }
}

/** Nodes that were read before are known to have an outline: only the others go through the schema. */
function readOutline(input: unknown, memory: ParseMemory | undefined) {
  const nodes = isObject(input) ? (input as { nodes?: unknown }).nodes : undefined
  if (!memory || !Array.isArray(nodes)) return WorkflowDocumentSchema.safeParse(input, SAYABLE)
  const known = nodes.map((node): OutlineNode | undefined =>
    isObject(node) ? memory.get(node)?.outline : undefined,
  )
  const fresh = nodes.filter((_, index) => known[index] === undefined)
  const read = WorkflowDocumentSchema.safeParse({ ...(input as object), nodes: fresh }, SAYABLE)
  // What is wrong is told by its place among all of them.
  if (!read.success) return WorkflowDocumentSchema.safeParse(input, SAYABLE)
  const left = read.data.nodes.values()
  const all = known.flatMap((node) => node ?? left.next().value ?? [])
  return { success: true as const, data: { ...read.data, nodes: all } }
}

/** The first node with more containers around it than a statechart can be walked through in bounded time. */
function tooDeep(nodes: readonly ParsedNode[]): Finding | null {
  const parents = new Map(nodes.map(({ id, node }) => [id, node.parent]))
  const deep = nodes.find(({ id }) => {
    let around = parents.get(id)
    let depth = 0
    for (; around !== undefined && depth < MAX_CONTAINER_DEPTH; depth += 1) {
      // What comes back to itself is a wrong place, and told as such.
      if (around === id) return false
      around = parents.get(around)
    }
    return around !== undefined && !isRound(id, parents)
  })
  if (!deep) return null
  const detail = {
    'pt-BR': `mais de ${MAX_CONTAINER_DEPTH} níveis de aninhamento`,
    en: `nested deeper than ${MAX_CONTAINER_DEPTH} levels`,
  }
  return { code: 'DOCUMENT_INVALID', path: `$.nodes[${deep.index}].parent`, detail }
}

function isRound(id: string, parents: ReadonlyMap<string, string | undefined>): boolean {
  const seen = new Set<string>()
  for (let at: string | undefined = id; at !== undefined; at = parents.get(at)) {
    if (seen.has(at)) return true
    seen.add(at)
  }
  return false
}

/** What is too large or too deep for the schemas must not be walked by them first. */
function refuseSize(input: unknown): Finding | null {
  const nodes = isObject(input) ? (input as { nodes?: unknown }).nodes : undefined
  if (Array.isArray(nodes) && nodes.length > MAX_NODES) {
    const detail = { 'pt-BR': `${MAX_NODES} estados`, en: `${MAX_NODES} nodes` }
    return { code: 'DOCUMENT_TOO_LARGE', path: '$.nodes', detail }
  }
  const size = sizeOf(input)
  if (size === 'too large') {
    const detail = { 'pt-BR': `${MAX_VALUES} valores`, en: `${MAX_VALUES} values` }
    return { code: 'DOCUMENT_TOO_LARGE', path: '$', detail }
  }
  if (size === 'fits') return null
  const detail = {
    'pt-BR': `mais de ${MAX_DOCUMENT_DEPTH} níveis de aninhamento`,
    en: `nested deeper than ${MAX_DOCUMENT_DEPTH} levels`,
  }
  return { code: 'DOCUMENT_INVALID', path: '$', detail }
}

/** Level by level and without recursion; stops at the first value too many. */
function sizeOf(input: unknown): 'fits' | 'too deep' | 'too large' {
  let level: object[] = isObject(input) ? [input] : []
  let values = 0
  for (let depth = 0; depth < MAX_DOCUMENT_DEPTH; depth += 1) {
    const inner: object[] = []
    for (const value of level) {
      // Names first: to list the values of a very wide object takes several times as long.
      const names = Array.isArray(value) ? null : Object.keys(value)
      values += (names ?? (value as unknown[])).length
      if (values > MAX_VALUES) return 'too large'
      const items = names ? Object.values(value) : (value as unknown[])
      for (const item of items) if (isObject(item)) inner.push(item)
    }
    if (inner.length === 0) return 'fits'
    level = inner
  }
  return level.every((value) => Object.keys(value).length === 0) ? 'fits' : 'too deep'
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function parseTrigger(trigger: TriggerBase, findings: Finding[]): ParsedTrigger | null {
  const kind = triggerKindOf(trigger.type)
  if (!kind) {
    findings.push({
      code: 'TRIGGER_UNKNOWN',
      path: '$.trigger.type',
      detail: trigger.type,
      fix: nearestFix('$.trigger.type', trigger.type, TRIGGER_KINDS),
    })
    return null
  }
  const body = kind.schema.safeParse(trigger, SAYABLE)
  if (body.success) return { kind, trigger: body.data }
  findings.push(...shapeFindings(body.error, '$.trigger', 'TRIGGER_INVALID'))
  return null
}

/** @param given the node as it was handed in, which the outline has copied */
function bodyOf(node: OutlineNode, given: object | undefined, memory?: ParseMemory): NodeBody {
  const known = given && memory?.get(given)
  if (known) return known
  const body = readNode(node)
  if (given) memory?.set(given, body)
  return body
}

function readNode(outline: OutlineNode): NodeBody {
  const input: NodeBase = outline
  const { id: nodeId, type } = input
  const kind = nodeKindOf(type)
  if (!kind) {
    const code = 'NODE_KIND_UNKNOWN'
    const findingsAt = (path: string): Finding[] => {
      const fix = nearestFix(`${path}.type`, type, NODE_KINDS)
      return [{ code, path: `${path}.type`, nodeId, detail: type, fix }]
    }
    return { outline, node: input, kind, findingsAt }
  }
  const body = kind.schema.safeParse(input, SAYABLE)
  if (body.success) return { outline, node: body.data, kind, findingsAt: () => [] }
  const { error } = body
  return {
    outline,
    node: input,
    kind: undefined,
    findingsAt: (path) =>
      shapeFindings(error, path, 'NODE_INVALID').map((finding) => ({ ...finding, nodeId })),
  }
}

function nearestFix(path: string, type: string, kinds: readonly { type: string }[]) {
  const nearest = nearestOf(
    type,
    kinds.map((kind) => kind.type),
  )
  return nearest === null ? null : [replaceAt(path, nearest)]
}

function findIdProblems(nodes: ParsedNode[], findings: Finding[]): void {
  const seen = new Set<string>()
  const all = new Set(nodes.map((node) => node.id))
  for (const { id, index } of nodes) {
    const place = { path: `$.nodes[${index}].id`, nodeId: id, detail: id.slice(0, 80) }
    if (RESERVED_NODE_IDS.has(id) || SCOPE_NAMES.has(id))
      findings.push({ code: 'NODE_ID_RESERVED', ...place })
    else if (!NODE_ID_PATTERN.test(id)) findings.push({ code: 'NODE_ID_INVALID', ...place })
    if (seen.has(id)) {
      const fix = [replaceAt(place.path, freeId(id, all))]
      findings.push({ code: 'NODE_ID_DUPLICATE', ...place, fix })
    }
    seen.add(id)
  }
}

/** The id with the first number that makes it another one. */
function freeId(id: string, taken: ReadonlySet<string>): string {
  const base = id.slice(0, 58)
  for (let number = 2; ; number += 1) {
    if (!taken.has(`${base}_${number}`)) return `${base}_${number}`
  }
}

function shapeFindings(error: z.ZodError, base: string, code: Finding['code']): Finding[] {
  return error.issues
    .flatMap(nearestIssues)
    .slice(0, 20)
    .map((issue) => {
      const path = issue.path.reduce<string>(
        (text, key) => text + pathStep(typeof key === 'number' ? key : String(key)),
        base,
      )
      const field = path.slice(base.length).replace(/^\./, '')
      const said = sayIssue(issue)
      const at = field ? `${field}: ` : ''
      return { code, path, detail: { 'pt-BR': at + said['pt-BR'], en: at + said.en } }
    })
}
