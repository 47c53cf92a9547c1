import { describe, expect, test } from 'vitest'
import { withHealth } from '#machines/contracts/channel-health.ts'
import { readHealthAnswer, readHealthNotice } from './health-notice.ts'

const AT = new Date('2026-11-22T12:00:00Z')
const notice = (field: string, raw: unknown, at = AT) =>
  readHealthNotice({ field, accountId: 'waba', raw }, at)

test.each([
  [
    'phone_number_quality_update',
    { display_phone_number: '+55 11 4000-0000', event: 'FLAGGED', current_limit: 'TIER_10K' },
    { flagged: true, limit: 'TIER_10K' },
  ],
  ['phone_number_quality_update', { event: 'UNFLAGGED' }, { flagged: false }],
  ['phone_number_quality_update', { event: 'THROUGHPUT_UPGRADE' }, { throughput: 'HIGH' }],
  [
    'phone_number_name_update',
    { decision: 'APPROVED', requested_verified_name: 'Loja Aurora' },
    { name: 'Loja Aurora', nameStatus: 'APPROVED' },
  ],
  ['business_capability_update', { max_daily_conversation_per_phone: 2000 }, { limit: '2000' }],
  [
    'account_update',
    { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'DISABLE' } },
    { account: 'DISABLE' },
  ],
  ['account_update', { event: 'ACCOUNT_RESTRICTION' }, { account: 'ACCOUNT_RESTRICTION' }],
  [
    'account_update',
    { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'REINSTATE' } },
    { account: null },
  ],
  ['account_review_update', { decision: 'REJECTED' }, { review: 'REJECTED' }],
  ['security', { display_phone_number: '1', event: 'PIN_CHANGED' }, {}],
])('%s with %j changes %j', (field, raw, change) => {
  expect(notice(field, raw)?.change).toEqual(change)
})

test('a notice says which number it is about, and all that was told', () => {
  const raw = { display_phone_number: '+55 11 4000-0000', event: 'FLAGGED', old: { a: 1, b: null } }
  expect(notice('phone_number_quality_update', raw)).toMatchObject({
    accountId: 'waba',
    displayPhone: '551140000000',
    event: {
      code: 'phone_number_quality_update.FLAGGED',
      at: AT.toISOString(),
      details: { display_phone_number: '+55 11 4000-0000', event: 'FLAGGED', a: '1' },
    },
  })
})

test('what is no object or of another field is none', () => {
  expect(notice('account_update', 'x')).toBeNull()
  expect(notice('messages', {})).toBeNull()
})

describe('the health of a channel', () => {
  const at = (minutes: number) => new Date(AT.getTime() + minutes * 60_000)
  const flagged = notice('phone_number_quality_update', { event: 'FLAGGED' }, at(1))
  const unflagged = notice('phone_number_quality_update', { event: 'UNFLAGGED' }, at(2))
  if (!flagged || !unflagged) throw new Error('no notices')

  test('is as the latest event says, in whatever order and however often they come', () => {
    for (const order of [
      [flagged, unflagged],
      [unflagged, flagged],
      [unflagged, flagged, unflagged, flagged],
    ]) {
      const health = order.reduce<unknown>((before, told) => withHealth(before, told), {})
      expect(health).toMatchObject({ flagged: false, events: [unflagged.event, flagged.event] })
    }
  })

  test('keeps twenty events, the latest first', () => {
    let health: unknown = {}
    for (let n = 0; n < 30; n++) {
      const told = notice('security', { event: `PIN_${n}` }, at(n))
      if (told) health = withHealth(health, told)
    }
    const { events } = health as { events: { code: string }[] }
    expect(events.map(({ code }) => code)).toEqual(
      Array.from({ length: 20 }, (_, n) => `security.PIN_${29 - n}`),
    )
  })

  test('follows what the provider answers, as far as it does', () => {
    const body = {
      quality_rating: 'GREEN',
      status: 'CONNECTED',
      throughput: { level: 'STANDARD' },
      verified_name: 'Loja',
      messaging_limit_tier: 7,
      id: '1',
    }
    const change = readHealthAnswer(body, AT)
    expect(change).toEqual({
      checkedAt: AT.toISOString(),
      quality: 'GREEN',
      flagged: false,
      status: 'CONNECTED',
      throughput: 'STANDARD',
      name: 'Loja',
    })
    expect(readHealthAnswer('x', AT)).toBeNull()
    expect(withHealth(flagged && withHealth({}, flagged), { change: change ?? {} })).toMatchObject({
      flagged: false,
      limit: null,
      events: [{}],
    })
  })
})
