import { expect, test } from 'vitest'
import { behaviourOf, parsedNode, refusalOf, scopeWith, targetsOf } from '../testing/document.ts'

const body = (more: object = {}) => ({ type: 'crm.create_deal', title: 'Plano {{name}}', ...more })
const dealOf = (more: object, payload: object = {}) =>
  behaviourOf(body(more)).command?.(scopeWith({ payload: payload as never }))

test('crm.create_deal needs a title and refuses what is no amount and no currency', () => {
  expect(refusalOf(body({ value: 10, currency: 'USD', stage: 'novo' }))).toBeNull()
  expect(refusalOf(body({ title: '' }))).toEqual(['title'])
  expect(refusalOf(body({ value: -1 }))).toEqual(['value'])
  expect(refusalOf(body({ currency: 'real' }))).toEqual(['currency'])
})

test('crm.create_deal can fail by a way of its own', () => {
  expect(targetsOf(body({ onError: 'n2' }))).toEqual({ next: undefined, error: 'n2' })
})

test('crm.create_deal writes the deal from the event', () => {
  const more = {
    value: '$.payload.total',
    stage: '{{payload.etapa}}',
    fields: { p: '$.payload.p' },
  }
  expect(dealOf(more, { total: '199.90', etapa: 'proposta', p: [1] })).toEqual({
    kind: 'crm.create_deal',
    deal: {
      title: 'Plano Ana',
      value: 199.9,
      currency: 'BRL',
      stage: 'proposta',
      fields: { p: [1] },
    },
  })
})

test('crm.create_deal leaves open what is no number', () => {
  expect(
    [{}, { total: 'muito' }, { total: null }].map((payload) =>
      dealOf({ value: '$.payload.total' }, payload),
    ),
  ).toMatchObject([1, 2, 3].map(() => ({ deal: { value: null, stage: null } })))
})

test('crm.create_deal names its expressions by their path', () => {
  const { kind, node } = parsedNode(body({ value: '$.a', fields: { b: '$.b' } }))
  expect(kind.expressions(node).map(({ path }) => path)).toEqual(['.title', '.value', '.fields.b'])
})
