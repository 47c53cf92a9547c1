import { describe, expect, test } from 'vitest'
import {
  createContact,
  doneOf,
  giveBack,
  type Incoming,
  lead,
  libraryOf,
  operator,
  workflowOf,
} from './testing/contact.ts'

const ASK = workflowOf('wf_ask', [
  { id: 'photo', type: 'wait.for.event', event: 'message.received', timeout: 'P1D' },
  { id: 'thanks', type: 'whatsapp.send_text', text: 'Recebi: {{photo.kind}}' },
])

const media = (
  kind: string,
  content: object = { id: '4711', mime_type: 'image/jpeg' },
): Incoming => ({
  type: 'message.received',
  payload: {
    channel: 'whatsapp',
    channelId: 'chn_1',
    messageId: 'msg_1',
    kind,
    text: '',
    content: { type: kind, ...content },
  },
})

describe('a message with a file', () => {
  test('has it fetched beside what its run does, under an id of its own envelope (I4)', () => {
    const contact = createContact(libraryOf(ASK))
    contact.send(lead())
    const { effects } = contact.send(media('image'))
    expect(effects).toMatchObject([
      {
        id: 'eff_0002_media',
        runId: '$platform',
        command: {
          kind: 'whatsapp.fetch_media',
          channelId: 'chn_1',
          messageId: 'msg_1',
          mediaId: '4711',
          media: 'image',
          mimeType: 'image/jpeg',
          url: null,
          filename: null,
        },
      },
      { nodeId: 'thanks', command: { text: 'Recebi: image' } },
    ])
    expect(contact.send(doneOf(effects[0])).journal.note).toBe('media_noted')
  })

  test('has it fetched while an agent has the conversation, and its end takes no place of what is kept', () => {
    const contact = createContact(libraryOf(ASK))
    contact.send(lead())
    contact.send(operator('take'))
    const [effect] = contact.send(media('document', { id: '1', filename: 'a.pdf' })).effects
    expect(effect).toMatchObject({ command: { media: 'document', filename: 'a.pdf' } })
    expect(contact.send(doneOf(effect)).journal.note).toBe('media_noted')
    expect(contact.state?.deferred).toEqual([])
    contact.send(giveBack())
  })

  test.each([
    ['text', { body: 'oi' }],
    ['image', {}],
    ['image', { id: 7 }],
    ['location', { id: '1' }],
  ])('of kind %s with %j has none', (kind, content) => {
    const contact = createContact(libraryOf())
    expect(contact.send(media(kind, content)).effects).toEqual([])
  })
})

test('what a person wrote on the phone silences the bot at once', () => {
  const contact = createContact(libraryOf(ASK))
  contact.send(lead())
  const echo = { ...media('text', { body: 'Oi, aqui é a Bia' }), type: 'message.echoed' }
  const step = contact.send(echo)
  expect(step).toMatchObject({
    state: { handover: 'agent' },
    journal: { note: 'agent_took_conversation' },
  })
  expect(step.effects).toEqual([])
  expect(contact.send(media('text')).effects).toEqual([])
  expect(contact.send(echo).journal.note).toBe('agent_has_conversation')
  contact.send(giveBack())
  expect(contact.send(media('text')).effects).toMatchObject([{ nodeId: 'thanks' }])
})

test('a notice of the provider about the person opens no window', () => {
  const contact = createContact(libraryOf(ASK))
  expect(contact.send(media('system')).state.lastInboundAt).toEqual({})
  expect(contact.send(media('image')).state.lastInboundAt).toHaveProperty('whatsapp')
})
