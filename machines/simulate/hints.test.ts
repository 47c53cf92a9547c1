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

  it('try what leads to a person', () => {
    const found = hints({ id: 'ia', type: 'ai.reply', input: 'x', person: null })
    expect(found.get('ia')).toEqual([{ keys: ['needs_person'], values: [true] }])
  })

  it('do not run in circles', () => {
    const circle = { type: 'set.variable', set: { a: '$.vars.b', b: '$.vars.a' } }
    const asks = { type: 'if', condition: { value: '$.vars.a', op: 'exists' } }
    expect([...hints(circle, asks)]).toEqual([])
  })

  it('answer questions: by their rule, and by what later nodes compare the answer with', () => {
    const found = hints(
      {
        id: 'cep',
        type: 'ask',
        text: '?',
        answer: { type: 'pattern', pattern: '^\\d{5}-?\\d{3}$' },
      },
      { id: 'nota', type: 'ask', text: '?', answer: { type: 'integer', min: 0 }, as: 'nps' },
      { type: 'switch', on: '$.vars.nps', cases: { 10: null, default: null } },
      { id: 'casa', type: 'subflow', workflow: 'wf_x', as: 'lugar' },
      { type: 'if', condition: { value: '$.vars.lugar.cep', op: 'exists' } },
    )
    expect(found.get('cep')).toEqual([{ keys: ['text'], values: ['12345678', '?'] }])
    expect(found.get('nota')).toEqual([
      { keys: ['text'], values: ['0', '?'] },
      { keys: ['text'], values: ['10', 'x'] },
    ])
    expect(found.get('casa')).toEqual([{ keys: ['cep'], values: ['x', null] }])
  })

  it('name a moment where one is waited for', () => {
    const found = hints({ type: 'wait.until', until: '$.payload.visit.at', before: 'P1D' })
    expect(found.get('payload')).toEqual([
      { keys: ['visit', 'at'], values: ['2026-04-01T12:00:00Z', 'x'] },
    ])
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
