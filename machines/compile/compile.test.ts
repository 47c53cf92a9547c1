import { initialTransition, transition } from 'xstate'
import { describe, expect, test } from 'vitest'
import { EMPTY_CONTACT } from '../contracts/contact.ts'
import type { JsonObject } from '../contracts/json.ts'
import { choiceNode, documentOf, NOW, textNode, ZONE } from '../testing/document.ts'
import { compile, type CompiledWorkflow, compileVersion } from './compile.ts'
import { nodeOfTimer } from './lowered.ts'
import { MAX_MICROSTEPS } from './machine.ts'

const MOMENT = { contact: { ...EMPTY_CONTACT, name: 'Ana' }, at: NOW, zone: ZONE }

function compiled(nodes: object[]): CompiledWorkflow {
  const { workflow, diagnostics } = compile(documentOf(nodes))
  if (!workflow) throw new Error(JSON.stringify(diagnostics))
  return workflow
}

const begin = (nodes: object[], payload: JsonObject = {}) =>
  initialTransition(compiled(nodes).machine, { ...MOMENT, payload })

describe('what a machine does', () => {
  test('an effect node commits to its command on entry and waits', () => {
    const [snapshot, actions] = begin([textNode('a', { text: 'Oi {{name}}' })])
    expect(snapshot.value).toBe('a')
    expect(actions.filter((action) => action.type === 'command')).toMatchObject([
      { params: { node: 'a', visit: 1, command: { kind: 'whatsapp.send_text', text: 'Oi Ana' } } },
    ])
  })

  test('an effect node leaves by the result of its own visit only', () => {
    const { machine } = compiled([textNode('a'), textNode('b')])
    const [first] = initialTransition(machine, { ...MOMENT, payload: {} })
    const done = (nodeId: string, visit: number) =>
      transition(machine, first, { ...MOMENT, type: 'effect.done', nodeId, visit, output: 1 })[0]
    expect(done('b', 1).value).toBe('a')
    expect(done('a', 2).value).toBe('a')
    expect(done('a', 1)).toMatchObject({ value: 'b', context: { results: { a: 1 } } })
  })

  test('next left out is the next node, null is the end, and so is the last node', () => {
    const set = (more: object) => ({ type: 'set.variable', set: {}, ...more })
    expect(begin([set({}), textNode('b')])[0].value).toBe('b')
    expect(begin([set({ next: null }), textNode('b')])[0]).toMatchObject({
      status: 'done',
      value: '$end',
    })
    expect(begin([set({})])[0].status).toBe('done')
  })

  test('a choice takes the way that was chosen, and default or next last whatever its place', () => {
    const cases = { default: 'd', x: 'x' }
    const nodes = [{ type: 'switch', on: '$.payload.a', cases }, textNode('x'), textNode('d')]
    expect(begin(nodes, { a: 'x' })[0].value).toBe('x')
    expect(begin(nodes, { a: 'zzz' })[0].value).toBe('d')
    expect(begin([choiceNode('i', null, 'b'), textNode('b')], { x: 1 })[0].value).toBe('$end')
  })

  test('a node that leads to itself is left and entered again', () => {
    const { machine } = compiled([{ id: 'w', type: 'wait.for.event', event: 'x.y', next: 'w' }])
    const [first] = initialTransition(machine, { ...MOMENT, payload: {} })
    const [, actions] = transition(machine, first, { ...MOMENT, type: 'x.y', payload: {} })
    expect(actions.filter((action) => action.type === 'entered')).toHaveLength(1)
  })

  test('variables written at one node are read at the next, within one event', () => {
    const nodes = [
      { type: 'set.variable', set: { a: '$.payload.n' } },
      { type: 'set.variable', set: { b: '{{a}}!' } },
    ]
    expect(begin(nodes, { n: 5 })[0].context.vars).toEqual({ a: 5, b: '5!' })
  })

  test('a wait hands its delay out as data, and the timer knows its node', () => {
    const [, actions] = begin([{ id: 'w', type: 'delay', duration: 'PT10M' }])
    const raised = actions.find((action) => action.type === 'xstate.raise')
    expect(raised?.params).toMatchObject({ delay: 600_000, id: 'xstate.after.w.w' })
    expect(nodeOfTimer('xstate.after.w.w')).toBe('w')
  })
})

