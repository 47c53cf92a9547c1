import { describe, expect, it } from 'vitest'
import { simulate } from '#machines/simulate/simulate.ts'
import { documentOf } from '#machines/testing/document.ts'
import { aiQuestionOf, type AiQuestion, answerOfOutcome, outcomeOfAnswer } from './ai-answers.ts'

const commandOf = (node: object) =>
  simulate(documentOf([{ id: 'ia', ...node }]), []).effects[0]!.command
const schema = {
  type: 'object',
  required: ['nome'],
  properties: {
    nome: { type: 'string' },
    idade: { type: ['integer', 'null'] },
    novo: { type: 'boolean' },
    cor: { type: 'string', enum: ['azul', 'verde'] },
    itens: { type: 'array' },
  },
}

describe('a question to the model', () => {
  it('is read from the command that the node makes', () => {
    const classify = { type: 'ai.classify', input: 'quero', intents: ['compra', 'suporte'] }
    expect(aiQuestionOf(commandOf({ ...classify, minConfidence: 0.7 }))).toEqual({
      kind: 'classify',
      input: 'quero',
      minConfidence: 0.7,
      intents: ['compra', 'suporte'],
    })
    expect(aiQuestionOf(commandOf({ type: 'ai.reply', input: 'oi' }))).toMatchObject({
      kind: 'reply',
      minConfidence: null,
    })
    const extract = aiQuestionOf(commandOf({ type: 'ai.extract', input: 'oi', schema }))
    expect(extract).toMatchObject({
      fields: [
        { name: 'nome', type: 'text', required: true },
        { name: 'idade', type: 'number', required: false },
        { name: 'novo', type: 'boolean' },
        { name: 'cor', options: ['azul', 'verde'] },
        { name: 'itens', type: 'json' },
      ],
    })
    expect(aiQuestionOf({ kind: 'tag.add' })).toBeNull()
  })
})

describe('an answer of the model', () => {
  const classify: AiQuestion = {
    kind: 'classify',
    input: '',
    minConfidence: 0.6,
    intents: ['a', 'b'],
  }

  it('that is less sure than asked for fails, as in production', () => {
    const unsure = { kind: 'classify', intent: 'b', confidence: 0.5 } as const
    expect(outcomeOfAnswer(classify, unsure)).toMatchObject({
      error: { code: 'AI_LOW_CONFIDENCE' },
    })
    const sure = { ...unsure, confidence: 0.6 }
    const outcome = outcomeOfAnswer(classify, sure)
    expect(outcome).toEqual({ output: { intent: 'b', confidence: 0.6, entities: {} } })
    expect(answerOfOutcome(classify, outcome)).toEqual(sure)
  })

  it('keeps its types, and leaves out what was not said', () => {
    const question = aiQuestionOf(commandOf({ type: 'ai.extract', input: 'oi', schema }))!
    const values = { nome: 'Ana', idade: '3,5', novo: 'false', cor: '', itens: '[1]' }
    const outcome = outcomeOfAnswer(question, { kind: 'extract', values })
    expect(outcome).toEqual({ output: { nome: 'Ana', idade: 3.5, novo: false, itens: [1] } })
    expect(answerOfOutcome(question, outcome)).toEqual({
      kind: 'extract',
      values: { nome: 'Ana', idade: '3.5', novo: 'false', cor: '', itens: '[1]' },
    })
  })

  it('may be words, and that a person has to answer', () => {
    const reply: AiQuestion = { kind: 'reply', input: '', minConfidence: null }
    const answer = { kind: 'reply', text: 'Claro!', confidence: 0.9, needsPerson: true } as const
    const outcome = outcomeOfAnswer(reply, answer)
    expect(outcome).toMatchObject({ output: { reply_text: 'Claro!', needs_person: true } })
    expect(answerOfOutcome(reply, outcome)).toEqual(answer)
    expect(answerOfOutcome(reply, { error: { code: 'TIMEOUT', message: '' } })).toBeNull()
  })
})
