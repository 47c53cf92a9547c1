import { expect, test } from 'vitest'
import type { Editor } from '#machines/contracts/live.ts'
import { holderIn, othersOf, personsOf } from './people.ts'

const editor = (given: Partial<Editor> & { connectionId: string }): Editor => ({
  userId: `usr_${given.connectionId}`,
  name: given.connectionId,
  nodeId: 'n1',
  typing: false,
  since: '2026-03-02T12:00:00.000Z',
  ...given,
})

test('a form belongs to whoever has typed in it longest, and every page says the same', () => {
  const ana = editor({ connectionId: 'ana', typing: true, since: '2026-03-02T12:00:01.000Z' })
  const bia = editor({ connectionId: 'bia', typing: true, since: '2026-03-02T12:00:02.000Z' })
  const caio = editor({ connectionId: 'caio' })
  for (const people of [
    [ana, bia, caio],
    [caio, bia, ana],
  ]) {
    expect(['ana', 'bia', 'caio', null].map((own) => holderIn(people, own, 'n1')?.name)).toEqual([
      undefined,
      'ana',
      'ana',
      'ana',
    ])
  }
  expect(holderIn([caio], 'ana', 'n1')).toBeNull()
  expect(holderIn([ana], 'bia', 'n2')).toBeNull()
})

test('at the same instant one of them has it, and not both', () => {
  const people = ['b', 'a'].map((connectionId) => editor({ connectionId, typing: true }))
  expect(['a', 'b'].map((own) => holderIn(people, own, 'n1')?.connectionId)).toEqual([
    undefined,
    'a',
  ])
})

test('a second page of mine is somebody else, this page is not', () => {
  const pages = ['one', 'two'].map((connectionId) => editor({ connectionId, userId: 'usr_me' }))
  expect(othersOf(pages, 'one').map(({ connectionId }) => connectionId)).toEqual(['two'])
})

test('who has several pages open is one person, where something is in hand', () => {
  const persons = personsOf([
    editor({ connectionId: '1', userId: 'usr_z', name: 'Zé' }),
    editor({ connectionId: '2', userId: 'usr_a', name: 'Ana', nodeId: 'n2' }),
    editor({ connectionId: '3', userId: 'usr_a', name: 'Ana', nodeId: 'n3', typing: true }),
    editor({ connectionId: '4', userId: 'usr_a', name: 'Ana', nodeId: null }),
  ])
  expect(persons).toEqual([
    { userId: 'usr_a', name: 'Ana', nodeId: 'n3', typing: true },
    { userId: 'usr_z', name: 'Zé', nodeId: 'n1', typing: false },
  ])
})
