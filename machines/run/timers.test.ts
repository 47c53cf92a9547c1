import { expect, test } from 'vitest'
import { applyDelays, clearTimers } from './timers.ts'

const NOW = '2026-03-10T12:00:00.000Z'
const ID = 'xstate.after.w.w'
const raise = (delay?: number, id = ID) => ({ type: 'xstate.raise', params: { id, delay } })
const CANCEL = { type: 'xstate.cancel', params: { sendId: ID } }
const ARMED = { [ID]: { nodeId: 'w', generation: 4, dueAt: NOW } }
const RESTING = { id: 'run_1', timers: {}, generation: 4 }
const WAITING = { ...RESTING, timers: ARMED }

test('a delay becomes a timer with an absolute due time and a new generation', () => {
  const { timers, generation, set, cleared } = applyDelays(RESTING, [raise(90_000)], NOW)
  const timer = { nodeId: 'w', generation: 5, dueAt: '2026-03-10T12:01:30.000Z' }
  expect({ timers, generation, cleared }).toEqual({
    timers: { [ID]: timer },
    generation: 5,
    cleared: [],
  })
  expect(set).toEqual([{ runId: 'run_1', timerId: ID, ...timer }])
})

test('a cancelled delay clears its timer', () => {
  const { timers, set, cleared } = applyDelays(WAITING, [CANCEL], NOW)
  expect([timers, set, cleared]).toEqual([{}, [], [{ runId: 'run_1', timerId: ID }]])
})

test('I7 a delay that is armed again replaces its timer by a newer generation', () => {
  const { set, cleared } = applyDelays(WAITING, [CANCEL, raise(1000)], NOW)
  expect([set.map((timer) => timer.generation), cleared]).toEqual([[5], []])
})

test('a delay that is armed and cancelled within one Step leaves no trace but its generation', () => {
  const { set, cleared, generation } = applyDelays(RESTING, [raise(1000), CANCEL], NOW)
  expect([set, cleared, generation]).toEqual([[], [], 5])
})

test('events that a machine raises for itself at once are no timers', () => {
  expect(applyDelays(WAITING, [raise(undefined, 'x'), { type: 'entered' }], NOW)).toEqual({
    timers: ARMED,
    generation: 4,
    set: [],
    cleared: [],
  })
})

test('a run that is over clears all its timers', () => {
  expect(clearTimers(WAITING)).toEqual([{ runId: 'run_1', timerId: ID }])
})
