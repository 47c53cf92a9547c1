// What a golden file of a node kind holds besides its node: ports, state and behaviour, as plain JSON.

import { compile } from '../compile/compile.ts'
import type { Json } from '../contracts/json.ts'
import { RETURN } from '../nodes/interrupt.ts'
import { nodeKindOf } from '../nodes/registry.ts'
import { documentOf, NOW, scopeWith, textNode, ZONE } from './document.ts'

export interface Golden {
  /** The node that the file is about. */
  node: { id: string; type: string }
  /** Nodes inside it or needed beside it. */
  others?: { id: string; type: string }[]
  ports: Json
  /** The state that it compiles to. */
  state: Json
  /** What its functions give for the event and the contact of this file. */
  does: Json
}

const PAYLOAD = {
  message: 'Quero o plano {{7*7}}',
  total: '199.90',
  id: 7,
  items: [{ sku: 'a1' }, { sku: 'b2' }],
}

/** Derives what a golden file must say of its node. */
export function goldenOf({ node, others = [] }: Pick<Golden, 'node' | 'others'>): unknown {
  const kind = nodeKindOf(node.type)
  if (!kind) throw new Error(`no kind ${node.type}`)
  const parsed = kind.schema.parse(node)
  const ports = kind.ports(parsed)
  return JSON.parse(
    JSON.stringify({
      node,
      ...(others.length > 0 && { others }),
      ports,
      state: stateOf(node.id, [node, ...others, ...targetsOf(ports, [node, ...others])]),
      does: behaviourOf(kind.behave(parsed)),
    }),
  )
}

/** The state that follows, and one for every place that the node leads to. */
function targetsOf(ports: { target: string | null | undefined }[], known: { id: string }[]) {
  const ids = new Set(ports.flatMap(({ target }) => target ?? []))
  for (const id of [RETURN, ...known.map((node) => node.id)]) ids.delete(id)
  return ['seguinte', ...ids].map((id) => textNode(id))
}

function stateOf(id: string, nodes: object[]): unknown {
  const { workflow, diagnostics } = compile(documentOf(nodes))
  if (!workflow) throw new Error(JSON.stringify(diagnostics))
  return findState(workflow.machine.config as States, id)
}

interface States {
  states?: Record<string, States>
}

function findState(config: States, id: string): unknown {
  for (const [name, state] of Object.entries(config.states ?? {})) {
    const found = name === id ? state : findState(state, id)
    if (found) return found
  }
  return undefined
}

function behaviourOf(behaviour: ReturnType<NonNullable<ReturnType<typeof nodeKindOf>>['behave']>) {
  const scope = scopeWith({
    payload: PAYLOAD,
    results: { classe: { intent: 'suporte', confidence: 0.8 } },
  })
  const { command, choose, assign, items, delay } = behaviour
  return {
    command: command?.(scope),
    choose: choose?.(scope),
    assign: assign?.(scope),
    items: items?.(scope),
    delay: delay?.(NOW, ZONE, scope),
  }
}
