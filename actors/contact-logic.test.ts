import { createActor } from 'xstate'
import { expect, test } from 'vitest'
import { createContactLogic, type StepTaken } from './contact-logic.ts'
import {
  copyOf,
  createContact,
  doneOf,
  lead,
  libraryOf,
  message,
  operator,
  workflowOf,
} from './testing/contact.ts'

const LIBRARY = libraryOf(
  workflowOf('wf_a', [
    { id: 'hello', type: 'whatsapp.send_text', text: 'Oi' },
    { id: 'w', type: 'wait.for.event', event: 'message.received', timeout: 'PT1H' },
    { id: 'thanks', type: 'whatsapp.send_text', text: 'Obrigado' },
  ]),
)

/** A history by `receive`. */
function history() {
  const contact = createContact(LIBRARY)
  contact.send(lead())
  contact.send(doneOf(contact.steps[0]?.effects[0]))
  contact.send(message('oi'))
  contact.send(operator('take'))
  contact.send(doneOf(contact.steps[2]?.effects[0]))
  return contact
}

test('run by XState it takes the same Steps as receive, also when stopped and restored before each', () => {
  const { steps, journal, state } = history()
  const logic = createContactLogic(LIBRARY)
  let persisted: unknown
  const taken: StepTaken[] = []
  for (const { envelope, at: now } of journal) {
    const actor = createActor(logic, persisted ? { snapshot: persisted as never } : {}).start()
    actor.on('step.taken', (event) => taken.push(event))
    actor.send({ type: 'envelope.arrived', envelope, now })
    persisted = copyOf(actor.getPersistedSnapshot())
    actor.stop()
  }
  expect(taken.map(({ step }) => step)).toEqual(steps)
  expect(persisted).toMatchObject({ status: 'active', state })
})

test('one actor takes them all, and ends in the same state', () => {
  const { steps, journal, state } = history()
  const actor = createActor(createContactLogic(LIBRARY)).start()
  expect(actor.getSnapshot().state).toBeNull()
  for (const { envelope, at: now } of journal) {
    actor.send({ type: 'envelope.arrived', envelope, now })
  }
  expect(copyOf(actor.getSnapshot().state)).toEqual(state)
  expect(steps).toHaveLength(5)
})

test('SNAPSHOT_VERSION: what another format wrote is not restored', () => {
  const { state } = history()
  const snapshot = {
    status: 'active',
    output: undefined,
    error: undefined,
    state: { ...state, format: 2 },
  }
  const actor = createActor(createContactLogic(LIBRARY), { snapshot: snapshot as never })
  expect(actor.getSnapshot()).toMatchObject({
    status: 'error',
    error: { code: 'SNAPSHOT_VERSION' },
  })
})
