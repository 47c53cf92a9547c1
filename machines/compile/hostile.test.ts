// Compiler P1 of the reliability catalogue. FLUXO_RUNS sets the number of cases, FLUXO_SEED replays one.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Diagnostic } from '../contracts/api.ts'
import { choiceNode, documentOf, textNode } from '../testing/document.ts'
import { applyPatch } from '../testing/json-patch.ts'
import { chartOf } from './chart.ts'
import { compile } from './compile.ts'

const RUNS = Number(process.env['FLUXO_RUNS'] ?? 1000)
const seed = process.env['FLUXO_SEED']
const OPTIONS = { numRuns: RUNS, ...(seed === undefined ? {} : { seed: Number(seed) }) }
/** Long enough for the longer modes too. */
const TIMEOUT = 10_000 + RUNS * 20

const IDS = [
  'a',
  'b',
  'c',
  '__proto__',
  'constructor',
  'a.b',
  '#x',
  '🎉',
  'x'.repeat(300),
  '',
  '$end',
]
const id = fc.constantFrom(...IDS)
const target = fc.option(id, { nil: null })
const duration = fc.constantFrom('P1D', 'PT0S', 'P99Y', 'x')
const expression = fc.constantFrom(
  '$.payload.a',
  '{{name}}',
  '{{',
  '$.[',
  '$..a',
  '{% for %}',
  'Oi',
)
const condition = fc.record({ value: expression, op: fc.constantFrom('equals', 'exists', 'nope') })

const node = fc.oneof(
  fc.record({ id, type: fc.constant('end') }),
  fc.record(
    { id, type: fc.constant('if'), condition, then: target, else: target },
    { requiredKeys: ['id', 'type', 'condition'] },
  ),
  fc.record({ id, type: fc.constant('switch'), on: expression, cases: fc.dictionary(id, target) }),
  fc.record({ id, type: fc.constant('delay'), duration, next: target }),
  fc.record({
    id,
    type: fc.constant('wait.for.event'),
    event: fc.constant('a.b'),
    timeout: duration,
    timeoutNext: target,
  }),
  fc.record(
    { id, type: fc.constant('whatsapp.send_text'), text: expression, onError: target },
    { requiredKeys: ['id', 'type', 'text'] },
  ),
  fc.record({ id, type: fc.constant('set.variable'), set: fc.dictionary(id, expression) }),
  fc.record({ id, type: fc.string(), next: fc.jsonValue() }),
)
const graph = fc.array(node, { maxLength: 60 }).map((nodes) => documentOf(nodes))

const VALID = documentOf([
  choiceNode('a', 'b', null),
  textNode('b', { onError: 'd' }),
  { id: 'c', type: 'wait.for.event', event: 'x.y', timeout: 'P1D', timeoutNext: 'a' },
  { id: 'd', type: 'switch', on: '$.payload.x', cases: { a: 'a', default: null } },
])

/** Puts `value` in the place that `steps` leads to. */
function mutated(document: unknown, steps: number[], value: unknown): unknown {
  const [step, ...rest] = steps
  if (typeof document !== 'object' || document === null || step === undefined) return value
  const entries = Object.entries(document)
  if (entries.length === 0) return value
  const at = step % entries.length
  const changed = entries.map(([key, item], index) => [
    key,
    index === at ? mutated(item, rest, value) : item,
  ])
  return Array.isArray(document) ? changed.map(([, item]) => item) : Object.fromEntries(changed)
}

const mutation = fc
  .tuple(
    fc.array(fc.nat(50), { minLength: 1, maxLength: 5 }),
    fc.oneof(fc.jsonValue(), id, expression),
  )
  .map(([steps, value]) => mutated(VALID, steps, value))

/** Every way of calling the compiler on anything ends in an answer that keeps its promises. */
function expectAnswer(input: unknown): void {
  const { diagnostics, workflow } = compile(input)
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  expect(workflow === null).toBe(errors.length > 0)
  diagnostics.forEach(expectReadable)
  const { nodes, edges } = chartOf(input)
  const ids = new Set(nodes.map((drawn) => drawn.id))
  expect(edges.filter(({ from, to }) => !ids.has(from) || !ids.has(to))).toEqual([])
}

