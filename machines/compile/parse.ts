// Phase 1: unknown JSON to typed nodes. Finds wrong shapes, unknown kinds, bad ids.

import type { z } from 'zod'
import {
  MAX_DOCUMENT_DEPTH,
  NODE_ID_PATTERN,
  RESERVED_NODE_IDS,
  WorkflowDocumentSchema,
} from '../contracts/workflow.ts'
import type { WorkflowDocument } from '../contracts/workflow.ts'
import { pathStep } from '../expression/path.ts'
import { SCOPE_NAMES } from '../expression/scope.ts'
import type { NodeBase, NodeKind } from '../nodes/node-kind.ts'
import { nodeKindOf, triggerKindOf } from '../nodes/registry.ts'
import type { TriggerBase, TriggerKind } from '../nodes/trigger-kind.ts'
import type { Finding } from './diagnostics.ts'

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
  if (isDeeperThan(input, MAX_DOCUMENT_DEPTH)) {
    const detail = `nested deeper than ${MAX_DOCUMENT_DEPTH} levels`
    return { parsed: null, findings: [{ code: 'DOCUMENT_INVALID', path: '$', detail }] }
  }
  const outline = WorkflowDocumentSchema.safeParse(input)
  if (!outline.success) {
    return { parsed: null, findings: shapeFindings(outline.error, '$', 'DOCUMENT_INVALID') }
  }
  const document = outline.data
  const findings: Finding[] = []
  const trigger = parseTrigger(document.trigger, findings)
  const nodes = document.nodes.map((node, index) => parseNode(node, index, findings))
  findIdProblems(nodes, findings)
  if (nodes.length === 0) findings.push({ code: 'DOCUMENT_EMPTY', path: '$.nodes' })
  return { parsed: { document, trigger, nodes }, findings }
}

/** Level by level: what is too deep for the schemas must not be walked by recursion first. */
function isDeeperThan(input: unknown, limit: number): boolean {
  let level = [input]
  for (let depth = 0; depth <= limit; depth += 1) {
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    )
    if (level.length === 0) return false
  }
  return true
}

function parseTrigger(trigger: TriggerBase, findings: Finding[]): ParsedTrigger | null {
  const kind = triggerKindOf(trigger.type)
  if (!kind) {
    findings.push({ code: 'TRIGGER_UNKNOWN', path: '$.trigger.type', detail: trigger.type })
    return null
  }
  const body = kind.schema.safeParse(trigger)
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
    })
    return { ...parsed, kind: undefined }
  }
  const body = kind.schema.safeParse(input)
  if (body.success) return { ...parsed, node: body.data, kind }
  for (const finding of shapeFindings(body.error, path, 'NODE_INVALID')) {
    findings.push({ ...finding, nodeId: input.id })
  }
  return { ...parsed, kind: undefined }
}

function findIdProblems(nodes: ParsedNode[], findings: Finding[]): void {
  const seen = new Set<string>()
  for (const { id, index } of nodes) {
    const place = { path: `$.nodes[${index}].id`, nodeId: id, detail: id.slice(0, 80) }
    if (RESERVED_NODE_IDS.has(id) || SCOPE_NAMES.has(id))
      findings.push({ code: 'NODE_ID_RESERVED', ...place })
    else if (!NODE_ID_PATTERN.test(id)) findings.push({ code: 'NODE_ID_INVALID', ...place })
    if (seen.has(id)) findings.push({ code: 'NODE_ID_DUPLICATE', ...place })
    seen.add(id)
  }
}

function shapeFindings(error: z.ZodError, base: string, code: Finding['code']): Finding[] {
  return error.issues.slice(0, 20).map((issue) => {
    const path = issue.path.reduce<string>(
      (text, key) => text + pathStep(typeof key === 'number' ? key : String(key)),
      base,
    )
    const field = path.slice(base.length).replace(/^\./, '')
    return { code, path, detail: field ? `${field}: ${issue.message}` : issue.message }
  })
}
