// What becomes of a run whose message the platform does not let out.

import { describe, expect, test } from 'vitest'
import {
  ANA,
  createContact,
  doneOf,
  lead,
  libraryOf,
  message,
  timerOf,
  workflowOf,
} from './testing/contact.ts'

const late = (onError?: string) =>
  libraryOf(
    workflowOf('wf_a', [
      { id: 'w', type: 'wait.for.event', event: 'message.received.whatsapp', next: 'rest' },
      { id: 'rest', type: 'delay', duration: 'P2D' },
      { id: 'late', type: 'whatsapp.send_text', text: 'Ainda aí?', ...(onError && { onError }) },
      { id: 'fim', type: 'end' },
      { id: 'other', type: 'whatsapp.send_template', template: 'oi' },
    ]),
  )

/** Two days after the contact's last message. */
function afterTwoDays(library: ReturnType<typeof libraryOf>) {
  const contact = createContact(library)
  contact.send(lead())
  contact.send(message('oi'))
  const timer = timerOf(contact)
  contact.now = '2026-03-12T12:30:00.000Z'
  return contact.send(timer)
}

describe('a refused message', () => {
  test('never becomes an effect: the node fails inside the Step, by its own way', () => {
    const step = afterTwoDays(late('other'))
    expect(step.effects).toMatchObject([{ nodeId: 'other', id: 'eff_0001_2' }])
    expect(step.journal.refused).toEqual([
      {
        runId: 'run_0001',
        nodeId: 'late',
        kind: 'whatsapp.send_text',
        code: 'POLICY_WINDOW_CLOSED',
      },
    ])
    expect(step.runs).toMatchObject([
      { from: 'rest', fromStates: ['rest'], path: ['late', 'other'], toStates: ['other'] },
    ])
    expect(step.timersCleared).toHaveLength(1)
  })

  test('that no node catches ends the run as failed with the reason', () => {
    expect(afterTwoDays(late())).toMatchObject({
      effects: [],
      runs: [
        { status: 'failed', path: ['late', '$failed'], error: { code: 'POLICY_WINDOW_CLOSED' } },
      ],
    })
  })

  test('of a new run is told as one change of a run that is new', () => {
    const library = libraryOf(
      workflowOf('wf_a', [
        {
          id: 'ad',
          type: 'email.send_template',
          template: 't',
          purpose: 'marketing',
          onError: 'w',
        },
        { id: 'w', type: 'delay', duration: 'P1D' },
      ]),
    )
    const step = createContact(library).send(lead())
    expect(step.runs).toMatchObject([
      { isNew: true, from: null, fromStates: [], path: ['ad', 'w'], status: 'active' },
    ])
    expect(step.timersSet).toMatchObject([{ nodeId: 'w' }])
    const agreed = { ...lead(), contact: { ...ANA, consents: { marketing: true } } }
    expect(createContact(library).send(agreed).effects).toMatchObject([{ nodeId: 'ad' }])
  })

  test('RUN_MICROSTEPS: one that is tried again and again ends its run, and no other', () => {
    const again = { id: 'ad', type: 'email.send_template', template: 't', purpose: 'marketing' }
    const library = libraryOf(
      workflowOf('wf_a', [{ ...again, onError: 'ad' }]),
      workflowOf('wf_b', [
        { ...again, onError: 'w' },
        { id: 'w', type: 'delay', duration: 'P1D' },
      ]),
    )
    const contact = createContact(library)
    const step = contact.send(lead())
    expect(step.runs).toMatchObject([
      { status: 'failed', error: { code: 'RUN_MICROSTEPS', nodeId: 'ad' }, toStates: [] },
      { status: 'active', to: 'w' },
    ])
    expect(contact.state?.runs).toHaveLength(1)
    expect(step.runs[0]?.path.at(-1)).toBe('$failed')
  })

  test('beside one that is sent fails only its own path', () => {
    const library = libraryOf(
      workflowOf('wf_a', [
        { id: 'p', type: 'parallel', next: null },
        { id: 'g1', type: 'group', parent: 'p', onError: 'sorry' },
        { id: 'ad', type: 'email.send_template', template: 't', purpose: 'ads', parent: 'g1' },
        { id: 'g2', type: 'group', parent: 'p' },
        { id: 'hi', type: 'whatsapp.send_text', text: 'Oi', parent: 'g2' },
        { id: 'sorry', type: 'delay', duration: 'P1D' },
      ]),
    )
    const contact = createContact(library)
    const step = contact.send(lead())
    expect(step.effects).toMatchObject([{ nodeId: 'hi' }])
    expect(step.state.runs[0]).toMatchObject({ states: ['sorry'], effects: {} })
    expect(contact.send(doneOf(step.effects[0])).journal.note).toBe('result_outdated')
  })
})
