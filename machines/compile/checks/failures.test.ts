import { expect, test } from 'vitest'
import { textNode } from '../../testing/document.ts'
import { findingsIn, foundIn } from '../../testing/findings.ts'

test('a failure is handled at the node or at a container around it', () => {
  expect(foundIn([textNode('a')], 'FAILURE_UNHANDLED')).toEqual(['a $.nodes[0]'])
  expect(foundIn([textNode('a', { onError: null })], 'FAILURE_UNHANDLED')).toEqual([])
  const group = { id: 'g', type: 'group', onError: null }
  expect(foundIn([group, textNode('a', { parent: 'g' })], 'FAILURE_UNHANDLED')).toEqual([])
})

test('what is written in our own database is not asked for a way out', () => {
  const nodes = [
    { type: 'tag.add', tags: ['x'] },
    { type: 'contact.upsert', map: { name: 'Ana' } },
  ]
  expect(foundIn(nodes, 'FAILURE_UNHANDLED')).toEqual([])
})

test('AI_WITHOUT_FALLBACK takes fallback, onError and the container around for an answer', () => {
  const reply = (more: object) => ({ id: 'r', type: 'ai.reply', input: 'Oi', ...more })
  expect(foundIn([reply({})], 'AI_WITHOUT_FALLBACK')).toEqual(['r $.nodes[0]'])
  expect(foundIn([reply({})], 'FAILURE_UNHANDLED')).toEqual([])
  for (const more of [{ fallback: null }, { onError: null }]) {
    expect(foundIn([reply(more)], 'AI_WITHOUT_FALLBACK')).toEqual([])
  }
})

test('the fix leads to a person where there is one, else to the next node, else to the end', () => {
  const fixOf = (nodes: object[]) => findingsIn(nodes, 'FAILURE_UNHANDLED')[0]?.fix?.[0]
  const person = { id: 'pessoa', type: 'handoff.human', timeout: 'P1D' }
  expect(fixOf([textNode('a'), { id: 'fim', type: 'end' }, person])).toMatchObject({
    value: 'pessoa',
  })
  expect(fixOf([textNode('a'), { id: 'fim', type: 'end' }])).toMatchObject({ value: 'fim' })
  expect(fixOf([textNode('a')])).toMatchObject({ value: null })
})
