import { expect, test } from 'vitest'
import { simulate } from '../simulate/simulate.ts'
import { documentOf, parsedNode, targetsOf, textNode } from '../testing/document.ts'

const body = (more: object = {}) => ({ id: 'ia', type: 'ai.classify', input: 'Oi', ...more })
const answered = (confidence: number) => ({ output: { intent: 'suporte', confidence } })
const failed = (code: string) => ({ error: { code, message: 'x' } })

/** Where the run stands after this answer of the model. */
function after(node: object, result: object) {
  const nodes = ['certa', 'incerta', 'quebrada'].map((id) => textNode(id, { next: null }))
  const document = documentOf([{ ...node, next: 'certa' }, ...nodes])
  const options = { autoResults: false }
  return simulate(document, [{ result: { node: 'ia', ...result } }], options).final
}

test('fallback and onError are ways out of their own, and each stands in for the other', () => {
  expect(targetsOf(body())).toEqual({ next: undefined })
  expect(targetsOf(body({ fallback: 'f' }))).toEqual({ next: undefined, error: 'f' })
  expect(targetsOf(body({ onError: null }))).toEqual({ next: undefined, error: null })
  expect(targetsOf(body({ fallback: 'f', onError: 'e' }))).toEqual({
    next: undefined,
    fallback: 'f',
    error: 'e',
  })
  const { kind, node } = parsedNode(body({ fallback: 'f' }))
  expect(kind.ports(node)[1]).toMatchObject({ path: '.fallback', label: 'fallback' })
})

const BOTH = body({ minConfidence: 0.6, fallback: 'incerta', onError: 'quebrada' })

test.each([
  ['a sure answer', answered(0.6), 'certa'],
  ['an answer that is not sure enough', answered(0.59), 'incerta'],
  ['an answer that says nothing of its confidence', { output: { intent: 'suporte' } }, 'certa'],
  ['AI_LOW_CONFIDENCE', failed('AI_LOW_CONFIDENCE'), 'incerta'],
  ['AI_BLOCKED', failed('AI_BLOCKED'), 'incerta'],
  ['AI_INVALID', failed('AI_INVALID'), 'incerta'],
  ['AI_CAP_REACHED', failed('AI_CAP_REACHED'), 'incerta'],
  ['AI_NOT_CONFIGURED', failed('AI_NOT_CONFIGURED'), 'incerta'],
  ['a broken line', failed('HTTP_503'), 'quebrada'],
])('with both ways out, %s leads to its place', (_, result, state) => {
  expect(after(BOTH, result).states).toEqual([state])
})

test('with one way out, doubt and failure take it', () => {
  for (const result of [answered(0.1), failed('AI_BLOCKED'), failed('HTTP_503')]) {
    const fallback = body({ minConfidence: 0.6, fallback: 'incerta' })
    const onError = body({ minConfidence: 0.6, onError: 'quebrada' })
    expect(after(fallback, result).states).toEqual(['incerta'])
    expect(after(onError, result).states).toEqual(['quebrada'])
  }
})

test('without a way out the run stops as failed and says why', () => {
  expect(after(body({ minConfidence: 0.6 }), answered(0.3))).toMatchObject({
    status: 'failed',
    error: { code: 'AI_LOW_CONFIDENCE', nodeId: 'ia', message: expect.stringContaining('0.3') },
  })
})

test('an answer that is not sure enough is kept all the same', () => {
  const nodes = [BOTH, textNode('incerta', { text: 'Talvez {{ia.intent}}' })]
  const document = documentOf([...nodes, textNode('certa'), textNode('quebrada')])
  const script = [{ result: { node: 'ia', ...answered(0.2) } }]
  const { effects } = simulate(document, script, { autoResults: false })
  expect(effects.at(-1)?.command).toMatchObject({ text: 'Talvez suporte' })
})

test('without minConfidence every answer counts', () => {
  expect(after(body({ fallback: 'incerta' }), answered(0)).states).toEqual(['certa'])
})

test('an answer that needs a person goes to one, sure or not; without that way out it goes on', () => {
  const reply = { id: 'ia', type: 'ai.reply', input: 'Oi', minConfidence: 0.6, fallback: 'incerta' }
  const answer = (needs: unknown, confidence: number) => ({
    output: { reply_text: 'Já chamo alguém', needs_person: needs, confidence },
  })
  const toPerson = { ...reply, person: 'quebrada' }
  expect(after(toPerson, answer(true, 0.9)).states).toEqual(['quebrada'])
  expect(after(toPerson, answer(true, 0.1)).states).toEqual(['quebrada'])
  expect(after(toPerson, answer('true', 0.9)).states).toEqual(['certa'])
  expect(after(toPerson, answer(false, 0.1)).states).toEqual(['incerta'])
  expect(after(reply, answer(true, 0.9)).states).toEqual(['certa'])
})
