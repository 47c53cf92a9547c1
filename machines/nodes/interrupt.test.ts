import { expect, test } from 'vitest'
import { parsedNode, refusalOf, targetsOf } from '../testing/document.ts'
import { RETURN } from './interrupt.ts'

const body = (more: object = {}) => ({ type: 'interrupt', words: ['menu'], ...more })

test('interrupt needs a word or an event, and words that differ once they are plain', () => {
  expect(refusalOf(body())).toBeNull()
  expect(refusalOf(body({ words: undefined, event: 'order.cancelled' }))).toBeNull()
  expect(refusalOf(body({ words: undefined }))).toEqual(['words'])
  expect(refusalOf(body({ words: ['Início', 'inicio!'] }))).toEqual(['words'])
  expect(refusalOf(body({ words: ['!?'] }))).toEqual(['words.0'])
  expect(refusalOf(body({ event: 'timer.fired' }))).toEqual(['event'])
  expect(refusalOf(body({ parent: 'g' }))).toEqual([''])
})

test('interrupt returns unless it says where it leads', () => {
  expect(targetsOf(body())).toEqual({ next: RETURN })
  expect(targetsOf(body({ next: 'n2' }))).toEqual({ next: 'n2' })
  expect(targetsOf(body({ next: null }))).toEqual({ next: null })
})

test('interrupt compares plain words', () => {
  const { kind, node } = parsedNode(body({ words: [' Atenção! ', 'FALAR com Atendente'] }))
  expect(kind.lower(node)).toEqual({
    shape: 'interrupt',
    words: ['atencao', 'falar com atendente'],
    event: null,
  })
})