describe('an expression that breaks while it runs', () => {
  const HUGE = '{% for i in (1..2000000) %}x{% endfor %}'

  test('fails a choice or an assignment visibly, with the node and a code', () => {
    for (const node of [
      { id: 'a', type: 'switch', on: HUGE, cases: { x: null } },
      { id: 'a', type: 'set.variable', set: { v: HUGE } },
      { id: 'a', type: 'if', condition: { value: HUGE, op: 'exists' } },
    ]) {
      expect(begin([node, textNode('b')])[0], node.type).toMatchObject({
        value: '$failed',
        context: { error: { code: 'EXPRESSION_FAILED', nodeId: 'a' } },
      })
    }
  })

  test('fails an effect node by its onError, and nothing is sent', () => {
    const [snapshot, actions] = begin([
      textNode('a', { text: HUGE, onError: 'c' }),
      textNode('b'),
      textNode('c'),
    ])
    expect(snapshot.value).toBe('c')
    const commands = actions.filter((action) => action.type === 'command')
    expect(commands.map((action) => action.params)).toMatchObject([{ node: 'c' }])
  })

  test('RUN_MICROSTEPS: a loop that the checks cannot see is cut at run time', () => {
    const error = String(begin([textNode('a', { text: HUGE, onError: 'a' })])[0].error)
    expect(error).toContain(`more than ${MAX_MICROSTEPS} microsteps`)
  })

  test('hundreds of nodes in a row are no endless loop, a thousand for one event are cut', () => {
    const row = (count: number) =>
      Array.from({ length: count }, () => ({ type: 'set.variable', set: {} }))
    expect(begin(row(900))[0].status).toBe('done')
    expect(begin(row(1100))[0].status).toBe('error')
  })
})

test('a workflow knows what starts it, what it waits for and what it needs', () => {
  const workflow = compiled([
    textNode('a'),
    { id: 'w', type: 'wait.for.event', event: 'x.y', timeout: 'P1D' },
    { id: 'd', type: 'delay', duration: 'P1D' },
    { id: 'q', type: 'ask', text: 'E aí?', quiet: 'PT3S' },
    { id: 'e', type: 'end' },
  ])
  const calm = { quiet: null, collects: [] }
  const message = ['message.received.whatsapp']
  expect(workflow.triggerEvent).toBe('lead.captured')
  expect(Object.fromEntries(workflow.waits)).toEqual({
    a: { events: [], timed: false, effect: true, ...calm },
    w: { events: ['x.y'], timed: true, effect: false, ...calm },
    d: { events: [], timed: true, effect: false, ...calm },
    q: { events: message, timed: false, effect: false, quiet: 'PT3S', collects: message },
  })
  expect(workflow.needs[0]).toEqual({ channel: 'whatsapp' })
})

test('a workflow of 200 nodes of every shape compiles', () => {
  const bodies = [
    { type: 'whatsapp.send_text', text: 'Oi {{name}}' },
    { type: 'set.variable', set: { a: '$.payload.x' } },
    { type: 'wait.for.event', event: 'purchase.approved', timeout: 'P1D' },
    { type: 'if', condition: { value: '$.a', op: 'exists' } },
  ]
  const nodes = Array.from({ length: 200 }, (_, index) => ({ ...bodies[index % bodies.length] }))
  const workflow = compiled(nodes)
  expect(Object.keys(workflow.machine.states)).toHaveLength(202)
})

test('the caller keeps its document: compiling changes nothing in it', () => {
  const document = documentOf([textNode('a'), choiceNode('b', 'a', null)], { layout: { a: 1 } })
  const before = structuredClone(document)
  compile(document)
  expect(document).toEqual(before)
})

test('a published version goes on where a check of today would refuse it', () => {
  const talk = documentOf([textNode('a', { next: 'b' }), textNode('b', { next: 'a' })])
  expect(compile(talk).workflow).toBeNull()
  expect(compileVersion(talk)?.machine.states['a']).toBeDefined()
  expect(compileVersion(documentOf([textNode('a', { next: 'nada' })]))).toBeNull()
  expect(compileVersion(documentOf([{ id: 'a', type: 'x' }]))).toBeNull()
  expect(compileVersion('{')).toBeNull()
})
