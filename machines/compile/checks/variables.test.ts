import { expect, test } from 'vitest'
import { choiceNode, textNode } from '../../testing/document.ts'
import { findingsIn, foundIn } from '../../testing/findings.ts'

const CODE = 'VARIABLE_MAYBE_EMPTY'
const set = (id: string, more: object = {}) => ({
  id,
  type: 'set.variable',
  set: { x: 1 },
  ...more,
})
const say = (text: string, more: object = {}) => textNode('say', { text, ...more })
const call = (more: object = {}) => ({
  id: 'c',
  type: 'webhook.call',
  url: 'https://a.example/x',
  ...more,
})

test('what every path sets has a value; what one path leaves out may be empty', () => {
  expect(foundIn([set('s'), say('{{ vars.x }} {{x}}')], CODE)).toEqual([])
  const nodes = [choiceNode('i', 's', 'say'), set('s'), say('{{x}}')]
  expect(foundIn(nodes, CODE)).toEqual(['say $.nodes[2].text'])
  expect(findingsIn(nodes, CODE)[0]?.trace?.states).toEqual(['i', 'say'])
})

test('what nobody ever sets is empty; what a contact may have is not known', () => {
  expect(foundIn([say('{{ vars.y }}')], CODE)).toEqual(['say $.nodes[0].text'])
  expect(foundIn([say('{{ name }} {{ cidade }} {{ payload.y }} {{ now }}')], CODE)).toEqual([])
})

test('the result of a node is there when the node is done, not when it failed', () => {
  expect(foundIn([call(), say('{{ c.id }}')], CODE)).toEqual([])
  expect(foundIn([call({ onError: 'say' }), say('{{ c.id }}')], CODE)).toEqual([
    'say $.nodes[1].text',
  ])
})

test('a default, a tag that looks at the name and a name of the text itself are enough', () => {
  for (const text of [
    '{{ vars.y | default: "nada" }}',
    '{% if vars.y %}{{ vars.y }}{% endif %}',
    '{% assign y = 1 %}{{ vars.y }}',
  ]) {
    expect(foundIn([say(text)], CODE), text).toEqual([])
  }
})

test('a choice that found a value proves it on that way only', () => {
  const condition = { all: [{ value: '$.vars.x', op: 'exists' }] }
  const after = (then: string | null, otherwise: string | null) => [
    choiceNode('i', 's', 'j'),
    set('s'),
    { id: 'j', type: 'if', condition, then, else: otherwise },
    say('{{ x }}'),
  ]
  expect(foundIn(after('say', null), CODE)).toEqual([])
  expect(foundIn(after(null, 'say'), CODE)).toEqual(['say $.nodes[3].text'])
})

test('all groups of a parallel have set what they set when it is left', () => {
  const nodes = [
    { id: 'p', type: 'parallel', next: 'say' },
    { id: 'l', type: 'group', parent: 'p' },
    set('s', { parent: 'l' }),
    { id: 'r', type: 'group', parent: 'p' },
    textNode('t', { parent: 'r', text: '{{ x }}' }),
    say('{{ x }}'),
  ]
  expect(foundIn(nodes, CODE)).toEqual(['t $.nodes[4].text'])
})

test('the item of a loop is there inside it, and afterwards only if there was one', () => {
  const nodes = [
    { id: 'l', type: 'loop.for-each', items: '$.payload.items', as: 'item', max: 5, next: 'say' },
    textNode('t', { parent: 'l', text: '{{ item }}' }),
    say('{{ item }}'),
  ]
  expect(foundIn(nodes, CODE)).toEqual(['say $.nodes[2].text'])
})

test('an answer is there after the question, and not after its time-out', () => {
  const ask = (more: object) => ({ id: 'q', type: 'ask', text: 'CEP?', as: 'cep', ...more })
  expect(foundIn([ask({}), say('{{ cep }} {{ q.text }}')], CODE)).toEqual([])
  expect(foundIn([ask({ timeout: 'P1D' }), say('{{ cep }}')], CODE)).toHaveLength(1)
})

test('a path that is a value has no fix, since its default would be a text', () => {
  const nodes = [{ type: 'contact.upsert', map: { idade: '$.vars.idade' } }]
  expect(findingsIn(nodes, CODE).map(({ fix }) => fix)).toEqual([null])
})
