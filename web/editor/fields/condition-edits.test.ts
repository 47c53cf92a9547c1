import { expect, test } from 'vitest'
import { conditionForm, withAnother, withOperator, withoutPart } from './condition-edits.ts'

const one = { value: '$.vars.x', op: 'equals', to: 1 }

test('a condition is a group, a contrary or a comparison; anything else is left to JSON', () => {
  expect(conditionForm({ all: [one] })).toMatchObject({ type: 'group', joint: 'all' })
  expect(conditionForm({ not: one })).toEqual({ type: 'not', part: one })
  expect(conditionForm(one)).toMatchObject({ type: 'comparison', op: 'equals', to: 1 })
  for (const strange of [
    { all: [], any: [] },
    { all: 1 },
    { value: 'x', op: 1 },
    { ...one, x: 1 },
    'x',
  ]) {
    expect(conditionForm(strange), JSON.stringify(strange)).toEqual({ type: 'other' })
  }
})

test('another comparison makes a group, and joins one that is there', () => {
  expect(withAnother(one)).toMatchObject({ all: [one, { op: 'equals' }] })
  expect(withAnother({ any: [one] })).toMatchObject({ any: [one, { op: 'equals' }] })
})

test('a group of one is that one', () => {
  expect(withoutPart('all', [one, { value: 'y', op: 'exists' }], 1)).toEqual(one)
  expect(withoutPart('any', [one, one, one], 0)).toEqual({ any: [one, one] })
})

test('whether something exists is compared with nothing', () => {
  expect(withOperator(one, 'exists')).toEqual({ value: '$.vars.x', op: 'exists' })
  expect(withOperator({ value: 'x', op: 'exists' }, 'less')).toEqual({
    value: 'x',
    op: 'less',
    to: '',
  })
})
