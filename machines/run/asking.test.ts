// A question: asked, answered, asked again, given up, timed out, failed; and what is kept of the answer.

import { describe, expect, it } from 'vitest'
import { simulate } from '../simulate/simulate.ts'
import { documentOf, textNode } from '../testing/document.ts'

const age = (more: object = {}) =>
  documentOf([
    {
      id: 'idade',
      type: 'ask',
      text: 'Quantos anos, {{name}}?',
      answer: { type: 'integer', min: 18, max: 120 },
      as: 'anos',
      retries: 1,
      retryText: 'Só o número, por favor.',
      timeout: 'PT1H',
      timeoutNext: 'silencio',
      ...more,
    },
    textNode('fim', { text: 'Anotado: {{anos}} ({{idade.text}})', next: null }),
    textNode('silencio', { text: 'Fica para depois', next: null }),
    textNode('desiste', { text: 'Sem problema', next: null }),
  ])
const options = { contact: { name: 'Ana' } }
const said = (result: ReturnType<typeof simulate>): string[] =>
  result.transcript.filter(({ direction }) => direction === 'out').map(({ text }) => text)

describe('a question', () => {
  it('keeps a good answer as its variable and its result', () => {
    const result = simulate(age(), [{ message: ' 31 ' }], options)
    expect(said(result)).toEqual(['Quantos anos, Ana?', 'Anotado: 31 (31)'])
    expect(result.final).toMatchObject({ status: 'done', vars: { anos: 31 } })
    expect(result.timers).toEqual([])
  })

  it('is put again as often as its retries say, then leaves by `invalid`', () => {
    const script = [{ message: 'trinta' }, { message: '17' }]
    const again = simulate(age({ invalidNext: 'desiste' }), script.slice(0, 1), options)
    expect(said(again)).toEqual(['Quantos anos, Ana?', 'Só o número, por favor.'])
    expect(again.final.states).toEqual(['idade'])
    expect(said(simulate(age({ invalidNext: 'desiste' }), script, options)).at(-1)).toBe(
      'Sem problema',
    )
    const failed = simulate(age(), script, options)
    expect(failed.final).toMatchObject({
      status: 'failed',
      error: { code: 'ANSWER_INVALID', nodeId: 'idade' },
    })
    expect(said(simulate(age({ onError: 'desiste' }), script, options)).at(-1)).toBe('Sem problema')
    expect(said(simulate(age(), [{ message: 'x' }, { message: '40' }], options)).at(-1)).toBe(
      'Anotado: 40 (40)',
    )
  })

  it('takes an answer that comes before the provider has taken the question', () => {
    const script = [{ message: '31' }, { result: { node: 'fim' } }]
    const result = simulate(age(), script, { ...options, autoResults: false })
    expect(result.effects.map(({ nodeId }) => nodeId)).toEqual(['idade', 'fim'])
    expect(result.final.status).toBe('done')
    expect(result.problems).toEqual([])
  })

  it('does not fail by the late failure of a question that another has followed', () => {
    const result = simulate(
      age({ onError: 'desiste' }),
      [
        { result: { node: 'idade' } },
        { message: 'x' },
        { result: { node: 'idade', error: { code: 'HTTP_500', message: 'no' } } },
      ],
      { ...options, autoResults: false },
    )
    expect(result.final.states).toEqual(['desiste'])
  })

  it('times out counted from its beginning, retries or not', () => {
    const script = [{ skip: 'PT40M' }, { message: 'x' }, { skip: 'PT19M' }, { skip: 'PT1M' }]
    expect(simulate(age(), script.slice(0, 3), options).final.states).toEqual(['idade'])
    expect(said(simulate(age(), script, options)).at(-1)).toBe('Fica para depois')
  })

  it('is put again on the return from an interrupt, with the tries that it had', () => {
    const document = age({ invalidNext: 'desiste' })
    const nodes = [
      ...document.nodes,
      { id: 'menu', type: 'interrupt', words: ['menu'] },
      { ...textNode('opcoes', { text: 'Opções' }), parent: 'menu' },
    ]
    const script = [{ message: 'x' }, { message: 'menu' }, { message: 'y' }]
    expect(said(simulate({ ...document, nodes }, script, options))).toEqual([
      'Quantos anos, Ana?',
      'Só o número, por favor.',
      'Opções',
      'Quantos anos, Ana?',
      'Sem problema',
    ])
  })

  it('is not put again when its time-out has passed during the interrupt', () => {
    const document = age()
    const nodes = [
      ...document.nodes,
      { id: 'menu', type: 'interrupt', words: ['menu'] },
      { id: 'espera', type: 'delay', duration: 'PT2H', parent: 'menu' },
    ]
    const script = [{ message: 'menu' }, { skip: 'PT3H' }]
    expect(said(simulate({ ...document, nodes }, script, options))).toEqual([
      'Quantos anos, Ana?',
      'Fica para depois',
    ])
  })

  it('begins its tries anew on every visit', () => {
    const document = age({ retries: 0, invalidNext: 'volta' })
    const nodes = [
      ...document.nodes,
      { id: 'volta', type: 'delay', duration: 'PT1M', next: 'idade' },
    ]
    const script = [{ message: 'x' }, { skip: 'PT1M' }, { message: '44' }]
    expect(said(simulate({ ...document, nodes }, script, options)).at(-1)).toBe('Anotado: 44 (44)')
  })
})
