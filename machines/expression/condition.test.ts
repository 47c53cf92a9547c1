import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json } from '../contracts/json.ts'
import { scopeWith } from '../testing/document.ts'
import {
  COMPARISONS,
  type Comparison,
  compileCondition,
  type Condition,
  ConditionSchema,
  describeCondition,
} from './condition.ts'

const SCOPE = scopeWith({ payload: { n: 18, s: '18', tags: ['a', { b: 1 }], nil: null } })
const holds = (condition: Condition): boolean => compileCondition(condition)(SCOPE)
const compare = (value: Json, op: Comparison, to: Json = null): boolean => holds({ value, op, to })

describe('comparisons', () => {
  test('equals takes a number and its text for the same, and objects by their content', () => {
    expect(compare('$.payload.n', 'equals', '18')).toBe(true)
    expect(compare('$.payload.s', 'equals', 18)).toBe(true)
    expect(compare({ a: [1], b: null }, 'equals', { b: null, a: [1] })).toBe(true)
    expect(compare('$.payload.none', 'equals', null)).toBe(true)
    expect(compare('$.payload.n', 'notEquals', 19)).toBe(true)
  })

  test('equals tells values of different shape apart', () => {
    expect(compare([1], 'equals', '1')).toBe(false)
    expect(compare({}, 'equals', '[object Object]')).toBe(false)
    expect(compare({}, 'equals', [])).toBe(false)
    expect(compare({ a: null }, 'equals', { b: null })).toBe(false)
    expect(compare({ a: 1 }, 'equals', { a: 1, b: 2 })).toBe(false)
  })

  test('equals takes no inherited property for a key', () => {
    expect(compare({ constructor: null }, 'equals', { x: null })).toBe(false)
    expect(compare({ toString: 1 }, 'equals', { a: 1 })).toBe(false)
  })

  test('contains looks into texts and lists, in looks from the other side', () => {
    expect(compare('quero comprar', 'contains', 'compra')).toBe(true)
    expect(compare('$.payload.tags', 'contains', { b: 1 })).toBe(true)
    expect(compare('a', 'in', '$.payload.tags')).toBe(true)
    expect(compare('$.payload.n', 'contains', '1')).toBe(false)
    expect(compare('a', 'in', 'abc')).toBe(false)
  })

  test('orders compare numbers, also as text, and texts with texts', () => {
    expect(compare('$.payload.s', 'greater', 9)).toBe(true)
    expect(compare(18, 'greaterOrEqual', '18')).toBe(true)
    expect(compare('10', 'less', '9')).toBe(false)
    expect(compare('abc', 'less', 'abd')).toBe(true)
    expect(compare(1, 'lessOrEqual', 1)).toBe(true)
  })

  test('before and after compare instants across offsets', () => {
    expect(compare('2026-01-01T00:00:00-03:00', 'after', '2026-01-01T02:00:00Z')).toBe(true)
    expect(compare('$.now', 'before', '2030-01-01')).toBe(true)
    expect(compare('ontem', 'before', '2030-01-01')).toBe(false)
  })

  test('matches finds a pattern in texts and in the digits of numbers, and nowhere else', () => {
    expect(compare('Quero o PLANO pro', 'matches', '(?i)\\bplano\\b')).toBe(true)
    expect(compare('$.payload.n', 'matches', '^1\\d$')).toBe(true)
    expect(compare('planos', 'matches', '^plano$')).toBe(false)
    for (const value of ['$.payload.none', '$.payload.nil', '$.payload.tags', true]) {
      expect(compare(value, 'matches', '.*'), JSON.stringify(value)).toBe(false)
    }
  })

  test('matches takes a pattern from the event too, and what is none for no match', () => {
    const pattern = (source: Json) =>
      compileCondition({ value: 'abc', op: 'matches', to: '$.payload' })(
        scopeWith({ payload: source }),
      )
    expect(pattern('b')).toBe(true)
    expect(['(', '(?=a)', 5, null, {}, 'x'.repeat(501)].some(pattern)).toBe(false)
  })

  test('exists is false for what is absent, null or empty', () => {
    expect(['$.payload.n', 0, false].map((value) => compare(value, 'exists'))).toEqual([
      true,
      true,
      true,
    ])
    expect(['$.payload.none', '$.payload.nil', ''].some((value) => compare(value, 'exists'))).toBe(
      false,
    )
  })
})

