import { expect, test } from 'vitest'
import { foundIn } from '../../testing/findings.ts'

const wait = (more: object) => ({ id: 'w', type: 'wait.for.event', ...more })

test('a time-out of the wait or of a group around it is a way out', () => {
  expect(foundIn([wait({ event: 'x.y' })], 'WAIT_WITHOUT_EXIT')).toEqual(['w $.nodes[0]'])
  expect(foundIn([wait({ event: 'x.y', timeout: 'P1D' })], 'WAIT_WITHOUT_EXIT')).toEqual([])
  const group = { id: 'g', type: 'group', timeout: 'P1D' }
  expect(foundIn([group, wait({ event: 'x.y', parent: 'g' })], 'WAIT_WITHOUT_EXIT')).toEqual([])
  const ask = { id: 'q', type: 'ask', text: 'CEP?' }
  expect(foundIn([ask, { id: 'h', type: 'handoff.human' }], 'WAIT_WITHOUT_EXIT')).toEqual([
    'q $.nodes[0]',
    'h $.nodes[1]',
  ])
})

test('what the platform or a tenant may send can be waited for, the rest of the platform not', () => {
  const code = 'EVENT_NEVER_SENT'
  for (const event of [
    'x.y',
    'message.received',
    'handoff.returned',
    'tag.added',
    'form.submitted',
    'message.sent',
    'message.delivered',
    'message.read',
    'message.failed',
  ]) {
    expect(foundIn([wait({ event })], code), event).toEqual([])
  }
  expect(foundIn([wait({ event: 'message.echoed.x' })], code)).toEqual(['w $.nodes[0].event'])
  expect(foundIn([wait({ events: [{ event: 'x.y' }, { event: 'run.done' }] })], code)).toEqual([
    'w $.nodes[0].events[1].event',
  ])
  const group = { id: 'g', type: 'group', on: [{ event: 'timer.rang', next: null }] }
  expect(foundIn([group, wait({ event: 'x.y', parent: 'g' })], code)).toEqual([
    'g $.nodes[0].on[0].event',
  ])
})
