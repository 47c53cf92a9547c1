import fc from 'fast-check'
import { expect, test } from 'vitest'
import { choiceNode, documentOf, textNode } from '../testing/document.ts'
import { propertyOptions } from '../testing/property-options.ts'
import { wholeDocument } from '../testing/random-document.ts'
import { type Completion, knownAt } from './known-at.ts'
import type { ParseMemory } from './parse.ts'

const { cases, test: options } = propertyOptions(process.env, 60, 0.1)

const set = (id: string, more: object = {}) => ({
  id,
  type: 'set.variable',
  set: { x: 1 },
  ...more,
})
const here = textNode('here')

function at(nodes: object[], id = 'here', more: object = {}): Map<string, Completion> {
  return new Map(knownAt(documentOf(nodes, more), id).map((known) => [known.path, known]))
}

/** `path?` for what may be missing. */
function marked(known: Map<string, Completion>, kind: Completion['kind']): string[] {
  return [...known.values()]
    .filter((completion) => completion.kind === kind)
    .map(({ path, maybeEmpty }) => (maybeEmpty ? `${path}?` : path))
}

test('a variable is certain where every path sets it, else it may be missing', () => {
  expect(marked(at([set('s'), here]), 'vars')).toEqual(['vars.x'])
  const around = [choiceNode('i', 's', 'here'), set('s'), here]
  expect(marked(at(around), 'vars')).toEqual(['vars.x?'])
  expect(at(around).get('vars.x')).toMatchObject({ type: 'number', from: 's' })
})

test('what is set later, or by the node itself, is not offered', () => {
  expect(marked(at([here, set('s')]), 'vars')).toEqual([])
  const asks = { id: 'here', type: 'ask', text: 'Oi?' }
  expect(marked(at([asks]), 'result')).toEqual([])
})

test('a result is certain when the node is done, and not when it failed', () => {
  const classify = { id: 'c', type: 'ai.classify', input: '{{payload.message}}' }
  expect(marked(at([classify, here]), 'result')).toEqual([
    'c',
    'c.intent',
    'c.confidence',
    'c.entities',
  ])
  const failing = { ...classify, onError: 'here' }
  expect(at([failing, here]).get('c.intent')).toMatchObject({ type: 'string', maybeEmpty: true })
})

test('an answer has its variable, its value and its type', () => {
  const asks = { id: 'q', type: 'ask', text: 'Quantos?', answer: { type: 'integer' }, as: 'total' }
  const known = at([asks, here])
  expect(known.get('vars.total')).toMatchObject({ type: 'number', maybeEmpty: false, from: 'q' })
  expect(known.get('q.value')?.type).toBe('number')
  expect(known.get('q.text')?.type).toBe('string')
})

test('an object that stands in the document is offered with its members', () => {
  const order = { pedido: { total: 10, itens: ['a'], cliente: '$.payload.name' } }
  expect(marked(at([set('s', { set: order }), here]), 'vars')).toEqual([
    'vars.pedido',
    'vars.pedido.total',
    'vars.pedido.itens',
    'vars.pedido.cliente',
  ])
})

test('the item of a loop is certain inside, and after the loop a variable that may be missing', () => {
  const loop = { id: 'l', type: 'loop.for-each', items: '$.payload.itens', as: 'item' }
  const inner = textNode('inner', { parent: 'l' })
  expect(marked(at([loop, inner, here], 'inner'), 'item')).toEqual(['vars.item'])
  expect(marked(at([loop, inner, here]), 'vars')).toEqual(['vars.item?'])
})

test('a wait has the payload of its event; by the time-out it has none', () => {
  const wait = (more: object) => ({
    id: 'w',
    type: 'wait.for.event',
    event: 'message.received.whatsapp',
    ...more,
  })
  expect(at([wait({}), here]).get('w.text')).toMatchObject({ type: 'string', maybeEmpty: false })
  const timed = wait({ timeout: 'P1D', timeoutNext: 'here' })
  expect(at([timed, here]).get('w.text')?.maybeEmpty).toBe(true)
})

test('the event that starts the run is known by its trigger, and by what the document reads of it', () => {
  const own = { trigger: { type: 'event', event: 'cart.abandoned' } }
  const says = textNode('s', {
    text: '{{ payload.link }} {% if payload.cupom.codigo %}x{% endif %}',
  })
  expect(marked(at([says, here], 'here', own), 'event')).toEqual([
    'payload.link?',
    'payload.cupom.codigo?',
  ])
  const lead = at([here])
  expect(lead.get('payload.phone_e164')?.maybeEmpty).toBe(true)
  const manual = { trigger: { type: 'manual', input: { valor: 'number' } } }
  expect(at([here], 'here', manual).get('payload.valor')).toMatchObject({
    type: 'number',
    maybeEmpty: false,
  })
})

test('fields of the contact that the document writes are offered beside the usual ones', () => {
  const known = at([
    { id: 'u', type: 'contact.upsert', map: { name: '$.payload.n', tier: 'a' } },
    here,
  ])
  expect([...known.keys()]).toContain('contact.fields.tier')
  expect([...known.keys()]).not.toContain('contact.fields.name')
  expect(known.get('contact.tags')?.maybeEmpty).toBe(false)
})

test('at the trigger there are the event, the contact and the moment only', () => {
  const known = at([set('s'), here], '$trigger')
  expect(new Set([...known.values()].map(({ kind }) => kind))).toEqual(
    new Set(['contact', 'event', 'workflow']),
  )
})

test('at a node that nothing leads to, everything may be missing', () => {
  const lost = [textNode('first', { next: null }), set('s'), here]
  expect(marked(at(lost), 'vars')).toEqual(['vars.x?'])
})

test('what another workflow gives back is told by the surroundings', () => {
  const calls = { id: 'c', type: 'subflow', workflow: 'wf_b', as: 'ficha' }
  const workflow = {
    id: 'wf_b',
    versions: [],
    publishedVersionId: null,
    input: null,
    output: { total: 'number' as const },
  }
  const surroundings = { channels: new Set<string>(), templates: [], workflows: [workflow] }
  const known = knownAt(documentOf([calls, here]), 'here', surroundings)
  const paths = known.map(({ path }) => path)
  expect(paths).toContain('vars.ficha.total')
  expect(paths).toContain('c.total')
})

test('of a document that comes again the same is known', options, () => {
  const memory: ParseMemory = new WeakMap()
  fc.assert(
    fc.property(wholeDocument, fc.nat(), (document, at) => {
      const { id } = document.nodes[at % document.nodes.length]!
      const changed = document.nodes.map((node) =>
        node.id === id ? { ...node, label: 'x' } : node,
      )
      for (const each of [document, { ...document, nodes: changed }]) {
        const anew = knownAt(structuredClone(each), id)
        expect(knownAt(each, id, undefined, memory)).toEqual(anew)
      }
    }),
    cases,
  )
})

test('it never throws, and offers at least the contact', () => {
  for (const broken of [null, 1, [], {}, { nodes: 1 }, documentOf([{ id: 'x', type: 'gone' }])]) {
    expect(knownAt(broken, 'x').some(({ path }) => path === 'contact.name')).toBe(true)
  }
})

test('a large document is answered in a moment', () => {
  const nodes = Array.from({ length: 2000 }, (_, index) =>
    set(`s${index}`, { set: { [`v${index}`]: '{{ payload.x }}' } }),
  )
  const start = performance.now()
  const known = at([...nodes, here])
  expect(known.get('vars.v0')?.maybeEmpty).toBe(false)
  expect([...known.keys()]).toContain('payload.phone_e164')
  expect(performance.now() - start).toBeLessThan(5000)
})
