import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#machines/contracts/json.ts'
import {
  createContact,
  doneOf,
  type Incoming,
  lead,
  libraryOf,
  message,
  workflowOf,
} from './testing/contact.ts'

const ANSWER = workflowOf('wf_answer', [
  { id: 'say', type: 'message.send_text', text: 'Oi', onError: 'sorry' },
  { id: 'wait', type: 'wait.for.event', event: 'message.received', timeout: 'P1D' },
  { id: 'again', type: 'message.send_text', text: 'De novo', next: null },
  { id: 'sorry', type: 'tag.add', tags: ['sem canal'] },
])

test('a text goes where the contact wrote last by the time of the Step, and the effect says where', () => {
  const contact = createContact(libraryOf({ ...ANSWER, trigger: { type: 'message.received' } }))
  const [first] = contact.send(message('Oi', 'chat')).effects
  expect(first?.command).toMatchObject({ kind: 'message.send_text', channel: 'chat' })
  contact.send(doneOf(first))
  expect(contact.send(message('Agora por aqui', 'email')).effects).toMatchObject([
    { nodeId: 'again', command: { channel: 'email', text: 'De novo' } },
  ])
})

test('where the contact never wrote, the node fails with that as its reason', () => {
  const contact = createContact(libraryOf(ANSWER))
  const step = contact.send(lead())
  expect(step.journal.refused).toMatchObject([{ nodeId: 'say', code: 'POLICY_NO_CHANNEL' }])
  expect(step.effects).toMatchObject([{ nodeId: 'sorry' }])
})

test('a stop word on any channel ends a run that answers wherever the contact writes', () => {
  const contact = createContact(libraryOf({ ...ANSWER, trigger: { type: 'message.received' } }))
  contact.send(doneOf(contact.send(message('Oi', 'chat')).effects[0]))
  const step = contact.send(message('parar', 'chat'))
  expect(step.journal.note).toBe('opted_out')
  expect(step.runs).toMatchObject([{ status: 'stopped' }])
})

describe('the channel that the contact last wrote to', () => {
  const by = (channelId: Json, more: JsonObject = {}, channel = 'whatsapp') => ({
    type: 'message.received',
    payload: { channel, channelId, text: 'oi', ...more },
  })
  const knownAfter = (...messages: Incoming[]) => {
    const contact = createContact(libraryOf())
    messages.forEach((one) => contact.send(one))
    return contact.state?.lastChannelId
  }

  test('is known of each kind', () => {
    expect(knownAfter(by('chn_1'), by('chn_2'))).toEqual({ whatsapp: 'chn_2' })
    const mails = [by('chn_3', {}, 'email'), by('chn_4', {}, 'email')]
    expect(knownAfter(...mails, by('chn_1'))).toEqual({ whatsapp: 'chn_1', email: 'chn_4' })
  })

  test('is none where no message names one, and of a long one nothing is kept', () => {
    expect(knownAfter(message('oi'))).toBeUndefined()
    for (const id of [null, 7, { a: 1 }, 'x'.repeat(131)])
      expect(knownAfter(by(id))).toBe(undefined)
    expect(knownAfter(by('chn_1'), by('chn_2', { kind: 'system' }))).toEqual({ whatsapp: 'chn_1' })
  })

  test('is of the later message, and of two in one second of the one that came last', () => {
    const contact = createContact(libraryOf())
    const at = '2030-01-01T00:00:00.000Z'
    contact.send(by('chn_1'))
    contact.state = { ...contact.state!, lastInboundAt: { whatsapp: at } }
    contact.send(by('chn_2'))
    expect(contact.state.lastChannelId).toEqual({ whatsapp: 'chn_1' })
    contact.now = at
    contact.send(by('chn_3'))
    expect(contact.state.lastChannelId).toEqual({ whatsapp: 'chn_3' })
  })
})
