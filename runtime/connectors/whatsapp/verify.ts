// Is a WhatsApp webhook really Meta's: the GET challenge and the POST signature. Fails closed.

import { FluxoError } from '#machines/contracts/errors.ts'
import { isSameSecret, isSigned } from '../signature.ts'

/** Meta sends digits; nothing longer or stranger is echoed back. */
const CHALLENGE_FORM = /^[\w.~-]{1,200}$/

export interface ChallengeQuery {
  'hub.mode'?: unknown
  'hub.verify_token'?: unknown
  'hub.challenge'?: unknown
}

/**
 * Answers Meta's verification request; send the result as plain text.
 * @param verifyToken the channel's; an empty one never matches.
 * @throws {FluxoError} WEBHOOK_VERIFY_TOKEN.
 */
export function answerWhatsAppChallenge(query: ChallengeQuery, verifyToken: string): string {
  const { 'hub.mode': mode, 'hub.verify_token': token, 'hub.challenge': challenge } = query
  const matches = typeof token === 'string' && isSameSecret(token, verifyToken)
  if (mode !== 'subscribe' || !matches) throw new FluxoError('WEBHOOK_VERIFY_TOKEN')
  if (typeof challenge === 'string' && CHALLENGE_FORM.test(challenge)) return challenge
  throw new FluxoError('WEBHOOK_VERIFY_TOKEN', {
    message: 'hub.challenge is missing or has a strange form',
    field: 'hub.challenge',
  })
}

/**
 * Checks `X-Hub-Signature-256`, the HMAC-SHA256 over the raw bytes with the app secret.
 * @param appSecrets several while one is being rotated; none or empty ones refuse everything.
 * @throws {FluxoError} WEBHOOK_SIGNATURE_MISSING, WEBHOOK_SIGNATURE_INVALID.
 */
export function verifyWhatsAppSignature(
  rawBody: Buffer,
  header: string | string[] | undefined,
  appSecrets: readonly string[],
): void {
  const field = 'X-Hub-Signature-256'
  if (typeof header !== 'string' || header === '') {
    throw new FluxoError('WEBHOOK_SIGNATURE_MISSING', { field })
  }
  if (!isSigned(header, [rawBody], appSecrets)) {
    throw new FluxoError('WEBHOOK_SIGNATURE_INVALID', { field })
  }
}
