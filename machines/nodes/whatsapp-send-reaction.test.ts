import { expect, test } from 'vitest'
import { behaviourOf, refusalOf, scopeWith } from '../testing/document.ts'

const body = (more: object) => ({ type: 'whatsapp.send_reaction', ...more })

test("whatsapp.send_reaction means the contact's last message unless one is named; empty takes it back", () => {
  const command = (more: object) =>
    behaviourOf(body(more)).command?.(scopeWith({ payload: { providerMessageId: 'wamid.1' } }))
  expect(command({ emoji: '👍' })).toEqual({
    kind: 'whatsapp.send_reaction',
    emoji: '👍',
    messageId: null,
  })
  expect(command({ emoji: '', messageId: '{{payload.providerMessageId}}' })).toMatchObject({
    emoji: '',
    messageId: 'wamid.1',
  })
  expect(refusalOf(body({}))).toEqual(['emoji'])
})
