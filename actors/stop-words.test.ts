import { describe, expect, test } from 'vitest'
import {
  createContact,
  doneOf,
  lead,
  libraryOf,
  message,
  operator,
  workflowOf,
} from './testing/contact.ts'

const TALK = workflowOf('wf_talk', [
  { id: 'ask', type: 'whatsapp.send_text', text: 'Tudo bem?' },
  { id: 'answer', type: 'wait.for.event', event: 'message.received', timeout: 'PT1H' },
  { id: 'thanks', type: 'whatsapp.send_text', text: 'Obrigado' },
])
const QUIET = workflowOf('wf_quiet', [{ id: 'w', type: 'delay', duration: 'P1D' }])

function talking() {
  const contact = createContact(libraryOf(TALK, QUIET))
  contact.send(lead())
  contact.send(doneOf(contact.steps[0]?.effects[0]))
  return contact
}

describe('a stop word', () => {
  test.each([['parar'], ['PARE!'], [' Stop. '], ['Não quero mais receber'], ['descadastrar']])(
    '%s takes the contact off the channel, whatever waits for a message',
    (word) => {
      const contact = talking()
      const step = contact.send(message(word))
      expect(step.journal.note).toBe('opted_out')
      expect(step.state.optOuts).toEqual({ whatsapp: '2026-03-10T12:03:00.000Z' })
      expect(step.runs).toMatchObject([{ workflowId: 'wf_talk', status: 'stopped' }])
      expect(step.timersCleared).toMatchObject([{ runId: 'run_0001' }])
      expect(contact.state?.runs.map((run) => run.workflowId)).toEqual(['wf_quiet'])
    },
  )

  test.each([['parar tudo'], ['não pare'], [''], ['para r']])(
    '%s is a message like any other',
    (text) => {
      const contact = talking()
      const step = contact.send(message(text))
      expect(step).toMatchObject({ state: { optOuts: {} }, journal: { note: null } })
      expect(step.effects).toMatchObject([{ nodeId: 'thanks' }])
    },
  )

  test('is confirmed once, by an effect that no run waits for', () => {
    const contact = talking()
    const [effect] = contact.send(message('parar')).effects
    expect(effect).toMatchObject({
      id: 'eff_0003_out',
      runId: '$platform',
      nodeId: '$platform',
      command: { kind: 'whatsapp.send_text', text: expect.stringContaining('VOLTAR') },
    })
    expect(contact.send(doneOf(effect)).journal.note).toBe('confirmation_noted')
    const since = contact.state?.optOuts
    expect(contact.send(message('parar'))).toMatchObject({
      effects: [],
      state: { optOuts: since },
      journal: { note: 'opted_out' },
    })
  })

  test('concerns its own channel only', () => {
    const contact = talking()
    const step = contact.send(message('unsubscribe', 'email'))
    expect(step).toMatchObject({ effects: [], runs: [], journal: { note: 'opted_out' } })
    expect(Object.keys(contact.state?.optOuts ?? {})).toEqual(['email'])
  })

  test('a link says it as plainly as a word, and takes it back', () => {
    const contact = talking()
    const chosen = (type: string) =>
      contact.send({ type, payload: { channel: 'whatsapp', reason: 'link' } })
    expect(chosen('channel.opted_out')).toMatchObject({
      state: { optOuts: { whatsapp: expect.any(String) } },
      runs: [{ status: 'stopped' }],
      journal: { note: 'opted_out' },
    })
    expect(chosen('channel.opted_out').effects).toEqual([])
    expect(chosen('channel.opted_in')).toMatchObject({
      state: { optOuts: {} },
      journal: { note: 'opted_in' },
    })
    expect(chosen('channel.opted_in').effects).toEqual([])
  })

  test('is heard before an interrupt with the same word', () => {
    const guarded = workflowOf('wf_i', [
      { id: 'stop', type: 'interrupt', words: ['parar'] },
      { id: 'sure', type: 'whatsapp.send_text', text: 'Tem certeza?', parent: 'stop' },
      { id: 'w', type: 'delay', duration: 'P1D' },
    ])
    const contact = createContact(libraryOf(guarded))
    contact.send(lead())
    expect(contact.send(message('parar'))).toMatchObject({
      runs: [{ status: 'stopped' }],
      effects: [{ nodeId: '$platform' }],
    })
  })

  test('counts as well while an agent has the conversation, who keeps it', () => {
    const contact = talking()
    contact.send(operator('take'))
    expect(contact.send(message('parar'))).toMatchObject({
      state: { handover: 'agent', optOuts: { whatsapp: expect.any(String) } },
      journal: { note: 'opted_out' },
    })
  })
})

describe('coming back', () => {
  test.each([['Voltar'], ['voltar a receber'], ['start']])('%s opens the channel again', (word) => {
    const contact = talking()
    contact.send(message('parar'))
    expect(contact.send(message(word))).toMatchObject({
      state: { optOuts: {} },
      journal: { note: 'opted_in' },
      runs: [],
    })
    expect(contact.send(lead()).effects).toMatchObject([{ nodeId: 'ask' }])
  })

  test('is a word like any other for who never left, or left by another channel', () => {
    const contact = talking()
    contact.send(message('parar', 'email'))
    expect(contact.send(message('voltar')).effects).toMatchObject([{ nodeId: 'thanks' }])
  })
})
