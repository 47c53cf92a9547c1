import { describe, expect, test } from 'vitest'
import type { Step } from './step.ts'
import {
  ANA,
  createContact,
  doneOf,
  failedOf,
  lead,
  libraryOf,
  message,
  operator,
  type TestContact,
  timerOf,
  workflowOf,
} from './testing/contact.ts'

const stateOf = (contact: TestContact) => contact.state?.runs.map((run) => run.state)
const textsOf = (step: Step) =>
  step.effects.map(({ command }) => ('text' in command ? command.text : command.kind))
const last = (contact: TestContact) => contact.steps.at(-1)!

describe('results of effects', () => {
  const sends = (onError?: string) =>
    libraryOf(
      workflowOf('wf_a', [
        { id: 'a', type: 'whatsapp.send_text', text: 'um', ...(onError ? { onError } : {}) },
        { id: 'b', type: 'whatsapp.send_text', text: 'dois' },
        { id: 'c', type: 'whatsapp.send_text', text: 'desculpe' },
      ]),
    )

  test('a failure without onError stops the run as failed, with its error and node', () => {
    const contact = createContact(sends())
    const step = contact.send(failedOf(contact.send(lead()).effects[0], 'WHATSAPP_131047'))
    expect(step.runs[0]).toMatchObject({
      status: 'failed',
      to: 'a',
      path: ['$failed'],
      error: { code: 'WHATSAPP_131047', nodeId: 'a' },
      finishedAt: '2026-03-10T12:02:00.000Z',
    })
    expect(contact.state?.runs).toEqual([])
  })

  test('a failure with onError goes there, and the run is not failed in the end', () => {
    const contact = createContact(sends('c'))
    const step = contact.send(failedOf(contact.send(lead()).effects[0]))
    expect(textsOf(step)).toEqual(['desculpe'])
    contact.settle()
    expect(last(contact).runs[0]).toMatchObject({ status: 'done', error: { code: 'HTTP_500' } })
  })

  test('I2 a result that comes twice moves the run once', () => {
    const contact = createContact(sends())
    const first = contact.send(lead()).effects[0]
    contact.send(doneOf(first))
    const before = contact.state
    for (const again of [doneOf(first), failedOf(first)]) {
      expect(contact.send(again)).toMatchObject({
        effects: [],
        runs: [],
        journal: { note: 'result_outdated' },
      })
    }
    expect(contact.state?.runs).toEqual(before?.runs)
  })

  test('I2 a result for a run that is over, or for none of ours, changes nothing', () => {
    const contact = createContact(sends())
    const first = contact.send(lead()).effects[0]
    contact.send(operator('stop'))
    expect(contact.send(doneOf(first)).journal.note).toBe('run_ended')
    expect(contact.send(doneOf({ ...first!, id: 'eff_other_1' })).journal.note).toBe('run_ended')
  })

  test("another run's result is not taken for an outdated one of a run with a shorter name", () => {
    const two = libraryOf(
      workflowOf('wf_a', [{ id: 'a', type: 'whatsapp.send_text', text: 'um' }]),
      workflowOf('wf_b', [{ id: 'b', type: 'whatsapp.send_text', text: 'dois' }]),
    )
    const contact = createContact(two)
    const [, second] = contact.send(lead()).effects
    contact.send(operator('stop', 'run_0001_1'))
    expect(contact.send(doneOf(second)).journal.note).toBe('run_ended')
    expect(stateOf(contact)).toEqual(['a'])
  })

  test('facts of the contact that a result brings replace what was known', () => {
    const contact = createContact(sends())
    const first = contact.send(lead()).effects[0]
    const step = contact.send(doneOf(first, null, { ...ANA, name: 'Ana Maria', tags: ['vip'] }))
    expect(step.state.contact).toMatchObject({ name: 'Ana Maria', tags: ['vip'] })
    contact.send({ type: 'contact.updated', contact: ANA })
    expect(contact.state?.contact).toEqual(ANA)
    contact.send(message('oi'))
    expect(contact.state?.contact).toEqual(ANA)
  })
})

describe('I4 ids of effects', () => {
  const loop = libraryOf(
    workflowOf('wf_loop', [
      { id: 'a', type: 'whatsapp.send_text', text: 'de novo', onError: 'a' },
      { id: 'w', type: 'delay', duration: 'PT1H', next: 'a' },
    ]),
  )

  test('are unique per visit when a loop comes back to a node', () => {
    const contact = createContact(loop)
    contact.send(lead())
    for (let round = 0; round < 5; round += 1) {
      contact.settle()
      contact.send(timerOf(contact))
    }
    const ids = contact.steps.flatMap((step) => step.effects.map((effect) => effect.id))
    expect(ids).toEqual([1, 2, 3, 4, 5, 6].map((visit) => `eff_0001_${visit}`))
    const generations = contact.steps.flatMap((step) =>
      step.timersSet.map((timer) => timer.generation),
    )
    expect(generations).toEqual([1, 2, 3, 4, 5])
  })

  test('of an earlier visit do not move the run, although the node is the same', () => {
    const contact = createContact(loop)
    const first = contact.send(lead()).effects[0]
    const second = contact.send(failedOf(first)).effects[0]
    expect(contact.send(doneOf(first)).journal.note).toBe('result_outdated')
    expect(stateOf(contact)).toEqual(['a'])
    contact.send(doneOf(second))
    expect(stateOf(contact)).toEqual(['w'])
  })

  test('are the same for the same envelope on the same state, whenever it is repeated', () => {
    const ids = () => {
      const contact = createContact(loop)
      contact.send(lead())
      contact.settle()
      contact.send(timerOf(contact))
      return contact.steps.flatMap((step) => step.effects)
    }
    expect(ids()).toEqual(ids())
  })
})
