import type { RunState } from '#machines/run/run-state.ts'
import { advanceRun, stopRun } from '#machines/run/run.ts'
import { expect, test } from 'vitest'
import {
  ANA,
  createContact,
  lead,
  libraryOf,
  operator,
  timerOf,
  workflowOf,
} from './testing/contact.ts'

const LIBRARY = libraryOf(
  workflowOf('wf_a', [
    { id: 'w', type: 'delay', duration: 'PT1H' },
    { id: 'a', type: 'whatsapp.send_text', text: 'Oi' },
  ]),
)
const MOMENT = { contact: ANA, at: '2026-03-10T13:00:00.000Z', zone: 'UTC' }

/** A run that waits at `w`, or at `a` with an effect pending. */
function runAt(state: 'w' | 'a'): RunState {
  const contact = createContact(LIBRARY)
  contact.send(lead())
  if (state === 'a') contact.send(timerOf(contact))
  return contact.state!.runs[0]!
}

test('an event that the state does not know moves nothing and loses nothing', () => {
  for (const run of [runAt('w'), runAt('a')]) {
    const outcome = advanceRun(run, LIBRARY.published[0]!, { ...MOMENT, type: 'x.y' })
    expect(outcome.run).toEqual(run)
    expect(outcome.change).toMatchObject({
      path: [],
      status: 'active',
      from: run.state,
      to: run.state,
    })
    expect(outcome).toMatchObject({ effects: [], timersSet: [], timersCleared: [] })
  }
  expect(Object.keys(runAt('a').effects)).toEqual(['eff_0001_1'])
})

test('a run that is stopped says when, where it was and what it remembered', () => {
  const run = runAt('w')
  expect(stopRun(run, MOMENT.at)).toMatchObject({
    run: null,
    change: { status: 'stopped', from: 'w', to: 'w', finishedAt: MOMENT.at, error: null },
    timersCleared: [{ runId: 'run_0001', timerId: 'xstate.after.w.w' }],
  })
  expect(stopRun(run, MOMENT.at).change.context).toEqual(run.snapshot.context)
})

test('of several timers an operator skips the one that is due first', () => {
  const contact = createContact(LIBRARY)
  contact.send(lead())
  const run = contact.state!.runs[0]!
  const later = { nodeId: 'z', generation: 9, dueAt: '2030-01-01T00:00:00.000Z' }
  const timers = { 'xstate.after.z.z': later, ...run.timers }
  contact.state = { ...contact.state!, runs: [{ ...run, timers }] }
  expect(contact.send(operator('skip_wait')).runs[0]).toMatchObject({ from: 'w', to: 'a' })
})
