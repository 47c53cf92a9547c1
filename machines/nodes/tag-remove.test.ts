import { expect, test } from 'vitest'
import { behaviourOf, refusalOf, scopeWith, targetsOf } from '../testing/document.ts'

const body = (tags: unknown, more: object = {}) => ({ type: 'tag.remove', tags, ...more })

test('tag.remove accepts 1 to 20 tags and refuses the rest', () => {
  expect(refusalOf(body(['vip']))).toBeNull()
  expect(refusalOf(body(Array.from({ length: 21 }, String)))).toEqual(['tags'])
  expect(refusalOf(body(['a'], { all: true }))).toEqual([''])
})

test('tag.remove leads to the next node', () => {
  expect(targetsOf(body(['a']))).toEqual({ next: undefined })
})

test('tag.remove renders its tags', () => {
  expect(behaviourOf(body(['{{name}}'])).command?.(scopeWith())).toEqual({
    kind: 'tag.remove',
    tags: ['Ana'],
  })
})
