import { expect, test } from 'vitest'
import type { Chart } from '#machines/compile/chart.ts'
import { edge, node } from './testing/chart.ts'
import { liveMarks, runMarks, toneOf } from './marks.ts'

const chart: Chart = {
  nodes: [
    node('$trigger', 'trigger', 'lead.captured'),
    node('send'),
    node('wait', 'state', 'wait.for.event'),
    node('$end', 'end', 'end'),
    node('$failed', 'failed', 'failed'),
  ],
  edges: [edge('$trigger', 'send'), edge('send', 'wait'), edge('wait', '$end')],
}

test('Waiting is blue, sending green, people amber, failure red', () => {
  expect(toneOf(node('a', 'state', 'wait.for.event'))).toBe('waiting')
  expect(toneOf(node('a', 'state', 'delay'))).toBe('waiting')
  expect(toneOf(node('a'))).toBe('running')
  expect(toneOf(node('a', 'state', 'handoff.human'))).toBe('attention')
  expect(toneOf(node('$failed', 'failed'))).toBe('failed')
})

test('The end and the failure count totals, the trigger counts nothing', () => {
  const { nodes } = liveMarks(chart, { wait: 7 }, { finished: 4, failed: 1 })
  expect(nodes.get('wait')?.count).toBe(7)
  expect(nodes.get('send')?.count).toBe(0)
  expect(nodes.get('$end')?.count).toBe(4)
  expect(nodes.get('$failed')?.count).toBe(1)
  expect(nodes.get('$trigger')?.count).toBeUndefined()
})

test('A run lights its state, marks the way it came, and dims the rest', () => {
  const walked = { states: ['send', 'wait'], hops: new Set(['send>wait']), at: 'wait' }
  const { nodes, edges } = runMarks(chart, { walked, at: ['wait'], status: 'active' })
  expect(nodes.get('wait')).toMatchObject({ lit: true, walked: true, tone: 'waiting' })
  expect(nodes.get('send')).toMatchObject({ lit: false, walked: true, dimmed: false })
  expect(nodes.get('$end')).toMatchObject({ walked: false, dimmed: true })
  expect(edges.get('$trigger:next')?.walked).toBe(true)
  expect(edges.get('wait:next')?.walked).toBe(false)
})

test('A failed run lights its last state in the colour of failure', () => {
  const walked = { states: ['send'], hops: new Set<string>(), at: 'send' }
  expect(runMarks(chart, { walked, at: ['send'], status: 'failed' }).nodes.get('send')?.tone).toBe(
    'failed',
  )
})
