// Groups, parallel paths, history and loops, as a contact lives through them.

import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#machines/contracts/json.ts'
import {
  createContact,
  doneOf,
  failedOf,
  lead,
  libraryOf,
  type TestContact,
  timerOf,
  workflowOf,
} from './testing/contact.ts'

const text = (id: string, more: object = {}) => ({
  id,
  type: 'whatsapp.send_text',
  text: id,
  ...more,
})
const wait = (id: string, event: string, more: object = {}) => ({
  id,
  type: 'wait.for.event',
  event,
  ...more,
})

function begin(nodes: object[], payload: JsonObject = {}): TestContact {
  const contact = createContact(libraryOf(workflowOf('wf_a', nodes)))
  contact.send(lead(payload))
  return contact
}
const statesOf = (contact: TestContact): string[] => contact.state?.runs[0]?.states ?? []
const lastChange = (contact: TestContact) => contact.steps.at(-1)?.runs[0]
const sent = (contact: TestContact): string[] =>
  contact.steps.flatMap((step) => step.effects.map((effect) => effect.nodeId))

describe('a group', () => {
  const nodes = [
    { id: 'g', type: 'group', on: [{ event: 'purchase.approved', next: 'thanks' }], next: 'after' },
    wait('first', 'link.clicked', { parent: 'g' }),
    wait('second', 'form.filled', { parent: 'g' }),
    text('after', { next: null }),
    text('thanks'),
  ]

  test('begins with its first node and goes on after its last', () => {
    const contact = begin(nodes)
    expect(statesOf(contact)).toEqual(['first'])
    contact.send({ type: 'link.clicked' })
    expect(statesOf(contact)).toEqual(['second'])
    contact.send({ type: 'form.filled' })
    expect(statesOf(contact)).toEqual(['after'])
  })

  test('reacts wherever the contact is inside', () => {
    const contact = begin(nodes)
    contact.send({ type: 'link.clicked' })
    contact.send({ type: 'purchase.approved' })
    expect(statesOf(contact)).toEqual(['thanks'])
  })

  test('has one time-out for all its nodes, which inner moves do not start again', () => {
    const timed = nodes.map((node) =>
      node.id === 'g' ? { ...node, timeout: 'PT1H', timeoutNext: 'after' } : node,
    )
    const contact = begin(timed)
    const armed = timerOf(contact)
    contact.send({ type: 'link.clicked' })
    expect(timerOf(contact)).toEqual(armed)
    contact.send(armed)
    expect(statesOf(contact)).toEqual(['after'])
  })

  test('catches the failures inside that no node catches itself', () => {
    const contact = begin([
      { id: 'g', type: 'group', onError: 'sorry', next: null },
      text('a', { parent: 'g' }),
      text('sorry'),
    ])
    contact.send(failedOf(contact.steps[0]?.effects[0]))
    expect(statesOf(contact)).toEqual(['sorry'])
  })

  test('is entered again where it was left, by history', () => {
    const contact = begin([
      { id: 'g', type: 'group', on: [{ event: 'pause.asked', next: 'rest' }], next: null },
      wait('one', 'a.happened', { parent: 'g' }),
      wait('two', 'b.happened', { parent: 'g' }),
      wait('rest', 'pause.ended'),
      { id: 'back', type: 'goto', to: 'g', history: 'deep' },
    ])
    contact.send({ type: 'a.happened' })
    contact.send({ type: 'pause.asked' })
    expect(statesOf(contact)).toEqual(['rest'])
    contact.send({ type: 'pause.ended' })
    expect(statesOf(contact)).toEqual(['two'])
  })
})

