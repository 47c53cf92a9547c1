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

/** Parses a document; null when not even its outline is readable. */
export function parseDocument(input: unknown): {
  parsed: ParsedDocument | null
  findings: Finding[]
} {
  const refused = refuseSize(input)
  if (refused) return { parsed: null, findings: [refused] }
  const outline = WorkflowDocumentSchema.safeParse(input, SAYABLE)
  if (!outline.success) {
    return { parsed: null, findings: shapeFindings(outline.error, '$', 'DOCUMENT_INVALID') }
  }
  const document = outline.data
  const findings: Finding[] = []
  const trigger = parseTrigger(document.trigger, findings)
  const nodes = document.nodes.map((node, index) => parseNode(node, index, findings))
  findIdProblems(nodes, findings)
  const deep = tooDeep(nodes)
  if (deep) return { parsed: null, findings: [deep] }
  if (nodes.length === 0) findings.push({ code: 'DOCUMENT_EMPTY', path: '$.nodes' })
  return { parsed: { document, trigger, nodes }, findings }
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

function parseNode(input: NodeBase, index: number, findings: Finding[]): ParsedNode {
  const path = `$.nodes[${index}]`
  const parsed = { index, id: input.id, type: input.type, node: input }
  const kind = nodeKindOf(input.type)
  if (!kind) {
    findings.push({
      code: 'NODE_KIND_UNKNOWN',
      path: `${path}.type`,
      nodeId: input.id,
      detail: input.type,
      fix: nearestFix(`${path}.type`, input.type, NODE_KINDS),
    })
    return { ...parsed, kind: undefined }
  }
  const body = kind.schema.safeParse(input, SAYABLE)
  if (body.success) return { ...parsed, node: body.data, kind }
  for (const finding of shapeFindings(body.error, path, 'NODE_INVALID')) {
    findings.push({ ...finding, nodeId: input.id })
  }
  return { ...parsed, kind: undefined }
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
