import { describe, expect, it } from 'vitest'
import type { WorkflowDocument } from '../contracts/workflow.ts'
import { documentOf } from '../testing/document.ts'
import { hintsOf, variantsOf } from './hints.ts'

const hints = (...nodes: object[]) => hintsOf(documentOf(nodes) as WorkflowDocument)

describe('hints', () => {
  it('follow a variable to the result that it was copied from', () => {
    const found = hints(
      { id: 'espera', type: 'wait.for.event', event: 'a.b' },
      { type: 'set.variable', set: { total: '$.espera.total' } },
      { type: 'if', condition: { not: { value: '$.vars.total', op: 'greater', to: 10 } } },
    )
    expect([...found]).toEqual([['espera', [{ keys: ['total'], values: [11, 10, 9] }]]])
  })

  it('read cases, intents, placeholders and fields of the contact', () => {
    const found = hints(
      { id: 'ia', type: 'ai.classify', input: 'x' },
      { type: 'switch', on: '{{ia.intent}}', cases: { compra: null, default: null } },
      { type: 'intent', on: '$.ia', cases: { suporte: null } },
      { type: 'if', condition: { value: '$.contact.fields.city', op: 'equals', to: 'BH' } },
    )
    expect(found.get('ia')).toEqual([
      { keys: ['intent'], values: ['compra', 'x'] },
      { keys: ['intent'], values: ['suporte', 'x'] },
      { keys: ['confidence'], values: [1] },
    ])
    expect(found.get('contact')).toEqual([{ keys: ['fields', 'city'], values: ['BH', 'x'] }])
  })

  it('do not run in circles', () => {
    const circle = { type: 'set.variable', set: { a: '$.vars.b', b: '$.vars.a' } }
    const asks = { type: 'if', condition: { value: '$.vars.a', op: 'exists' } }
    expect([...hints(circle, asks)]).toEqual([])
  })

  it('become a bounded number of values, the base first', () => {
    expect(variantsOf({ a: 1 }, [{ keys: ['b', 'c'], values: [2, 3] }])).toEqual([
      { a: 1 },
      { a: 1, b: { c: 2 } },
      { a: 1, b: { c: 3 } },
    ])
    const many = Array.from({ length: 10 }, (_, key) => ({ keys: [`k${key}`], values: [1, 2, 3] }))
    expect(variantsOf({}, many).length).toBeLessThanOrEqual(24)
  })
})
