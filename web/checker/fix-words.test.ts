import { expect, test } from 'vitest'
import { fixWords } from './fix-words.ts'

test('a fix says what it would write, and where', () => {
  expect(fixWords([{ op: 'add', path: '/nodes/3/onError', value: 'fim' }])).toEqual({
    kind: 'sets',
    field: 'onError',
    value: 'fim',
  })
  expect(fixWords([{ op: 'replace', path: '/nodes/0/cases/a~1b', value: null }])).toMatchObject({
    field: 'cases.a/b',
    value: 'null',
  })
  expect(fixWords([{ op: 'replace', path: '/trigger/type', value: 'manual' }])).toMatchObject({
    field: 'trigger.type',
  })
  const long = fixWords([{ op: 'add', path: '/nodes/3/text', value: 'x'.repeat(90) }])
  expect(long?.value).toBe(`${'x'.repeat(40)}…`)
})

test('a state that comes or goes is told before what leads to it', () => {
  const delay = { id: 'espera', type: 'delay' }
  const added = fixWords([
    { op: 'replace', path: '/nodes/3/next', value: 'espera' },
    { op: 'add', path: '/nodes/4', value: delay },
  ])
  expect(added).toEqual({ kind: 'addsState', field: '', value: 'delay' })
  expect(fixWords([{ op: 'remove', path: '/nodes/4' }])).toMatchObject({ kind: 'removesState' })
  expect(fixWords([{ op: 'remove', path: '/nodes/4/parent' }])).toMatchObject({
    kind: 'removes',
    field: 'parent',
  })
  expect(fixWords([])).toBe(null)
})
