import { expect, test } from 'vitest'
import { LAST_CHANNEL } from '../contracts/channel.ts'
import type { Command } from '../contracts/effect.ts'
import { withLastChannel } from './last-channel.ts'
import { refusalOf } from './send-policy.ts'

const text: Command = { kind: 'message.send_text', channel: LAST_CHANNEL, text: 'Oi' }
const NOW = '2026-03-10T12:00:00Z'

test('a text goes where the contact wrote last, whatever the offsets are written in', () => {
  const lastInboundAt = {
    whatsapp: '2026-03-10T09:30:00-03:00',
    email: '2026-03-10T12:00:00Z',
    chat: '2026-03-09T23:59:59Z',
  }
  expect(withLastChannel(text, lastInboundAt)).toEqual({ ...text, channel: 'whatsapp' })
  expect(withLastChannel(text, {})).toEqual(text)
})

test('a command that names its channel keeps it', () => {
  const named: Command = { ...text, channel: 'chat' }
  expect(withLastChannel(named, { email: NOW })).toBe(named)
  const other: Command = { kind: 'tag.add', tags: ['x'] }
  expect(withLastChannel(other, { email: NOW })).toBe(other)
})

test('a text for somebody who never wrote is refused with that as the reason', () => {
  const standing = { optOuts: {}, lastInboundAt: {} }
  expect(refusalOf(text, standing, NOW)).toMatchObject({ code: 'POLICY_NO_CHANNEL' })
})

test('24 hours after the contact wrote, a text on WhatsApp is refused whatever the node that asked for it', () => {
  const standing = { optOuts: {}, lastInboundAt: { whatsapp: '2026-03-09T11:59:59Z' } }
  const onWhatsApp: Command = { ...text, channel: 'whatsapp' }
  expect(refusalOf(onWhatsApp, standing, NOW)).toMatchObject({ code: 'POLICY_WINDOW_CLOSED' })
  expect(refusalOf({ ...text, channel: 'chat' }, standing, NOW)).toBeNull()
})
