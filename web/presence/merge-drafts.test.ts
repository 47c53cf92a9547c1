import { expect, test } from 'vitest'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import { mergeDrafts } from './merge-drafts.ts'

type Node = WorkflowDocument['nodes'][number]
const say = (id: string, text: string, more: object = {}): Node => ({
  id,
  type: 'whatsapp.send_text',
  text,
  ...more,
})
const wait = (id: string, more: object = {}): Node => ({
  id,
  type: 'delay',
  duration: 'PT1H',
  ...more,
})
const draft = (nodes: Node[], more: object = {}): WorkflowDocument => ({
  id: 'wf_1',
  name: 'Fluxo',
  trigger: { type: 'lead.captured' },
  nodes,
  ...more,
})
const BASE = draft([say('a', 'Oi'), wait('b'), say('c', 'Tchau')])
const ids = (document: WorkflowDocument | null) => document?.nodes.map(({ id }) => id)

test('what each changed on its own comes together, whoever is asked', () => {
  const mine = draft([say('a', 'Olá'), wait('b'), say('c', 'Tchau')])
  const theirs = draft([say('a', 'Oi'), wait('b'), say('c', 'Até logo')], { name: 'Novo nome' })
  const both = draft([say('a', 'Olá'), wait('b'), say('c', 'Até logo')], { name: 'Novo nome' })
  expect(mergeDrafts(BASE, mine, theirs)).toEqual({ document: both, clashes: [] })
  expect(mergeDrafts(BASE, theirs, mine)).toEqual({ document: both, clashes: [] })
})

test('one node changed by both in two ways is for people; in the same way it is one change', () => {
  const mine = draft([say('a', 'Olá'), wait('b'), say('c', 'Fim')])
  const theirs = draft([say('a', 'E aí'), wait('b'), say('c', 'Fim')])
  expect(mergeDrafts(BASE, mine, theirs)).toEqual({ document: null, clashes: ['a'] })
  const trigger = { trigger: { type: 'manual' } }
  expect(mergeDrafts(BASE, draft(BASE.nodes, trigger), draft(BASE.nodes, trigger)).clashes).toEqual(
    [],
  )
  const other = draft(BASE.nodes, { trigger: { type: 'manual', input: {} } })
  expect(mergeDrafts(BASE, draft(BASE.nodes, trigger), other).clashes).toEqual(['$trigger'])
})

test('a node that one removed and the other changed is for people', () => {
  const removed = draft([say('a', 'Oi'), say('c', 'Tchau')])
  const changed = draft([say('a', 'Oi'), wait('b', { duration: 'PT2H' }), say('c', 'Tchau')])
  expect(mergeDrafts(BASE, removed, changed).clashes).toEqual(['b'])
  expect(mergeDrafts(BASE, changed, removed).clashes).toEqual(['b'])
})

test('what both added in different places stands where each put it', () => {
  const [a, b, c] = BASE.nodes
  if (!a || !b || !c) throw new Error('three nodes')
  const mine = draft([a, say('x', 'meu'), b, c])
  const theirs = draft([a, b, c, say('y', 'dela')])
  expect(ids(mergeDrafts(BASE, mine, theirs).document)).toEqual(['a', 'x', 'b', 'c', 'y'])
  expect(ids(mergeDrafts(BASE, theirs, mine).document)).toEqual(['a', 'x', 'b', 'c', 'y'])
})

test('no way leads elsewhere than somebody said: both put something after the same node', () => {
  const [a, b, c] = BASE.nodes
  if (!a || !b || !c) throw new Error('three nodes')
  const clashes = (mine: Node[], theirs: Node[]) =>
    mergeDrafts(BASE, draft(mine), draft(theirs)).clashes
  expect(clashes([a, say('x', 'meu'), b, c], [a, say('y', 'dela'), b, c])).toContain('a')
  expect(clashes([say('x', 'meu'), a, b, c], [say('y', 'dela'), a, b, c])).toContain('$trigger')
  // Mine leads to what they removed.
  expect(clashes([a, b, c, say('x', 'meu', { next: 'b' })], [a, c])).toContain('x')
})

test('where nodes stand on the drawing never stands in the way', () => {
  const at = (positions: object) => draft(BASE.nodes, { layout: { positions } })
  const one = { x: 1, y: 1 }
  const two = { x: 2, y: 2 }
  const three = { x: 3, y: 3 }
  expect(
    mergeDrafts(at({ a: one, b: one }), at({ a: two, b: one }), at({ a: three, b: three, c: one })),
  ).toEqual({ document: at({ a: two, b: three, c: one }), clashes: [] })
  expect(mergeDrafts(BASE, at({ a: one }), BASE).document).toEqual(at({ a: one }))
})

test('what cannot be read is for people', () => {
  const twice = draft([say('a', 'Oi'), say('a', 'Oi')])
  expect(mergeDrafts(twice, twice, draft([say('a', 'Oi')], { name: 'x' })).document).toBeNull()
})
