import { expect, test } from 'vitest'
import { behaviourOf, parsedNode, refusalOf, scopeWith, targetsOf } from '../testing/document.ts'

const body = (map: object, more: object = {}) => ({ type: 'contact.upsert', map, ...more })
const patchOf = (map: object, payload: object) =>
  behaviourOf(body(map)).command?.(scopeWith({ payload: payload as never }))

test('contact.upsert accepts a map of fields and refuses what is not one', () => {
  expect(refusalOf(body({ name: '$.payload.name' }))).toBeNull()
  expect(refusalOf(body('name' as never))).toEqual(['map'])
  expect(refusalOf(body({ '': 'x' }))).toEqual(['map.'])
  expect(refusalOf(body({}, { unknown: 1 }))).toEqual([''])
})

test('contact.upsert leads to the next node when next is left out, ends on null, and fails by onError', () => {
  expect(targetsOf(body({}))).toEqual({ next: undefined })
  expect(targetsOf(body({}, { next: null, onError: 'n9' }))).toEqual({ next: null, error: 'n9' })
  expect(targetsOf(body({}, { onError: null }))).toEqual({ next: undefined, error: null })
})

test('contact.upsert writes known fields as text and the rest into the own fields', () => {
  const map = {
    name: '$.payload.name',
    phone_e164: '$.payload.phone',
    tags: '$.payload.tags',
    idade: '$.payload.age',
  }
  expect(patchOf(map, { name: 'Ana', phone: 5531, tags: ['a', 1], age: 30 })).toEqual({
    kind: 'contact.upsert',
    patch: { name: 'Ana', phone: '5531', tags: ['a', '1'], fields: { idade: 30 } },
  })
})

test('contact.upsert never erases what is known when the source is absent, null or empty', () => {
  const map = { name: '$.payload.a', email: '$.payload.b', cidade: '$.payload.c' }
  expect(patchOf(map, { a: null, b: '' })).toEqual({ kind: 'contact.upsert', patch: {} })
})

test('contact.upsert reads one tag as a list of one', () => {
  expect(patchOf({ tags: 'vip' }, {})).toEqual({ kind: 'contact.upsert', patch: { tags: ['vip'] } })
})

test('contact.upsert writes a field called constructor as data and lets no key reach a prototype', () => {
  const map = JSON.parse(
    '{"constructor":"x","__proto__":{"polluted":"yes"},"toString":"y"}',
  ) as object
  const command = patchOf(map, {}) as unknown as { patch: { fields: object } }
  expect(Object.entries(command.patch.fields)).toEqual([
    ['constructor', 'x'],
    ['toString', 'y'],
  ])
  expect(Object.getPrototypeOf(command.patch.fields)).toBe(Object.prototype)
  expect('polluted' in {}).toBe(false)
})

test('contact.upsert names its expressions by their path and sums itself up by its fields', () => {
  const { kind, node } = parsedNode(body({ name: '$.a', 'meu campo': ['$.b'] }))
  expect(kind.expressions(node)).toEqual([
    { path: '.map.name', source: '$.a' },
    { path: ".map['meu campo'][0]", source: '$.b' },
  ])
  expect(kind.summarize(node)).toBe('name, meu campo')
})

test('contact.upsert takes consents by purpose, and nothing that is not plainly yes or no', () => {
  const consents = { marketing: '$.payload.box', sms: false, news: 'sim', 'Not one': true }
  expect(patchOf({ consents }, { box: true })).toMatchObject({
    patch: { consents: { marketing: true, sms: false } },
  })
  expect(patchOf({ consents: 'sim' }, {})).toMatchObject({ patch: { consents: {} } })
})
