import { expect, test } from 'vitest'
import { behaviourOf, parsedNode, refusalOf, scopeWith, targetsOf } from '../testing/document.ts'

const body = (tags: unknown, more: object = {}) => ({ type: 'tag.add', tags, ...more })

test('tag.add accepts 1 to 20 tags and refuses the rest', () => {
  expect(refusalOf(body(['vip', '{{payload.campaign}}']))).toBeNull()
  expect(refusalOf(body([]))).toEqual(['tags'])
  expect(refusalOf(body(['']))).toEqual(['tags.0'])
  expect(refusalOf(body('vip'))).toEqual(['tags'])
})

test('tag.add can fail by a way of its own', () => {
  expect(targetsOf(body(['a'], { onError: 'n2' }))).toEqual({ next: undefined, error: 'n2' })
})

test('tag.add renders its tags, once each and none that is empty', () => {
  const { command } = behaviourOf(body(['vip', '{{payload.x}}', ' vip ', '{{payload.none}}']))
  expect(command?.(scopeWith({ payload: { x: 'natal' } }))).toEqual({
    kind: 'tag.add',
    tags: ['vip', 'natal'],
  })
})

test('tag.add names the tag that became too long', () => {
  const { command } = behaviourOf(body(['a', '{{payload.x}}']))
  expect(() => command?.(scopeWith({ payload: { x: 'x'.repeat(101) } }))).toThrow('tags[1]')
})

test('tag.add names its expressions by their path', () => {
  const { kind, node } = parsedNode(body(['a', '{{name}}']))
  expect(kind.expressions(node)[1]).toEqual({ path: '.tags[1]', source: '{{name}}', isText: true })
  expect(kind.summarize(node)).toBe('a, {{name}}')
})
