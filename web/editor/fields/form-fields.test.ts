import { expect, test } from 'vitest'
import type { JsonObject } from '#machines/contracts/json.ts'
import { NODE_KINDS, nodeKindOf, TRIGGER_KINDS, triggerKindOf } from '#machines/nodes/registry.ts'
import { formFieldsOf } from './form-fields.ts'
import { membersOf } from './shape-of.ts'

function form(type: string, body: JsonObject = {}) {
  const kind = nodeKindOf(type) ?? triggerKindOf(type)
  const { main, more, ways, foreign } = formFieldsOf(kind!, body)
  const names = (list: typeof main) => list.map(({ name }) => name)
  return { main: names(main), more: names(more), ways: names(ways), foreign }
}

test('what the hints name comes first, in their order; what is rarely needed later', () => {
  const { main, more, ways } = form('ask')
  const asked = ['text', 'buttons', 'answer', 'as', 'retries', 'retryText', 'timeout', 'quiet']
  expect(main).toEqual(asked)
  expect(more).toEqual(['purpose'])
  expect(ways).toEqual(['next', 'invalidNext', 'timeoutNext', 'onError'])
})

test('ways are told by the schema also where no hint names them', () => {
  expect(form('subflow').ways).toEqual(['next', 'timeoutNext', 'onError'])
  expect(form('if').ways).toEqual(['then', 'else'])
  expect(form('goto').ways).toEqual(['to'])
  expect(form('end').ways).toEqual([])
})

test('what the kind does not know is shown all the same', () => {
  expect(form('if', { id: 'a', type: 'if', next: 'b', note: 1 }).foreign).toEqual(['next', 'note'])
})

test('the trigger has its own fields and those that every trigger has', () => {
  expect(form('event')).toEqual({
    main: ['event', 'where'],
    more: ['reentry', 'priority', 'exclusive'],
    ways: [],
    foreign: [],
  })
})

test('no field of any kind is left out of its form', () => {
  for (const kind of [...NODE_KINDS, ...TRIGGER_KINDS]) {
    const { main, more, ways } = formFieldsOf(kind, {})
    const shown = [...main, ...more, ...ways].map(({ name }) => name)
    const all = membersOf(kind.schema).map(({ name }) => name)
    const frame = ['id', 'type', 'parent', 'label']
    expect(shown.toSorted(), kind.type).toEqual(
      all.filter((name) => !frame.includes(name)).toSorted(),
    )
  }
})

test('every hint names a field that exists', () => {
  for (const { type, schema, form: hints } of [...NODE_KINDS, ...TRIGGER_KINDS]) {
    const names = new Set(membersOf(schema).map(({ name }) => name))
    for (const { field } of hints)
      expect(names.has(field.split('.')[0] ?? ''), `${type}.${field}`).toBe(true)
  }
})
