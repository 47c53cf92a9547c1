import { expect, test } from 'vitest'
import { choiceNode, documentOf, textNode } from '../testing/document.ts'
import { proposeStateMap, stateMapOf, withChoices } from './state-map.ts'

const wait = (id: string, more: object = {}) => ({
  id,
  type: 'wait.for.event',
  event: 'x.y',
  ...more,
})
const group = (id: string, more: object = {}) => ({ id, type: 'group', ...more })

function propose(before: object[], after: object[]): Record<string, string> {
  const entries = proposeStateMap(documentOf(before), documentOf(after))
  return Object.fromEntries(entries.map(({ from, to, rule }) => [from, `${to} ${rule}`]))
}

test('the same id and a renamed node go on as they are', () => {
  expect(propose([textNode('a'), wait('b')], [textNode('a'), wait('c')])).toEqual({
    a: 'a same',
    b: 'c renamed',
  })
})

test('an id that is of another kind now is no place for what was under way, but waits may replace each other', () => {
  const delay = { id: 'b', type: 'delay', duration: 'P1D' }
  expect(propose([textNode('a'), wait('b')], [wait('a'), delay])).toEqual({
    a: 'null none',
    b: 'b same',
  })
})

test('a state that was split goes on in the first part that fits', () => {
  const before = [textNode('a'), wait('b'), textNode('c', { text: 'C' })]
  const after = [
    textNode('a'),
    textNode('b1', { text: 'B' }),
    wait('b2', { event: 'x.z' }),
    wait('b3', { event: 'x.w' }),
    textNode('c', { text: 'C' }),
  ]
  expect(propose(before, after)['b']).toBe('b2 split')
})

test('a removed state goes on at the beginning of the container around it, when that only waits', () => {
  const before = [group('g'), wait('a', { parent: 'g' }), wait('b', { parent: 'g', event: 'x.z' })]
  expect(propose(before, before.slice(0, 2))['b']).toBe('g container')
  const sends = [group('g'), textNode('a', { parent: 'g' }), wait('b', { parent: 'g' })]
  expect(propose(sends, sends.slice(0, 2))['b']).toBe('null none')
})

test('a path of a parallel that is gone is left out', () => {
  const both = [
    { id: 'p', type: 'parallel' },
    group('r1', { parent: 'p' }),
    wait('a', { parent: 'r1' }),
    group('r2', { parent: 'p' }),
    wait('b', { parent: 'r2', event: 'x.z' }),
  ]
  expect(propose(both, both.slice(0, 3))).toMatchObject({ a: 'a same', b: 'p container' })
})

test('a removed wait goes on in the wait that followed; nothing is skipped on the way', () => {
  const before = [textNode('a'), wait('b'), wait('c', { event: 'x.z' })]
  expect(propose(before, [textNode('a'), wait('c', { event: 'x.z' })])['b']).toBe('c following')
  const sends = [wait('b'), textNode('a'), wait('c', { event: 'x.z' })]
  expect(propose(sends, sends.slice(1))['b']).toBe('null none')
})

test('where nobody stays nothing is proposed', () => {
  const before = [choiceNode('i', 'a', 'a'), textNode('a')]
  expect(propose(before, [textNode('a')])['i']).toBe('null passes')
})

test('a person may choose otherwise; the map that is sent names only what is not the same', () => {
  const before = documentOf([textNode('a'), wait('b'), wait('c', { event: 'x.z' })])
  const after = documentOf([textNode('a'), wait('c', { event: 'x.z' })])
  const proposal = proposeStateMap(before, after)
  expect(stateMapOf(proposal)).toEqual({ b: 'c' })
  expect(stateMapOf(proposal, { b: null })).toEqual({ b: null })
  expect(withChoices(proposal, { b: null, a: 'a' }).map(({ rule }) => rule)).toEqual([
    'same',
    'chosen',
    'same',
  ])
})
