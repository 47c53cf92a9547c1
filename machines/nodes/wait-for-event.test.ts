import { expect, test } from 'vitest'
import {
  behaviourOf,
  NOW,
  parsedNode,
  refusalOf,
  targetsOf,
  ZONE,
  scopeWith,
} from '../testing/document.ts'

const body = (more: object = {}) => ({
  type: 'wait.for.event',
  event: 'purchase.approved',
  ...more,
})

test('wait.for.event accepts dotted event types and refuses other names', () => {
  for (const event of ['purchase.approved', 'message.received.whatsapp', 'lead.captured']) {
    expect(refusalOf(body({ event })), event).toBeNull()
  }
  for (const event of ['purchase', 'Purchase.Approved', 'a.b.c.d.e.f', '*', '', null]) {
    expect(refusalOf(body({ event })), String(event)).toEqual(['event'])
  }
})

test('wait.for.event refuses events that no run can receive', () => {
  for (const event of ['effect.done', 'timer.fired', 'operator.acted', 'xstate.stop']) {
    expect(refusalOf(body({ event })), event).toEqual(['event'])
  }
})

test('wait.for.event refuses a way out for a time-out that it does not have', () => {
  expect(refusalOf(body({ timeoutNext: 'n2' }))).toEqual(['timeout'])
  expect(refusalOf(body({ timeout: 'PT0S' }))).toEqual(['timeout'])
  expect(refusalOf(body({ onError: 'n2' }))).toEqual([''])
})

test('wait.for.event leads to the next node by each way that is left out, and ends on null', () => {
  expect(targetsOf(body())).toEqual({ next: undefined })
  expect(targetsOf(body({ timeout: 'P2D' }))).toEqual({ next: undefined, timeout: undefined })
  expect(targetsOf(body({ next: null, timeout: 'P2D', timeoutNext: 'n9' }))).toEqual({
    next: null,
    timeout: 'n9',
  })
})

test('wait.for.event counts its time-out only where it has one', () => {
  expect(behaviourOf(body()).delay).toBeUndefined()
  expect(behaviourOf(body({ timeout: 'P2D' })).delay?.(NOW, ZONE, scopeWith())).toBe(2 * 86_400_000)
})

test('wait.for.event says in one line what it waits for and how long', () => {
  const { kind, node } = parsedNode(body({ timeout: 'P2D' }))
  expect(kind.summarize(node)).toBe('purchase.approved · P2D')
  expect(kind.lower(node)).toEqual({
    shape: 'wait',
    events: [{ type: 'purchase.approved', port: 'next' }],
    after: { port: 'timeout' },
  })
})

test('wait.for.event waits for several events, each with its own way on', () => {
  const several = {
    type: 'wait.for.event',
    events: [{ event: 'purchase.approved', next: 'thanks' }, { event: 'link.clicked' }],
    timeout: 'P1D',
  }
  expect(targetsOf(several)).toEqual({
    'event:0': 'thanks',
    'event:1': undefined,
    timeout: undefined,
  })
})

test('wait.for.event wants one event or several, not both and not neither', () => {
  const several = [{ event: 'link.clicked' }]
  expect(refusalOf(body({ events: several }))).toEqual(['event'])
  expect(refusalOf({ type: 'wait.for.event' })).toEqual(['event'])
  expect(refusalOf({ type: 'wait.for.event', events: [] })).toContain('events')
})
