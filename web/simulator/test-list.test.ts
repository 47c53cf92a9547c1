import { expect, test } from 'vitest'
import {
  freeName,
  renamedTest,
  replacedTest,
  withoutTest,
  withTest,
  withTestAt,
} from './test-list.ts'

const named = (name: string) => ({ name, script: [], expect: {} })
const list = [named('a'), named('b'), named('c')]

test('A name that is taken gets a number', () => {
  expect(freeName(list, ' novo ')).toBe('novo')
  expect(freeName(list, 'a')).toBe('a 2')
  expect(freeName([...list, named('a 2')], 'a')).toBe('a 3')
})

test('Renaming keeps names apart from each other', () => {
  expect(renamedTest(list, 0, 'b')).toBeNull()
  expect(renamedTest(list, 0, '  ')).toBeNull()
  expect(renamedTest(list, 0, 'a')).toEqual(list)
  expect(renamedTest(list, 0, 'x')?.map(({ name }) => name)).toEqual(['x', 'b', 'c'])
})

test('What is deleted comes back where it was', () => {
  const without = withoutTest(list, 1)
  expect(without.map(({ name }) => name)).toEqual(['a', 'c'])
  expect(withTestAt(without, 1, named('b'))).toEqual(list)
  expect(withTestAt([], 5, named('b'))).toEqual([named('b')])
  expect(withTest(list, named('d'))).toHaveLength(4)
  expect(replacedTest(list, 0, named('x'))[0]?.name).toBe('x')
})
