import { expect, test } from 'vitest'
import { touchOfLead, touchOfMessage, worthOf } from './touch.ts'

test('a touch is read from campaign fields, click ids and ads, and from what opened WhatsApp', () => {
  expect(touchOfLead({ utm_source: 'google', gclid: 'abc', referrer: 'https://x.com' })).toEqual({
    kind: 'link',
    source: 'google',
    clickKind: 'gclid',
    clickId: 'abc',
    referrer: 'https://x.com',
  })
  expect(touchOfLead({ referrer: 'https://x.com', name: 'Ana' })).toBeNull()
  const referral = { source_type: 'ad', source_id: 120, ctwa_clid: 'c1', headline: 'Promo' }
  expect(touchOfMessage({ type: 'text', referral })).toEqual({
    kind: 'ctwa',
    source: 'whatsapp',
    adId: '120',
    clickKind: 'ctwa_clid',
    clickId: 'c1',
    headline: 'Promo',
  })
  expect(touchOfMessage({ type: 'text' })).toBeNull()
})

test.each([
  [{ value: 99.9, currency: 'brl' }, 9990, 'BRL'],
  [{ total: '1.234,56' }, 123_456, null],
  [{ amount: 'R$ 99,90', currency: 'reais' }, 9990, null],
  [{ value: '1,234.50', currency: 'USD' }, 123_450, 'USD'],
  [{ value: { amount: 10, currency: 'EUR' } }, 1000, 'EUR'],
  [{ value: true }, null, null],
  [{}, null, null],
])('a purchase of %j is worth %j hundredths of %j', (payload, cents, currency) => {
  expect(worthOf(payload)).toEqual({ cents, currency })
})