function errorsOf(input: unknown): string[] {
  const { diagnostics } = compile(input)
  return diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code)
}

function expectReadable({ code, path, message }: Diagnostic): void {
  expect(code).toMatch(/^[A-Z]+(_[A-Z]+)+$/)
  expect(path).toMatch(/^\$/)
  expect(message['pt-BR'].length).toBeGreaterThan(10)
  expect(message.en.length).toBeGreaterThan(10)
}

test('compile and chartOf answer any JSON value without an exception', { timeout: TIMEOUT }, () => {
  fc.assert(fc.property(fc.jsonValue(), expectAnswer), OPTIONS)
})

test('compile and chartOf answer any graph of nodes, however broken', { timeout: TIMEOUT }, () => {
  fc.assert(fc.property(graph, expectAnswer), OPTIONS)
})

test(
  'compile and chartOf answer a valid document with one wrong thing in it',
  { timeout: TIMEOUT },
  () => {
    expect(errorsOf(VALID)).toEqual([])
    fc.assert(fc.property(mutation, expectAnswer), OPTIONS)
  },
)

test(
  'every fix of any graph can be applied, and what it is for is gone',
  { timeout: TIMEOUT },
  () => {
    const unique = graph.filter(({ nodes }) => new Set(idsOf(nodes)).size === nodes.length)
    fc.assert(
      fc.property(unique, (document) => {
        for (const { code, nodeId, path, fix } of compile(document).diagnostics) {
          if (!fix) continue
          const left = compile(applyPatch(document, fix)).diagnostics
          const same = left.filter((found) => found.code === code && found.nodeId === nodeId)
          expect(same.map((found) => found.path)).not.toContain(path)
        }
      }),
      { ...OPTIONS, numRuns: Math.ceil(RUNS / 5) },
    )
  },
)

function idsOf(nodes: object[]): unknown[] {
  return nodes.map((each) => (each as { id?: unknown }).id)
}

test('nesting is refused from 100 levels on, whatever the stack would bear', () => {
  const nested = (levels: number, open: string, close: string): unknown =>
    JSON.parse(`${open.repeat(levels)}1${close.repeat(levels)}`)
  const setTo = (value: unknown) => documentOf([{ type: 'set.variable', set: { a: value } }])
  const circle: Record<string, unknown> = { ...documentOf([textNode('a')]) }
  circle['self'] = circle
  const findings = [
    nested(50_000, '[', ']'),
    setTo(nested(97, '[', ']')),
    documentOf([{ type: 'if', condition: nested(5000, '{"not":', '}') }]),
    documentOf([textNode('a')], { layout: nested(5000, '[', ']') }),
    circle,
  ].map((input) => compile(input).diagnostics.map(({ code, message }) => `${code} ${message.en}`))
  const refused = expect.stringMatching(/^DOCUMENT_INVALID .*nested deeper than 100 levels/)
  expect(findings).toEqual(Array.from({ length: 5 }, () => [refused]))
  expect(errorsOf(setTo(nested(90, '[', ']')))).toEqual([])
})

test('nesting inside an expression is a problem of that expression', () => {
  const inputs = [
    documentOf([{ type: 'set.variable', set: { a: `$.a[?${'('.repeat(1900)}` } }]),
    documentOf([textNode('a', { text: '{% if a %}'.repeat(400) })]),
  ]
  const codes = inputs.map(errorsOf)
  expect(codes).toEqual([['EXPRESSION_INVALID'], ['EXPRESSION_INVALID']])
})

test('huge documents are refused by name', () => {
  const nodes = Array.from({ length: 5001 }, (_, index) => textNode(`n${index}`))
  expect(compile(documentOf(nodes)).diagnostics.map(({ code, path }) => [code, path])).toEqual([
    ['DOCUMENT_TOO_LARGE', '$.nodes'],
  ])
})

