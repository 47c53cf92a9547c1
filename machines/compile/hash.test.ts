import { expect, test } from 'vitest'
import { documentOf, textNode } from '../testing/document.ts'
import { canonicalJson, contentHash } from './hash.ts'

const reversed = (value: object): object => Object.fromEntries(Object.entries(value).toReversed())

test('the hash names the meaning: layout, key order and absent fields do not change it', () => {
  const document = documentOf([textNode('a'), textNode('b')])
  const hash = contentHash(document)
  expect(hash).toMatch(/^[0-9a-f]{64}$/)
  expect(contentHash({ ...document, layout: { a: [1, 2] } })).toBe(hash)
  expect(contentHash(reversed({ ...document, nodes: document.nodes.map(reversed) }))).toBe(hash)
  expect(contentHash({ ...document, note: undefined })).toBe(hash)
})

test('the hash changes with any other field and with the order of nodes', () => {
  const document = documentOf([textNode('a'), textNode('b')])
  const hashes = [
    document,
    { ...document, name: 'Outro' },
    { ...document, nodes: document.nodes.toReversed() },
    documentOf([textNode('a', { next: null }), textNode('b')]),
    documentOf([textNode('a', { layout: 1 }), textNode('b')]),
  ].map(contentHash)
  expect(new Set(hashes).size).toBe(5)
})

test('the hash of a known document never changes, or every published version would be renamed', () => {
  expect(contentHash({ b: [1, 'ã', null], a: { d: true, c: 1.5 } })).toBe(
    'c9d33f25cdc4ca9bb632dfbd4b29cf8f4474feba9ce55ebb080fd50aa6199420',
  )
})

test('canonical JSON is JSON with sorted keys', () => {
  const value = { b: [1, { z: null, a: '"' }], a: true, c: undefined }
  expect(canonicalJson(value)).toBe('{"a":true,"b":[1,{"a":"\\"","z":null}]}')
})
