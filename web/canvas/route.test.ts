import { expect, test } from 'vitest'
import type { Chart } from '#machines/compile/chart.ts'
import { edge, node } from './testing/chart.ts'
import { edgesBetween, timeoutTargetOf } from './route.ts'

const chart: Chart = {
  nodes: [
    node('$trigger', 'trigger'),
    node('choice', 'choice', 'switch'),
    node('send'),
    node('wait', 'state', 'wait.for.event'),
    node('late'),
    node('rest', 'state', 'delay'),
    node('$end', 'end'),
  ],
  edges: [
    edge('$trigger', 'choice'),
    edge('choice', 'send', 'case:a'),
    edge('send', 'wait'),
    edge('wait', '$end', 'next'),
    edge('wait', 'late', 'timeout', 'P2D'),
    edge('late', 'rest'),
    edge('rest', 'wait'),
  ],
}
const ids = (from: string | null, to: string | null) =>
  edgesBetween(chart, from, to).map(({ id }) => id)

test('A contact that passes through choices pulses along every edge between', () => {
  expect(ids(null, 'send')).toEqual(['$trigger:next', 'choice:case:a'])
})

test('A move to nowhere is a move to the end', () => {
  expect(ids('wait', null)).toEqual(['wait:next'])
})

test('A move that the drawing does not know pulses nowhere', () => {
  expect(ids('late', 'unknown')).toEqual([])
  expect(ids('$end', 'send')).toEqual([])
})

test('A way round a loop ends where it began', () => {
  expect(ids('wait', 'wait')).toEqual(['wait:timeout', 'late:next', 'rest:next'])
})

test('Time alone leads through the time-out port, and out of a delay through its only port', () => {
  expect(timeoutTargetOf(chart, 'wait')).toBe('late')
  expect(timeoutTargetOf(chart, 'rest')).toBe('wait')
  expect(timeoutTargetOf(chart, 'send')).toBeNull()
})