test('a million nodes, or a million values, are refused by name without walking them all', () => {
  const node = textNode('a')
  const many = Array.from({ length: 1_000_000 }).fill(node)
  const wide = Object.fromEntries(Array.from({ length: 600_000 }, (_, index) => [`k${index}`, 0]))
  const inputs = [
    { ...documentOf([]), nodes: many },
    { ...documentOf([]), nodes: [{ ...node, text: many }] },
    { ...documentOf([node]), layout: wide },
  ]
  for (const input of inputs) {
    const begun = process.cpuUsage()
    expect(errorsOf(input)).toEqual(['DOCUMENT_TOO_LARGE'])
    expect(millisecondsSince(begun)).toBeLessThan(1000)
  }
}, 30_000)

/** Of this process alone, whatever else the machine does. */
function millisecondsSince(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun)
  return (user + system) / 1000
}

test('texts of braces and spaces are read in linear time', () => {
  const texts = [
    `{{${' '.repeat(90_000)}`,
    `{{${' '.repeat(90_000)}}`,
    '{{'.repeat(45_000),
    '{%'.repeat(45_000),
    `{{ a${'|'.repeat(80_000)}}}`,
  ]
  for (const text of texts) {
    const begun = process.cpuUsage()
    const condition = { value: text, op: 'exists' }
    const set = { type: 'set.variable', set: { a: text } }
    compile(documentOf([{ type: 'if', condition }, set, textNode('t', { text: '{{ vars.a }}' })]))
    expect(millisecondsSince(begun), text.slice(0, 5)).toBeLessThan(1000)
  }
}, 30_000)

test('5000 nodes that earn every advice are checked in bounded time', () => {
  const nodes = Array.from({ length: 2500 }, (_, index) => [
    textNode(`a${index}`, { text: `Oi {{vars.v${index}}}` }),
    { id: `w${index}`, type: 'wait.for.event', event: 'x.y', next: `a${(index * 7919) % 2500}` },
  ]).flat()
  const begun = process.cpuUsage()
  expect(compile(documentOf(nodes)).diagnostics).toHaveLength(1000)
  expect(millisecondsSince(begun)).toBeLessThan(4000)
}, 30_000)

test('a chain of 5000 choices, and a loop of them, are walked without recursion', () => {
  const chain = (last: string | null) =>
    Array.from({ length: 5000 }, (_, index) =>
      choiceNode(`n${index}`, index === 4999 ? last : `n${index + 1}`, null),
    )
  expect(errorsOf(documentOf(chain(null)))).toEqual([])
  expect(errorsOf(documentOf(chain('n0')))).toEqual(['LOOP_WITHOUT_WAIT'])
})

test('containers are refused beyond 50 levels, and so many cost little', () => {
  const nested = (levels: number) => {
    const groups = Array.from({ length: levels }, (_, index) => ({
      id: `g${index}`,
      type: 'group',
      ...(index > 0 && { parent: `g${index - 1}` }),
    }))
    return documentOf([
      ...groups,
      { id: 'fim', type: 'delay', duration: 'PT1M', parent: `g${levels - 1}` },
    ])
  }
  const { workflow } = compile(nested(50))
  expect(workflow).not.toBeNull()
  for (const levels of [51, 2000, 4999]) {
    const started = performance.now()
    const { diagnostics } = compile(nested(levels))
    expect(diagnostics.map(({ code, path }) => [code, path])).toEqual([
      ['DOCUMENT_INVALID', expect.stringMatching(/\.parent$/)],
    ])
    expect(performance.now() - started).toBeLessThan(1500)
  }
  const round = documentOf([
    { id: 'a', type: 'group', parent: 'b' },
    { id: 'b', type: 'group', parent: 'a' },
  ])
  expect(compile(round).diagnostics.map(({ code }) => code)).toContain('PARENT_INVALID')
})
