import { expect, it } from 'vitest'
import type { OpenChannel } from '../connector.ts'
import { readSesNotice } from './inbound-ses.ts'

const NOW = new Date('2026-03-02T12:00:00Z')
const AT = '2026-03-02T11:59:00.000Z'
const channel: OpenChannel = {
  id: 'chn_1',
  tenantId: 'tnt_1',
  kind: 'email',
  provider: 'ses',
  address: 'loja@x.co',
  config: {},
  secrets: {},
}
const mail = {
  messageId: '0100018f-1',
  timestamp: AT,
  destination: ['Ana <Ana@Y.co>'],
  tags: { effect_id: ['eff_01a_1'] },
}
const read = async (notice: object) => {
  const told = await readSesNotice({ mail, ...notice }, { id: 'sns-1', channel, now: NOW })
  return told.type === 'feedback' ? told.inbox : null
}
const ana = [{ emailAddress: 'ana@y.co', diagnosticCode: 'smtp; 550 no such user' }]

it.each([
  [{ eventType: 'Send', send: {} }, [{ status: 'sent' }]],
  [
    { eventType: 'Delivery', delivery: { timestamp: AT } },
    [{ status: 'delivered', occurredAt: AT }],
  ],
  [{ notificationType: 'Delivery', delivery: {} }, [{ status: 'delivered' }]],
  [
    { eventType: 'Open', open: { timestamp: AT, userAgent: 'Thunderbird' } },
    [{ status: 'read' }, { eventType: 'message.opened' }],
  ],
  [
    { eventType: 'Click', click: { link: 'https://x.co/' } },
    [{ status: 'read' }, { eventType: 'link.clicked', payload: { url: 'https://x.co/' } }],
  ],
  [
    { eventType: 'DeliveryDelay', deliveryDelay: { delayedRecipients: ana } },
    [{ eventType: 'email.deferred' }],
  ],
  [
    { eventType: 'Bounce', bounce: { bounceType: 'Transient', bouncedRecipients: ana } },
    [{ status: 'failed' }, { eventType: 'email.bounced', payload: { kind: 'soft' } }],
  ],
  [{ eventType: 'Reject', reject: { reason: 'Bad content' } }, [{ status: 'failed' }]],
  [
    { eventType: 'Rendering Failure', failure: { errorMessage: 'no name' } },
    [{ status: 'failed', error: { code: 'EMAIL_REJECTED' } }],
  ],
  [
    { eventType: 'Subscription', subscription: {} },
    [{ eventType: 'channel.opted_out', address: { email: 'ana@y.co' } }],
  ],
])('%j has its meaning', async (notice, arrivals) => {
  const inbox = await read(notice)
  expect(inbox?.arrivals).toMatchObject(arrivals)
  expect(inbox?.suppressions).toBeUndefined()
  for (const arrival of inbox?.arrivals ?? [])
    if (arrival.type === 'status')
      expect(arrival).toMatchObject({ effectId: 'eff_01a_1', providerMessageId: '0100018f-1' })
})

it('a bounce for good and a complaint close the address, each for whom it names', async () => {
  const bounce = { bounceType: 'Permanent', bouncedRecipients: ana }
  expect(await read({ eventType: 'Bounce', bounce })).toMatchObject({
    arrivals: [
      { status: 'failed', error: { code: 'EMAIL_BOUNCED' } },
      { payload: { kind: 'hard' } },
    ],
    suppressions: [{ email: 'ana@y.co', reason: 'hard_bounce' }],
  })
  const complaint = { complainedRecipients: [...ana, { emailAddress: 'BIA@y.co' }] }
  expect(await read({ notificationType: 'Complaint', complaint })).toMatchObject({
    arrivals: [{ address: { email: 'ana@y.co' } }, { address: { email: 'bia@y.co' } }],
    suppressions: [{ email: 'ana@y.co' }, { email: 'bia@y.co', reason: 'complaint' }],
  })
})

it('an open by a machine is none', async () => {
  const open = { userAgent: 'Mozilla/5.0' }
  expect(await read({ eventType: 'Open', open })).toMatchObject({
    arrivals: [],
    ignored: [{ field: 'machine_opened' }],
  })
})

it.each([
  [{ eventType: 'Weather' }, 'eventType'],
  [{ mail: 7 }, 'Message'],
  [{ notificationType: 'Received', receipt: {} }, 'content'],
  [
    { notificationType: 'Received', receipt: { virusVerdict: { status: 'FAIL' } }, content: 'x' },
    'virusVerdict',
  ],
])('%j makes nothing, and says why', async (notice, field) => {
  expect(await read(notice)).toMatchObject({ arrivals: [], ignored: [{ field }] })
})