describe('what a condition can ask of', () => {
  // Tuesday 10 March 2026, 09:00 in São Paulo, 08:00 in Manaus.
  const scope = scopeWith({
    payload: { total: '199.90' },
    vars: { tries: 2 },
    results: { classe: { intent: 'suporte', confidence: 0.8 } },
    source: 'instagram',
    contact: {
      name: 'Ana',
      phone: null,
      email: null,
      tags: ['vip'],
      fields: { city: 'BH', timezone: 'America/Manaus' },
    },
  })
  const asks = (value: Json, op: Comparison, to: Json) =>
    compileCondition(ConditionSchema.parse({ value, op, to }))(scope)

  test('fields and tags of the contact, variables and the event', () => {
    expect(asks('$.contact.fields.city', 'equals', 'BH')).toBe(true)
    expect(asks('$.city', 'in', ['BH', 'Contagem'])).toBe(true)
    expect(asks('$.contact.tags', 'contains', 'vip')).toBe(true)
    expect(asks('$.tags', 'contains', 'novo')).toBe(false)
    expect(asks('$.vars.tries', 'greaterOrEqual', 2)).toBe(true)
    expect(asks('$.payload.total', 'greater', 100)).toBe(true)
  })

  test('where the event came from; null where nobody said', () => {
    expect(asks('$.source', 'equals', 'instagram')).toBe(true)
    expect(asks('{{source}}', 'matches', '^insta')).toBe(true)
    expect(compileCondition({ value: '$.source', op: 'exists' })(SCOPE)).toBe(false)
  })

  test('the time of day, the date and the weekday, by the tenant’s clock and by the contact’s', () => {
    expect(asks('$.clock.time', 'equals', '09:00')).toBe(true)
    expect(asks('$.clock.time', 'greaterOrEqual', '08:30')).toBe(true)
    expect(asks('$.clock.time', 'less', '09:00')).toBe(false)
    expect(asks('$.clock.contact.time', 'less', '09:00')).toBe(true)
    expect(asks('$.clock.weekday', 'in', ['sat', 'sun'])).toBe(false)
    expect(asks('$.clock.date', 'equals', '2026-03-10')).toBe(true)
    expect(asks('{{clock.contact.time}}', 'equals', '08:00')).toBe(true)
  })

  test('a night that goes over midnight is one of two times', () => {
    const night: Condition = {
      any: [
        { value: '$.clock.time', op: 'greaterOrEqual', to: '22:00' },
        { value: '$.clock.time', op: 'less', to: '06:00' },
      ],
    }
    const isNight = (now: string) => compileCondition(night)(scopeWith({ now }))
    expect(isNight('2026-03-11T01:00:00Z')).toBe(true)
    expect(isNight('2026-03-11T08:59:00Z')).toBe(true)
    expect(isNight('2026-03-11T09:00:00Z')).toBe(false)
  })

  test('the result of an earlier node, an intent together with its confidence', () => {
    const sure = (least: number): Condition => ({
      all: [
        { value: '$.classe.intent', op: 'equals', to: 'suporte' },
        { value: '$.classe.confidence', op: 'greaterOrEqual', to: least },
      ],
    })
    expect([0.8, 0.81].map((least) => compileCondition(sure(least))(scope))).toEqual([true, false])
  })

  test('names of the workflow and of the contact come before the clock and the source', () => {
    const named = scopeWith({ vars: { clock: 'meia-noite' }, results: { source: { a: 1 } } })
    const reads = (value: string, to: Json) => compileCondition({ value, op: 'equals', to })(named)
    expect([reads('$.clock', 'meia-noite'), reads('$.source.a', 1)]).toEqual([true, true])
  })
})

test('all, any and not combine, also when they are empty', () => {
  const yes: Condition = { value: 1, op: 'equals', to: 1 }
  const no: Condition = { not: yes }
  expect(holds({ all: [yes, { any: [no, yes] }] })).toBe(true)
  expect(holds({ all: [yes, no] })).toBe(false)
  expect([holds({ all: [] }), holds({ any: [] })]).toEqual([true, false])
})

test('conditions are total: any value against any value is a plain yes or no', () => {
  const json = fc.jsonValue().map((value) => value as Json)
  fc.assert(
    fc.property(json, fc.constantFrom(...COMPARISONS), json, (payload, op, other) => {
      const scope = scopeWith({ payload, vars: { other } })
      const answer = compileCondition({ value: '$.payload', op, to: '$.vars.other' })(scope)
      expect(typeof answer).toBe('boolean')
    }),
  )
})

test('a condition of an unknown shape is refused', () => {
  for (const bad of [
    {},
    { value: 1 },
    { value: 1, op: 'like' },
    { all: {} },
    { all: [], any: [] },
    { all: Array.from({ length: 101 }, () => ({ any: [] })) },
    null,
  ]) {
    expect(ConditionSchema.safeParse(bad).success).toBe(false)
  }
})

test('a wrong or too large pattern is refused with the condition, at its place', () => {
  const refusal = (to: Json) =>
    ConditionSchema.safeParse({ all: [{ value: '$.a', op: 'matches', to }] }).error?.issues
  expect(refusal('^a+$')).toBeUndefined()
  expect(refusal('$.payload.pattern')).toBeUndefined()
  expect(refusal('{{payload.pattern}}')).toBeUndefined()
  for (const bad of ['(', '(?<=a)b', '((a{0,100}){0,10}){0,10}']) {
    expect(refusal(bad)?.length, bad).toBeGreaterThan(0)
  }
})

test('an expression with wrong syntax is an error when the condition is compiled', () => {
  expect(() => compileCondition({ value: '$.[', op: 'exists' })).toThrow(Error)
  expect(() => compileCondition({ value: 1, op: 'equals', to: '{{' })).toThrow(Error)
})

test('a condition is described in one line', () => {
  const condition: Condition = {
    any: [{ value: '$.a', op: 'exists' }, { not: { value: 5, op: 'in', to: [1, '2'] } }],
  }
  expect(describeCondition(condition)).toBe('$.a exists | ! (5 in [1,"2"])')
})
