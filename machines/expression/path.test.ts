import { describe, expect, test } from 'vitest'
import { scopeWith } from '../testing/document.ts'
import { compilePath, isPath, pathStep } from './path.ts'

const SCOPE = scopeWith({
  payload: {
    name: 'Ana',
    items: [
      { price: 10, tags: ['a'] },
      { price: 200, tags: [] },
      { price: 300, tags: ['b'] },
    ],
    '🎉': 'festa',
    'não sei': 1,
    nothing: null,
  },
})
const read = (path: string): unknown => compilePath(path)(SCOPE)

describe('a plain chain of members', () => {
  test('reads members, indexes and quoted keys, emoji too', () => {
    expect(read('$.payload.name')).toBe('Ana')
    expect(read('$.payload.items[1].price')).toBe(200)
    expect(read("$.payload['🎉']")).toBe('festa')
    expect(read("$['payload']['não sei']")).toBe(1)
    expect(read('$.payload.nothing')).toBeNull()
  })

  test('gives undefined where something on the way is absent or no object', () => {
    for (const path of [
      '$.payload.x',
      '$.payload.x.y.z',
      '$.payload.name.x',
      '$.payload.nothing.x',
    ]) {
      expect(read(path), path).toBeUndefined()
    }
  })
})

test('no path reaches a prototype, by any spelling', () => {
  const paths = ['constructor', '__proto__', 'toString', 'hasOwnProperty'].flatMap((name) => [
    `$.${name}`,
    `$['${name}']`,
    `$["${name}"]`,
    `$.payload.${name}`,
    `$.payload.name.${name}`,
    `$..${name}`,
    `$..['${name}']`,
    `$.payload.items[?@.${name}]`,
  ])
  for (const path of [...paths, '$.payload.name.length', '$.payload.items.length']) {
    expect(read(path), path).toBeUndefined()
  }
})

test('an own key called __proto__ is data like any other', () => {
  const payload = JSON.parse('{"__proto__":{"x":1}}') as never
  expect(compilePath('$.payload.__proto__.x')(scopeWith({ payload }))).toBe(1)
})

describe('a query', () => {
  test('gives the value of one match, the list of several, undefined for none', () => {
    expect(read('$.payload.items[?@.price > 250].price')).toBe(300)
    expect(read('$.payload.items[?@.price > 100].price')).toEqual([200, 300])
    expect(read('$.payload.items[?@.price > 900].price')).toBeUndefined()
    expect(read('$.payload.items[-1].price')).toBe(300)
    expect(read('$..price')).toEqual([10, 200, 300])
  })

  test('may filter and search one after the other', () => {
    expect(read('$.payload.items[?@.price > 5].tags[*]')).toEqual(['a', 'b'])
    expect(read('$.payload.items[?@.price > 5][?length(@) > 0][?@ == "b"]')).toBe('b')
  })

  test('is refused where searches lie inside searches', () => {
    for (const path of [
      '$..*..*',
      '$..[?@..x]',
      '$.a[?$.a[?$.a]]',
      '$.a[?count($.a[*]) > 1]',
      `$.a${'[*,*]'.repeat(10)}`,
      `$.${'a'.repeat(2000)}`,
    ]) {
      expect(() => compilePath(path), path).toThrow(Error)
    }
  })

  test('takes what is inside quotes for text', () => {
    expect(read('$.payload.items[?@.price == 10 || @.x == "?..*,,,,,,,,"].price')).toBe(10)
  })

  test('has no patterns, which a document could make run for ever', () => {
    expect(() => compilePath('$.payload[?search(@.name, "(a+)+$")]')).toThrow(/search/)
    expect(() => compilePath('$.payload[?match(@.name, ".*")]')).toThrow(/match/)
  })
})

test('wrong syntax is an error when the path is compiled', () => {
  for (const path of ['$.', '$[', '$.a[?', "$['a", '$.a b', '$[]', '$.a[?@.x ===1]', '$.a[[[[']) {
    expect(() => compilePath(path), path).toThrow(Error)
  }
})

test('words are no paths', () => {
  expect(['$', '$.a', '$[0]'].every(isPath)).toBe(true)
  expect(['', 'a', 'R$ 5', '$5', '{{x}}', ' $.a'].some(isPath)).toBe(false)
})

test('a step of a path reads back as the key that it was made of', () => {
  for (const key of ['a', 'não sei', "d'água", 'a\\b', '🎉', '', '0', '__proto__']) {
    const scope = { payload: Object.fromEntries([[key, 'x']]) }
    expect(compilePath(`$.payload${pathStep(key)}`)(scope), key).toBe('x')
  }
  expect(pathStep(3)).toBe('[3]')
})
