import { expect, test } from 'vitest'
import { behaviourOf, parsedNode, scopeWith } from '../testing/document.ts'
import { foundIn } from '../testing/findings.ts'

test('whatsapp.mark_read marks the last message, and shows that somebody writes only where asked', () => {
  const command = (more: object = {}) =>
    behaviourOf({ type: 'whatsapp.mark_read', ...more }).command?.(scopeWith())
  expect(command()).toEqual({ kind: 'whatsapp.mark_read', messageId: null, typing: false })
  expect(command({ typing: true, messageId: 'wamid.1' })).toMatchObject({
    messageId: 'wamid.1',
    typing: true,
  })
})

test('whatsapp.mark_read needs a channel, no purpose and no open window', () => {
  const { kind, node } = parsedNode({ type: 'whatsapp.mark_read' })
  expect(kind.needs(node)).toEqual({ channel: 'whatsapp', isSilent: true })
  const nodes = [{ id: 'm', type: 'whatsapp.mark_read' }]
  expect(foundIn(nodes, 'PURPOSE_MISSING')).toEqual([])
  expect(foundIn(nodes, 'WINDOW_MAYBE_CLOSED')).toEqual([])
  const text = [{ id: 't', type: 'whatsapp.send_text', text: 'Oi' }]
  expect(foundIn(text, 'WINDOW_MAYBE_CLOSED')).not.toEqual([])
})
