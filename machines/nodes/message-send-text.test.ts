import { expect, test } from 'vitest'
import { LAST_CHANNEL } from '../contracts/channel.ts'
import { simulate } from '../simulate/simulate.ts'
import { behaviourOf, documentOf, parsedNode, refusalOf, scopeWith } from '../testing/document.ts'

const body = (more: object = {}) => ({ type: 'message.send_text', text: 'Oi, {{name}}!', ...more })

test('message.send_text takes the name of any channel and nothing that is none', () => {
  expect(refusalOf(body({ channel: 'chat_2' }))).toBeNull()
  for (const channel of ['', LAST_CHANNEL, 'Chat', 5]) {
    expect(refusalOf(body({ channel }))).toEqual(['channel'])
  }
  expect(refusalOf(body({ text: 'x'.repeat(4097) }))).toEqual(['text'])
})

test('message.send_text needs its channel, and asks for a purpose like every other message', () => {
  const needsOf = (more: object) => {
    const { kind, node } = parsedNode(body(more))
    return kind.needs(node)
  }
  expect(needsOf({ channel: 'chat', purpose: 'service' })).toEqual({
    channel: 'chat',
    purpose: 'service',
  })
  expect(needsOf({})).toEqual({ channel: LAST_CHANNEL })
  expect(behaviourOf(body()).command?.(scopeWith())).toMatchObject({ channel: LAST_CHANNEL })
})

test('a workflow answers where the contact wrote, by simulation', () => {
  const document = documentOf([{ id: 'say', ...body({ text: 'Recebi: {{payload.text}}' }) }], {
    trigger: { type: 'message.received', channel: 'chat' },
  })
  const start = { type: 'message.received', payload: { channel: 'chat', text: 'Bom dia' } }
  const { effects, transcript } = simulate(document, [], { start })
  expect(effects).toMatchObject([{ kind: 'message.send_text', command: { channel: 'chat' } }])
  expect(transcript.at(-1)).toMatchObject({
    direction: 'out',
    channel: 'chat',
    text: 'Recebi: Bom dia',
  })
})
