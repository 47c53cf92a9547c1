// Every way out of every kind's golden node is taken by a run of the compiled machine: what the golden file says of
// ports and state is what happens.

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../contracts/json.ts'
import { simulate } from '../simulate/simulate.ts'
import { documentOf, textNode } from '../testing/document.ts'
import type { Golden } from '../testing/golden.ts'
import type { Lowering } from './node-kind.ts'
import { nodeKindOf } from './registry.ts'

const FOLDER = new URL('./golden/', import.meta.url)
const NODE_FILES = readdirSync(FOLDER).filter((name) => !name.startsWith('trigger.'))

type Given = { payload?: JsonObject; phone?: string }
type Way = { script: object[]; given?: Given }

/** Payloads by which the golden nodes that choose leave by each of their ways; `$.classe` stands in the payload here. */
const CHOICES: Record<string, Record<string, Given>> = {
  if: {
    then: { payload: { total: '199.90', message: 'um PLANO' } },
    else: { payload: { total: 5 } },
  },
  switch: {
    'case:suporte': { payload: { intent: 'suporte' } },
    'case:outro': { payload: { intent: 'outro' } },
    default: { payload: { intent: 'nada' } },
  },
  intent: {
    'case:suporte': { payload: { classe: { intent: 'suporte', confidence: 0.7 } } },
    'case:outro': { payload: { classe: { intent: 'outro', confidence: 1 } } },
    default: { payload: { classe: { intent: 'suporte', confidence: 0.69 } } },
  },
  experiment: {
    'variant:A': { phone: '+5531999990000' },
    'variant:B': { phone: '+5531999990001' },
  },
}
/** Where the golden node reads the result of a node before it. */
const READS: Record<string, object> = {
  switch: { on: '$.payload.intent' },
  intent: { on: '$.payload.classe' },
}

const result = (more: object) => ({ result: { node: 'n', ...more } })
const failed = (code: string) => result({ error: { code, message: 'não' } })
const message = { message: 'Básico' }

interface Leaving {
  node: Golden['node']
  port: string
  lowering: Lowering
}
type Shapes = Partial<Record<Lowering['shape'], (leaving: Leaving) => Way | null>>

/** What makes a node of each shape leave by a port. */
const BY_SHAPE: Shapes = {
  choice: ({ node, port }) => {
    const given = CHOICES[node.type]?.[port]
    return given ? { script: [], given } : null
  },
  assign: () => ({ script: [] }),
  effect: ({ port }) => {
    const output = { confidence: 0.9, ...(port === 'person' && { needs_person: true }) }
    if (port === 'next' || port === 'person') return { script: [result({ output })] }
    return { script: [failed(port === 'fallback' ? 'AI_BLOCKED' : 'HTTP_500')] }
  },
  ask: ({ port }) => {
    if (port === 'error') return { script: [failed('HTTP_500')] }
    if (port === 'next') return { script: [message, { skip: 'PT3S' }] }
    return { script: [1, 2].flatMap(() => [{ message: 'x' }, { skip: 'PT3S' }]) }
  },
  wait: (leaving) => (leaving.port === 'error' ? { script: [] } : byEvent(leaving)),
  group: (leaving) =>
    byEvent(leaving) ?? { script: [{ result: { node: 'a' } }, { result: { node: 'b' } }] },
  parallel: () => ({ script: [{ result: { node: 'b' } }, { result: { node: 'a' } }] }),
  loop: () => {
    const given = { payload: { items: [1, 2] } }
    return { script: [{ result: { node: 'a' } }, { result: { node: 'a' } }], given }
  },
}

function byEvent({ lowering, port }: Leaving): Way | null {
  if (lowering.shape !== 'wait' && lowering.shape !== 'group') return null
  const own = lowering.shape === 'wait' && lowering.event ? [lowering.event] : []
  const reaction = [...own, ...(lowering.events ?? [])].find((each) => each.port === port)
  return reaction ? { script: [{ event: { type: reaction.type } }] } : null
}

function wayBy(node: Golden['node'], port: string): Way | null {
  const lowering = nodeKindOf(node.type)?.lower(node as never)
  if (!lowering) return null
  if ('after' in lowering && lowering.after?.port === port) {
    // The number stands in the moment that the golden wait waits for.
    return { script: [{ skip: 'P400D' }], given: { payload: { id: 7 } } }
  }
  return BY_SHAPE[lowering.shape]?.({ node, port, lowering }) ?? null
}

describe.each(NODE_FILES)('%s', (file) => {
  const golden = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Golden
  const node = { ...golden.node, ...READS[golden.node.type] }
  const { others = [] } = golden
  const ports = golden.ports as { name: string; target?: string | null }[]
  const ways = ports.map((port) => ({ ...port, way: wayBy(node, port.name) }))

  // A jump, an end and an interrupt have tests of their own; so has what hangs on the clock.
  const has = ways.filter(({ way }) => way !== null)
  test.runIf(has.length > 0).each(has)('leaves by $name', ({ target, way }) => {
    const known = new Set([node, ...others].map(({ id }) => id))
    const targets = ports.flatMap((port) => port.target ?? []).filter((id) => !known.has(id))
    const places = ['seguinte', ...targets].map((id) => textNode(id, { next: null }))
    const document = documentOf([
      node,
      ...others,
      ...new Map(places.map((each) => [each.id, each])).values(),
    ])
    const { payload = {}, phone = '+5531999990000' } = way?.given ?? {}
    const options = { autoResults: false, start: { payload }, contact: { phone } }
    const { steps, problems } = simulate(document, way?.script ?? [], options)
    expect(problems).toEqual([])
    const entered = steps.flatMap(({ path }) => path)
    expect(entered.at(-1)).toBe(target === null ? '$end' : (target ?? 'seguinte'))
  })

  test('has a way out for each of its ports', () => {
    const untaken = ways.filter(({ way }) => way === null).map(({ name }) => name)
    const elsewhere = ['goto', 'end', 'interrupt', 'business.hours']
    expect(elsewhere.includes(node.type) ? [] : untaken).toEqual([])
  })
})
