import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { choiceNode, documentOf, textNode } from '../testing/document.ts'
import { compile } from './compile.ts'

/** `code nodeId path` of every finding but the advice, of which each kind has its test in checks/. */
function findingsOf(document: unknown): string[] {
  const { diagnostics, workflow } = compile(document)
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error')
  expect(workflow === null).toBe(errors.length > 0)
  const told = diagnostics.filter(
    ({ severity, code }) => severity === 'error' || code === 'NODE_UNREACHABLE',
  )
  return told.map(({ code, nodeId, path }) => `${code} ${nodeId ?? '-'} ${path}`)
}

const example = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../examples/${name}.json`, import.meta.url), 'utf8'))

test("the seed's nurture document has one problem: the node that it lacks", () => {
  expect(findingsOf(example('seed-nurture'))).toEqual(['TARGET_MISSING n5 $.nodes[4].next'])
})

test('the other examples compile', () => {
  expect(findingsOf(example('lead-welcome'))).toEqual([])
  expect(findingsOf(example('lead-to-purchase'))).toEqual([])
})

test('every problem is said in Portuguese and in English, by name', () => {
  const { diagnostics } = compile(example('seed-nurture'))
  for (const { message } of diagnostics.filter(({ severity }) => severity === 'error')) {
    expect(message['pt-BR']).toMatch(/"n8"/)
    expect(message.en).toMatch(/"n8"/)
    expect(message['pt-BR']).not.toBe(message.en)
  }
})

test('DOCUMENT_INVALID names the field of the outline that is wrong', () => {
  expect(findingsOf(null)).toEqual(['DOCUMENT_INVALID - $'])
  expect(findingsOf({ ...documentOf([textNode('a')]), name: '' })).toEqual([
    'DOCUMENT_INVALID - $.name',
  ])
  expect(findingsOf({ ...documentOf([]), nodes: [{ id: 'a', type: 5 }] })).toEqual([
    'DOCUMENT_INVALID - $.nodes[0].type',
  ])
})

test('DOCUMENT_EMPTY is a workflow without a state', () => {
  expect(findingsOf(documentOf([]))).toEqual(['DOCUMENT_EMPTY - $.nodes'])
})

test('TRIGGER_UNKNOWN and TRIGGER_INVALID point at the trigger', () => {
  const nodes = [textNode('a')]
  expect(findingsOf(documentOf(nodes, { trigger: { type: 'moon.full' } }))).toEqual([
    'TRIGGER_UNKNOWN - $.trigger.type',
  ])
  const trigger = { type: 'lead.captured', filter: { source: 5 } }
  expect(findingsOf(documentOf(nodes, { trigger }))).toEqual([
    'TRIGGER_INVALID - $.trigger.filter.source',
  ])
})

test('NODE_KIND_UNKNOWN is a type that no file defines', () => {
  expect(findingsOf(documentOf([{ type: 'constructor' }]))).toEqual([
    'NODE_KIND_UNKNOWN n1 $.nodes[0].type',
  ])
})

test('NODE_INVALID names the field, in brackets where its name needs them', () => {
  expect(findingsOf(documentOf([{ type: 'whatsapp.send_text', text: '' }]))).toEqual([
    'NODE_INVALID n1 $.nodes[0].text',
  ])
  const cases = { 'não sei': 5 }
  expect(findingsOf(documentOf([{ type: 'switch', on: 'x', cases }]))).toEqual([
    "NODE_INVALID n1 $.nodes[0].cases['não sei']",
  ])
})

test('NODE_ID_INVALID, NODE_ID_RESERVED and NODE_ID_DUPLICATE refuse an id by name', () => {
  const codeOf = (id: string) => findingsOf(documentOf([textNode(id)]))[0]?.split(' ')[0] ?? 'ok'
  const codes = Object.fromEntries(
    [
      'a.b',
      '#x',
      '',
      ' ',
      '$end',
      'x'.repeat(300),
      '🎉',
      '__proto__',
      'constructor',
      'payload',
    ].map((id) => [`id ${id}`, codeOf(id)]),
  )
  expect(codes).toEqual({
    'id a.b': 'NODE_ID_INVALID',
    'id #x': 'NODE_ID_INVALID',
    'id ': 'NODE_ID_INVALID',
    'id  ': 'NODE_ID_INVALID',
    'id $end': 'NODE_ID_INVALID',
    [`id ${'x'.repeat(300)}`]: 'NODE_ID_INVALID',
    'id 🎉': 'NODE_ID_INVALID',
    'id __proto__': 'NODE_ID_RESERVED',
    'id constructor': 'NODE_ID_RESERVED',
    'id payload': 'NODE_ID_RESERVED',
  })
  expect(findingsOf(documentOf([textNode('a'), textNode('a')]))).toContain(
    'NODE_ID_DUPLICATE a $.nodes[1].id',
  )
})

test('ids of letters, digits, marks and emoji after the first character work', () => {
  for (const id of [
    'saudação',
    '1',
    '_x',
    'n-1',
    'festa🎉',
    'x'.repeat(64),
    'run',
    'isPrototypeOf',
  ]) {
    expect(findingsOf(documentOf([textNode(id)])), id).toEqual([])
  }
})

test('TARGET_MISSING names the node and the place that leads nowhere', () => {
  const cases = { "d'água": 'x9', default: null }
  const nodes = [{ type: 'switch', on: '$.payload.a', cases }, textNode('b', { onError: 'x8' })]
  expect(findingsOf(documentOf(nodes)).filter((finding) => finding.startsWith('TARGET'))).toEqual([
    "TARGET_MISSING n1 $.nodes[0].cases['d\\'água']",
    'TARGET_MISSING b $.nodes[1].onError',
  ])
})

test('NODE_UNREACHABLE is a warning that stands against nothing', () => {
  expect(findingsOf(documentOf([textNode('a', { next: null }), textNode('b')]))).toEqual([
    'NODE_UNREACHABLE b $.nodes[1]',
  ])
})

test('LOOP_WITHOUT_WAIT refuses a loop of only choices and assignments, and names its nodes', () => {
  const set = { id: 'c', type: 'set.variable', set: { x: 1 }, next: 'a' }
  const document = documentOf([choiceNode('a', 'b', null), choiceNode('b', 'c', 'c'), set])
  expect(findingsOf(document)).toEqual(['LOOP_WITHOUT_WAIT c $.nodes[2].next'])
  expect(compile(document).diagnostics[0]?.message.en).toContain('a → b → c → a')
  expect(findingsOf(documentOf([choiceNode('a', 'a', null)]))).toEqual([
    'LOOP_WITHOUT_WAIT a $.nodes[0].then',
  ])
})

test('a loop that waits or sends on its way, and can be left, is no error', () => {
  const wait = { id: 'w', type: 'delay', duration: 'P1D', next: 'a' }
  expect(findingsOf(documentOf([choiceNode('a', 'w', null), wait]))).toEqual([])
  expect(
    findingsOf(documentOf([choiceNode('a', 't', null), textNode('t', { next: 'a' })])),
  ).toEqual([])
})

test('EXPRESSION_INVALID points at the very expression', () => {
  const nodes = [
    { type: 'set.variable', set: { a: ['$.x', '$.['] } },
    { type: 'whatsapp.send_text', text: 'Oi {{ name' },
    { type: 'if', condition: { all: [{ value: '{{ x | nope }}', op: 'exists' }] } },
    { type: 'whatsapp.send_text', text: '$[promo] só hoje' },
  ]
  expect(findingsOf(documentOf(nodes))).toEqual([
    'EXPRESSION_INVALID n1 $.nodes[0].set.a[1]',
    'EXPRESSION_INVALID n2 $.nodes[1].text',
    'EXPRESSION_INVALID n3 $.nodes[2].condition.all[0].value',
  ])
})

test('a document that earns a million findings is answered with a thousand', () => {
  const cases = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`c${index}`, 'x']))
  const nodes = Array.from({ length: 20 }, () => ({ type: 'switch', on: '$.a', cases }))
  expect(compile(documentOf(nodes)).diagnostics).toHaveLength(1000)
})
