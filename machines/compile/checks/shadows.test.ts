import { expect, test } from 'vitest'
import { textNode } from '../../testing/document.ts'
import { findingsIn, foundIn } from '../../testing/findings.ts'

const CODE = 'INTERRUPT_SHADOWED'
const interrupt = (id: string, more: object) => [
  { id, type: 'interrupt', ...more },
  textNode(`${id}_say`, { parent: id }),
]
const wait = (id: string, event: string, more: object = {}) => ({
  id,
  type: 'wait.for.event',
  event,
  timeout: 'P1D',
  ...more,
})

test('the same word at two interrupts, however it is written, is heard by the first', () => {
  const nodes = [
    wait('w', 'x.y'),
    ...interrupt('a', { words: ['Menú'] }),
    ...interrupt('b', { words: ['ajuda', 'menu!'] }),
  ]
  expect(foundIn(nodes, CODE)).toEqual(['b $.nodes[3].words[1]'])
  expect(findingsIn(nodes, CODE)[0]?.message.en).toContain('"a" reacts first')
})

test('the same event at two interrupts, and a wait for the event of an interrupt', () => {
  const nodes = [
    wait('w', 'x.y'),
    ...interrupt('a', { event: 'x.y' }),
    ...interrupt('b', { event: 'x.y' }),
  ]
  expect(foundIn(nodes, CODE)).toEqual(['b $.nodes[3].event', 'w $.nodes[0].event'])
})

test('words that take a contact off the channel are the platform’s', () => {
  const nodes = [
    wait('w', 'x.y'),
    ...interrupt('a', { words: ['PARE!', 'não quero mais receber'] }),
  ]
  expect(foundIn(nodes, CODE)).toHaveLength(2)
})

test('a handler of a group is hidden by a wait inside for the same event, and by its own twin', () => {
  const group = (...on: string[]) => ({
    id: 'g',
    type: 'group',
    on: on.map((event) => ({ event, next: null })),
  })
  expect(foundIn([group('x.y'), wait('w', 'x.y', { parent: 'g' })], CODE)).toEqual([
    'g $.nodes[0].on[0]',
  ])
  expect(foundIn([group('x.y'), wait('w', 'z.z', { parent: 'g' })], CODE)).toEqual([])
  expect(foundIn([group('a.a', 'a.a'), wait('w', 'z.z', { parent: 'g' })], CODE)).toEqual([
    'g $.nodes[0].on[1]',
  ])
  const [hidden] = findingsIn([group('x.y'), wait('w', 'x.y', { parent: 'g' })], CODE)
  expect(hidden?.fix).toEqual([{ op: 'remove', path: '/nodes/0/on/0' }])
})
