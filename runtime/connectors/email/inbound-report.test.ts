import { expect, it } from 'vitest'
import { composeBounce, composeMail } from '../../sandbox/email/compose.ts'
import { parseMail } from './inbound-mail.ts'
import { isForGood, readReports } from './inbound-report.ts'
import { inboxOfReports } from './inbound-status.ts'

const original = (): Promise<Buffer> =>
  composeMail({
    from: 'loja@x.co',
    to: ['ana@y.co'],
    subject: 'Oi',
    text: 'Oi',
    messageId: '<eff_01abc_3@x.co>',
    headers: { 'X-Fluxo-Effect': 'eff_01abc_3' },
  })

it('reads who did not get what, and why', async () => {
  const raw = composeBounce({
    original: await original(),
    to: 'loja@x.co',
    recipient: 'Ana@Y.co',
    status: '5.1.1',
    diagnostic: 'smtp; 550 5.1.1 no such user',
  })
  expect(readReports(await parseMail(raw), [])).toEqual([
    {
      recipient: 'ana@y.co',
      action: 'failed',
      status: '5.1.1',
      diagnostic: 'smtp; 550 5.1.1 no such user',
      effectId: 'eff_01abc_3',
      messageId: 'eff_01abc_3@x.co',
    },
  ])
})

it('knows the mail by the reply address when the server dropped the original', async () => {
  const raw = composeBounce({
    original: Buffer.from('From: x\r\n\r\n'),
    to: 'reply+eff_01abc_4@in.x.co',
    recipient: 'ana@y.co',
    status: '4.2.2',
    diagnostic: 'smtp; 452 full',
  })
  const [report] = readReports(await parseMail(raw), ['Reply+eff_01abc_4@in.x.co'])
  expect(report).toMatchObject({ action: 'delayed', effectId: 'eff_01abc_4', messageId: null })
})

it('closes no address by a report that names no mail of ours, and fails what it names by its id', () => {
  const report = {
    recipient: 'ana@y.co',
    action: 'failed' as const,
    status: '5.1.1',
    diagnostic: '',
    effectId: null,
    messageId: 'm@x.co',
  }
  const channel = { id: 'chn_1', tenantId: 'tnt_1', kind: 'email', provider: 'smtp' }
  const place = { ...channel, address: 'loja@x.co', config: {}, secrets: {} }
  const about = { channel: place, now: new Date(), messageId: 'dsn@y.co' }
  const named = inboxOfReports([{ ...report, effectId: 'eff_01abc_3' }], about)
  expect(named.suppressions).toMatchObject([{ email: 'ana@y.co', effectId: 'eff_01abc_3' }])
  const unnamed = inboxOfReports([report], about)
  expect(unnamed.suppressions).toBeUndefined()
  expect(unnamed.arrivals[0]).toMatchObject({ status: 'failed', providerMessageId: 'm@x.co' })
})

it('finds no report in a person’s mail', async () => {
  expect(readReports(await parseMail(await original()), [])).toEqual([])
})

it.each([
  ['5.1.1', true],
  ['5.1.10', true],
  ['5.2.1', true],
  ['5.2.2', false],
  ['5.7.1', false],
  ['4.1.1', false],
  ['', false],
])('%s is for good: %s', (status, expected) => {
  expect(isForGood(status)).toBe(expected)
})
