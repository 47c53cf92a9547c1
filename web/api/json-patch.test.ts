import { expect, test } from 'vitest'
import { reactive } from 'vue'
import { applyPatch } from './json-patch.ts'

const document = { nodes: [{ id: 'a', next: 'x' }, { id: 'b' }], 'a/b': { '~': 1 } }

test('Fields and items are added, replaced and removed, one after the other', () => {
  expect(
    applyPatch(document, [
      { op: 'replace', path: '/nodes/0/next', value: 'b' },
      { op: 'add', path: '/nodes/1/next', value: null },
      { op: 'add', path: '/nodes/1', value: { id: 'c' } },
      { op: 'remove', path: '/a~1b/~0' },
    ]),
  ).toEqual({
    nodes: [{ id: 'a', next: 'b' }, { id: 'c' }, { id: 'b', next: null }],
    'a/b': {},
  })
})

test('The document that was given stays as it was', () => {
  const before = structuredClone(document)
  const watched = reactive(structuredClone(document))
  expect(applyPatch(watched, [{ op: 'remove', path: '/nodes/0' }])).not.toBeNull()
  applyPatch(document, [{ op: 'remove', path: '/nodes/0' }])
  expect([document, watched]).toEqual([before, before])
})

test('A patch that does not fit changes nothing at all', () => {
  const misfits = ['/nodes/2/next', '/nodes/9', '/nodes/x', '/gone', '', 'nodes', '/nodes/0/id/x']
  for (const path of misfits) {
    expect(applyPatch(document, [{ op: 'replace', path, value: 1 }]), path).toBeNull()
  }
  expect(applyPatch(document, [{ op: 'add', path: '/nodes/3', value: 1 }])).toBeNull()
})

test('Keys that mean something to the language are keys like any other, or refused', () => {
  expect(applyPatch({}, [{ op: 'replace', path: '/toString', value: 1 }])).toBeNull()
  expect(applyPatch({}, [{ op: 'add', path: '/__proto__/x', value: 1 }])).toBeNull()
  expect(applyPatch({}, [{ op: 'add', path: '/__proto__', value: {} }])).toBeNull()
})
