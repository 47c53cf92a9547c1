import { expect, test } from 'vitest'
import { judgeVisit } from './visit.ts'

const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148'
const GMAIL =
  'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)'
const visit = (more: object = {}) => ({ method: 'GET', userAgent: PHONE, ageSeconds: 60, ...more })

test.each([
  ['open', visit(), false, 'person'],
  ['click', visit(), false, 'person'],
  ['open', visit({ userAgent: GMAIL }), false, 'proxy'],
  ['open', visit({ userAgent: GMAIL, ageSeconds: 1 }), true, 'too_quick'],
  ['open', visit({ userAgent: 'Mozilla/5.0' }), true, 'apple_privacy'],
  ['click', visit({ userAgent: 'Mozilla/5.0' }), false, 'person'],
  ['click', visit({ ageSeconds: 0 }), true, 'too_quick'],
  ['click', visit({ method: 'HEAD' }), true, 'method'],
  ['open', visit({ userAgent: undefined }), true, 'no_user_agent'],
  ['click', visit({ userAgent: 'python-requests/2.31' }), true, 'robot'],
  ['click', visit({ userAgent: 'Mozilla/5.0 (compatible; BarracudaCentral)' }), true, 'robot'],
  ['open', visit({ userAgent: `${PHONE} WhatsApp-Preview` }), true, 'robot'],
] as const)('%s by %j', (kind, given, isMachine, reason) => {
  expect(judgeVisit(kind, given)).toEqual({ isMachine, reason })
})
