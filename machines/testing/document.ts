// Documents, scopes and parsed nodes for the tests of this folder.

import { EMPTY_CONTACT } from '../contracts/contact.ts'
import { createScope, type Scope, type ScopeParts } from '../expression/scope.ts'
import type { NodeBase, NodeKind } from '../nodes/node-kind.ts'
import { nodeKindOf } from '../nodes/registry.ts'

export const NOW = '2026-03-10T12:00:00.000Z'
export const ZONE = 'America/Sao_Paulo'

/** A node as it may be written. */
type Body = { type: string; [field: string]: unknown }

/** A workflow document around these nodes, ids given by position where left out. */
export function documentOf(nodes: object[], more: object = {}) {
  return {
    id: 'wf_test',
    name: 'Teste',
    trigger: { type: 'lead.captured' },
    nodes: nodes.map((node, index) => ({ id: `n${index + 1}`, ...node })),
    ...more,
  }
}

/** A text node that leads on to nothing special. */
export function textNode(id: string, more: object = {}) {
  return { id, type: 'whatsapp.send_text', text: 'Oi', ...more }
}

/** A choice that never waits. */
export function choiceNode(id: string, then: string | null, otherwise: string | null) {
  return {
    id,
    type: 'if',
    condition: { value: '$.payload.x', op: 'exists' },
    then,
    else: otherwise,
  }
}

export function scopeWith(parts: Partial<ScopeParts> = {}): Scope {
  return createScope({
    payload: {},
    vars: {},
    results: {},
    contact: { ...EMPTY_CONTACT, name: 'Ana', phone: '+5531999999999' },
    now: NOW,
    zone: ZONE,
    ...parts,
  })
}

/** The kind of a body and the body as it was parsed; throws where the schema refuses. */
export function parsedNode(body: Body): { kind: NodeKind; node: NodeBase } {
  const kind = kindOf(body)
  return { kind, node: kind.schema.parse({ id: 'n', ...body }) }
}

/** Where the schema refuses a body, or null where it accepts. */
export function refusalOf(body: Body): string[] | null {
  const result = kindOf(body).schema.safeParse({ id: 'n', ...body })
  if (result.success) return null
  return [...new Set(result.error.issues.map((issue) => issue.path.join('.')))]
}

/** Ports as `name → target`; `undefined` means the next node in the list. */
export function targetsOf(body: Body): Record<string, string | null | undefined> {
  const { kind, node } = parsedNode(body)
  return Object.fromEntries(kind.ports(node).map((port) => [port.name, port.target]))
}

/** What the node's functions do in a scope. */
export function behaviourOf(body: Body) {
  const { kind, node } = parsedNode(body)
  return kind.behave(node)
}

function kindOf(body: Body): NodeKind {
  const kind = nodeKindOf(body.type)
  if (!kind) throw new Error(`no kind ${body.type}`)
  return kind
}
