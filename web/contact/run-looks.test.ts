import { expect, test } from 'vitest'
import type { RunView } from '#machines/contracts/api.ts'
import { actionsOf } from './run-looks.ts'

const run = (status: RunView['status'], event = 'purchase.approved') =>
  ({ id: 'run_1', status, timers: [], waitingFor: [{ event }] }) as unknown as RunView

test('A conversation is taken once and then given back, also outside of any workflow', () => {
  expect(actionsOf('bot', null)).toEqual(['take', 'send_event'])
  expect(actionsOf('waiting for agent', null)).toEqual(['take', 'send_event'])
  expect(actionsOf('agent', null)).toEqual(['give_back', 'send_event'])
})

test('A run that is over begins again, unless it was a part of another', () => {
  expect(actionsOf('bot', run('failed'))).toEqual(['take', 'send_event', 'restart'])
  const part = { ...run('failed'), id: 'run_1_s2' }
  expect(actionsOf('bot', part)).toEqual(['take', 'send_event'])
})

test('Only a run under way is moved or stopped, and only a wait is skipped', () => {
  const inside = ['move', 'set_variable', 'send_event', 'restart', 'stop']
  expect(actionsOf('bot', run('active'))).toEqual(['take', 'skip_wait', ...inside])
  expect(actionsOf('agent', run('active', 'effect.done'))).toEqual(['give_back', ...inside])
})
