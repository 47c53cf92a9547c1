import { expect, test } from 'vitest'
import { choiceNode, textNode } from '../../testing/document.ts'
import { findingsIn, foundIn } from '../../testing/findings.ts'

const wait = (more: object = {}) => ({ id: 'w', type: 'wait.for.event', event: 'x.y', ...more })
const severityOf = (nodes: object[]) =>
  findingsIn(nodes, 'BOT_TALK_ENDLESS').map(({ severity }) => severity)

test('a loop that only sends is an error; with a choice, a wait in time or a failure a warning', () => {
  expect(severityOf([textNode('a', { next: 'a' })])).toEqual(['error'])
  expect(severityOf([textNode('a'), choiceNode('i', 'a', null)])).toEqual(['warning'])
  const pause = { id: 'd', type: 'delay', duration: 'P1D', next: 'a' }
  expect(severityOf([textNode('a'), pause])).toEqual(['warning'])
  expect(severityOf([textNode('a', { onError: 'a' })])).toEqual(['warning'])
})

test('who waits for an event on every round may go on for ever', () => {
  expect(severityOf([textNode('a'), wait({ next: 'a' })])).toEqual([])
  expect(
    severityOf([textNode('a'), wait({ timeout: 'P1D', next: null, timeoutNext: 'a' })]),
  ).toEqual(['warning'])
  const ask = { id: 'q', type: 'ask', text: 'Tudo bem?', next: 'q' }
  expect(severityOf([ask])).toEqual([])
  const subflow = { id: 's', type: 'subflow', workflow: 'wf_x', next: 'a' }
  expect(severityOf([textNode('a'), subflow])).toEqual([])
})

test("a time-out of the group around counts as the group's way back", () => {
  const nodes = [
    { id: 'g', type: 'group', timeout: 'P1D', timeoutNext: 'g' },
    textNode('a', { parent: 'g' }),
    { ...wait(), parent: 'g' },
  ]
  expect(severityOf(nodes)).toEqual(['warning'])
})

test('a list is gone through in counted turns', () => {
  const loop = (more: object) => ({
    id: 'l',
    type: 'loop.for-each',
    items: '$.payload.items',
    as: 'item',
    ...more,
  })
  const inner = textNode('a', { parent: 'l' })
  expect(severityOf([loop({}), inner])).toEqual([])
  expect(foundIn([loop({}), inner], 'LOOP_WITHOUT_BUDGET')).toEqual(['l $.nodes[0]'])
  expect(foundIn([loop({ max: 5 }), inner], 'LOOP_WITHOUT_BUDGET')).toEqual([])
})

test('LOOP_WITHOUT_BUDGET is a loop that calls other systems and never waits', () => {
  const call = { id: 'c', type: 'webhook.call', url: 'https://a.example/x' }
  const nodes = [call, choiceNode('i', 'c', null)]
  expect(foundIn(nodes, 'LOOP_WITHOUT_BUDGET')).toEqual(['c $.nodes[0]'])
  const polls = [
    call,
    choiceNode('i', 'd', null),
    { id: 'd', type: 'delay', duration: 'PT1H', next: 'c' },
  ]
  expect(foundIn(polls, 'LOOP_WITHOUT_BUDGET')).toEqual([])
})