describe('a parallel', () => {
  const nodes = [
    { id: 'p', type: 'parallel', next: 'joined' },
    { id: 'chat', type: 'group', parent: 'p' },
    text('hello', { parent: 'chat' }),
    wait('answer', 'message.received.whatsapp', { parent: 'chat' }),
    { id: 'clock', type: 'group', parent: 'p' },
    { id: 'tick', type: 'delay', duration: 'PT2H', parent: 'clock' },
    text('joined'),
  ]

  test('is in a state of each of its groups at once, and waits for all of them', () => {
    const contact = begin(nodes)
    expect(statesOf(contact)).toEqual(['hello', 'tick'])
    const timer = timerOf(contact)
    contact.settle()
    expect(statesOf(contact)).toEqual(['answer', 'tick'])
    contact.send(timer)
    expect(statesOf(contact)).toEqual(['answer'])
    contact.send({ type: 'message.received', payload: { channel: 'whatsapp', text: 'oi' } })
    expect(statesOf(contact)).toEqual(['joined'])
  })

  test('keeps waiting for an effect on one path while another path moves', () => {
    const contact = begin(nodes)
    const [hello] = contact.steps[0]?.effects ?? []
    contact.send(timerOf(contact))
    contact.send(doneOf(hello))
    expect(statesOf(contact)).toEqual(['answer'])
  })

  test('tells the states before and after, so that each is counted', () => {
    const contact = begin(nodes)
    expect(lastChange(contact)).toMatchObject({ fromStates: [], toStates: ['hello', 'tick'] })
    contact.send(timerOf(contact))
    expect(lastChange(contact)).toMatchObject({
      from: 'hello',
      to: 'hello',
      fromStates: ['hello', 'tick'],
      toStates: ['hello'],
    })
  })

  test('is left from inside by whoever ends the run, with all timers cleared', () => {
    const contact = begin(
      nodes.map((node) => (node.id === 'answer' ? { ...node, next: null } : node)),
    )
    contact.settle()
    contact.send({ type: 'message.received', payload: { channel: 'whatsapp', text: 'oi' } })
    expect(contact.state?.runs).toEqual([])
    expect(contact.steps.at(-1)?.timersCleared).toHaveLength(1)
  })

  test('decides on each path by itself', () => {
    const choice = (id: string, parent: string, then: string, otherwise: string) => ({
      id,
      type: 'if',
      parent,
      condition: { value: '$.payload.x', op: 'equals', to: parent },
      then,
      else: otherwise,
    })
    const contact = begin(
      [
        { id: 'p', type: 'parallel', next: null },
        { id: 'left', type: 'group', parent: 'p' },
        choice('l', 'left', 'l_yes', 'l_no'),
        wait('l_yes', 'x.y', { parent: 'left' }),
        wait('l_no', 'x.y', { parent: 'left' }),
        { id: 'right', type: 'group', parent: 'p' },
        choice('r', 'right', 'r_yes', 'r_no'),
        wait('r_yes', 'x.y', { parent: 'right' }),
        wait('r_no', 'x.y', { parent: 'right' }),
      ],
      { x: 'right' },
    )
    expect(statesOf(contact)).toEqual(['l_no', 'r_yes'])
  })
})

describe('a loop over a list', () => {
  const nodes = [
    {
      id: 'each',
      type: 'loop.for-each',
      items: '$.payload.items',
      as: 'item',
      max: 3,
      next: 'end',
    },
    { id: 'say', type: 'whatsapp.send_text', text: '{{item.name}}', parent: 'each' },
    text('end'),
  ]
  const items = (...names: string[]): JsonObject => ({ items: names.map((name) => ({ name })) })
  const words = (contact: TestContact): unknown[] =>
    contact.steps.flatMap((step) =>
      step.effects.map(({ command }) => ('text' in command ? command.text : null)),
    )

  test('runs once for each item, in order, and then goes on', () => {
    const contact = begin(nodes, items('um', 'dois'))
    contact.settle()
    expect(words(contact)).toEqual(['um', 'dois', 'end'])
  })

  test('gives each turn an effect id of its own', () => {
    const contact = begin(nodes, items('um', 'dois'))
    contact.settle()
    const ids = contact.steps.flatMap((step) => step.effects.map((effect) => effect.id))
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('stays within its budget', () => {
    const contact = begin(nodes, items('1', '2', '3', '4', '5'))
    contact.settle()
    expect(words(contact)).toEqual(['1', '2', '3', 'end'])
  })

  test.each([
    ['nothing', {}],
    ['no list', { items: 'x' }],
    ['an empty list', { items: [] }],
  ])('is over at once for %s', (_what, payload) => {
    expect(sent(begin(nodes, payload as JsonObject))).toEqual(['end'])
  })
})

test('the first of several awaited events wins, and the others no longer move the run', () => {
  const contact = begin([
    {
      id: 'w',
      type: 'wait.for.event',
      events: [
        { event: 'purchase.approved', next: 'thanks' },
        { event: 'message.received.whatsapp', next: 'answer' },
      ],
      timeout: 'P1D',
    },
    text('late'),
    text('thanks'),
    text('answer'),
  ])
  contact.send({ type: 'message.received', payload: { channel: 'whatsapp', text: 'oi' } })
  expect(statesOf(contact)).toEqual(['answer'])
  expect(contact.send({ type: 'purchase.approved' }).journal.note).toBe('nobody_waits')
  expect(statesOf(contact)).toEqual(['answer'])
})
