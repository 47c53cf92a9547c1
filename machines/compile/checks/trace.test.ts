import { expect, test } from 'vitest'
import { simulate } from '../../simulate/simulate.ts'
import { choiceNode, documentOf, textNode } from '../../testing/document.ts'
import { findingsIn } from '../../testing/findings.ts'

/** The trace to a message without a purpose, and where the simulator gets by it. */
function traceTo(nodes: object[], id: string) {
  const trace = findingsIn(nodes, 'PURPOSE_MISSING').find(({ nodeId }) => nodeId === id)?.trace
  const steps = trace?.script ? simulate(documentOf(nodes), trace.script).steps : []
  return { ...trace, went: steps.flatMap(({ path }) => path) }
}

const say = (id: string, more: object = {}) => textNode(id, { purpose: 'service', ...more })
const goal = textNode('goal')

test('results, failures, events, messages and time are entries of the script', () => {
  const nodes = [
    say('a', { onError: 'w', next: null }),
    { id: 'w', type: 'wait.for.event', event: 'x.y', timeout: 'P1D', timeoutNext: null },
    { id: 'm', type: 'wait.for.event', event: 'message.received.whatsapp' },
    { id: 'd', type: 'delay', duration: 'PT1H' },
    { id: 'q', type: 'ask', text: 'Nome?', purpose: 'service' },
    goal,
  ]
  const { states, script, went } = traceTo(nodes, 'goal')
  expect(states).toEqual(['a', 'w', 'm', 'd', 'q', 'goal'])
  expect(script).toMatchObject([
    { result: { node: 'a' } },
    { event: { type: 'x.y' } },
    { message: 'Olá' },
    { skip: 'PT1H' },
    { message: 'Olá' },
  ])
  expect(went).toContain('goal')
})

test('the way to a person is taken by an answer that says so', () => {
  const nodes = [
    { id: 'r', type: 'ai.reply', input: 'Oi', fallback: null, person: 'goal', next: null },
    goal,
  ]
  const { script, went } = traceTo(nodes, 'goal')
  expect(script).toEqual([{ result: { node: 'r', output: { needs_person: true } } }])
  expect(went).toContain('goal')
})

test('an intent is chosen by the result of the model', () => {
  const nodes = [
    { id: 'c', type: 'ai.classify', input: 'Oi', fallback: null },
    { id: 'i', type: 'intent', on: '$.c', cases: { suporte: 'goal' }, default: null },
    goal,
  ]
  const { script, went } = traceTo(nodes, 'goal')
  expect(script).toEqual([{ result: { node: 'c', output: { intent: 'suporte', confidence: 1 } } }])
  expect(went).toEqual(expect.arrayContaining(['c', 'i', 'goal']))
})

test('where the start or the contact decides there is a way and no script', () => {
  expect(traceTo([choiceNode('i', 'goal', null), goal], 'goal')).toMatchObject({
    states: ['i', 'goal'],
    script: null,
  })
})

test('the way to a join goes through all groups', () => {
  const nodes = [
    { id: 'p', type: 'parallel', next: 'goal' },
    { id: 'l', type: 'group', parent: 'p' },
    { id: 'a', type: 'delay', duration: 'PT1H', parent: 'l' },
    { id: 'r', type: 'group', parent: 'p' },
    { id: 'b', type: 'delay', duration: 'PT2H', parent: 'r' },
    goal,
  ]
  const { states, went } = traceTo(nodes, 'goal')
  expect(states).toEqual(['p', 'l', 'a', 'r', 'b', 'goal'])
  expect(went).toContain('goal')
})

test('an interrupt is entered by its word', () => {
  const nodes = [
    { id: 'd', type: 'delay', duration: 'P1D' },
    { id: 'menu', type: 'interrupt', words: ['menu'] },
    { ...goal, parent: 'menu' },
  ]
  const { script, went } = traceTo(nodes, 'goal')
  expect(script).toEqual([{ message: 'menu' }])
  expect(went).toContain('goal')
})
