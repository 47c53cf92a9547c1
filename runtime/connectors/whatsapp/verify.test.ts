import { describe, expect, it } from 'vitest'
import { isFluxoError } from '#machines/contracts/errors.ts'
import { sign } from '../signature.ts'
import { answerWhatsAppChallenge, verifyWhatsAppSignature } from './verify.ts'

function codeOf(run: () => unknown): string | null {
  try {
    run()
    return null
  } catch (error) {
    return isFluxoError(error) ? error.code : String(error)
  }
}

describe('answerWhatsAppChallenge', () => {
  const query = {
    'hub.mode': 'subscribe',
    'hub.verify_token': 'token',
    'hub.challenge': '1158201444',
  }

  it('gives the challenge back', () => {
    expect(answerWhatsAppChallenge(query, 'token')).toBe('1158201444')
  })

  it.each([
    ['a wrong token', { 'hub.verify_token': 'other' }, 'token'],
    ['no token', { 'hub.verify_token': undefined }, 'token'],
    ['a list of tokens', { 'hub.verify_token': ['token'] }, 'token'],
    ['an empty token where none is set', { 'hub.verify_token': '' }, ''],
    ['another mode', { 'hub.mode': 'unsubscribe' }, 'token'],
    ['no challenge', { 'hub.challenge': undefined }, 'token'],
    ['a challenge with markup', { 'hub.challenge': '<script>' }, 'token'],
  ])('refuses %s', (_name, changed, expected) => {
    expect(codeOf(() => answerWhatsAppChallenge({ ...query, ...changed }, expected))).toBe(
      'WEBHOOK_VERIFY_TOKEN',
    )
  })
})

describe('verifyWhatsAppSignature', () => {
  const body = Buffer.from('{"entry":[]}')
  const good = sign('app-secret', [body])
  const verify = (header: string | string[] | undefined, secrets = ['app-secret'], bytes = body) =>
    codeOf(() => verifyWhatsAppSignature(bytes, header, secrets))

  it('accepts the raw bytes, also while the secret is rotated', () => {
    expect(verify(good)).toBeNull()
    expect(verify(good, ['new', 'app-secret'])).toBeNull()
  })

  it('fails closed', () => {
    expect(verify(undefined)).toBe('WEBHOOK_SIGNATURE_MISSING')
    expect(verify('')).toBe('WEBHOOK_SIGNATURE_MISSING')
    expect(verify([good, good])).toBe('WEBHOOK_SIGNATURE_MISSING')
    expect(verify(good, [])).toBe('WEBHOOK_SIGNATURE_INVALID')
    expect(verify(good, [''])).toBe('WEBHOOK_SIGNATURE_INVALID')
    expect(verify(good, ['other tenant'])).toBe('WEBHOOK_SIGNATURE_INVALID')
    expect(verify(good.toUpperCase())).toBe('WEBHOOK_SIGNATURE_INVALID')
    expect(verify(good, ['app-secret'], Buffer.from('{"entry": []}'))).toBe(
      'WEBHOOK_SIGNATURE_INVALID',
    )
  })
})
