// Who sent a lead or an event: signature, timestamp and nonce. Fails closed. The nonce itself is kept by the mailbox.

import { FluxoError } from '#machines/contracts/errors.ts'
import { isSigned, sign } from '../signature.ts'
import type { IntakeRequest, IntakeSource } from './source.ts'

/** Farthest that `X-Timestamp` may lie from our clock, as in Standard Webhooks and at Stripe. */
export const MAX_SKEW_SECONDS = 300

/** No dot: it separates timestamp, nonce and body in what is signed. */
const NONCE_FORM = /^[A-Za-z0-9_:+/=~-]{1,200}$/
const TIMESTAMP_FORM = /^\d{1,12}$/

export interface Proof {
  /** To be used only once; null where the source signs the body only. */
  nonce: string | null
}

/**
 * Checks that a request was signed by its source.
 *
 * `full` signing: `X-Signature: sha256=<hex>` is the HMAC-SHA256 over `<timestamp>.<nonce>.<body>`,
 * `X-Timestamp` is in Unix seconds (no other form) and within 300 s of ours, `X-Nonce` has up to
 * 200 letters, digits or `_:+/=~-`. `body` signing: the HMAC is over the raw body alone.
 *
 * @throws {FluxoError} WEBHOOK_SIGNATURE_MISSING, WEBHOOK_TIMESTAMP_STALE, WEBHOOK_NONCE_MISSING,
 *   WEBHOOK_SIGNATURE_INVALID.
 */
export function authenticate(request: IntakeRequest, source: IntakeSource, now: Date): Proof {
  const signature = headerOf(request, 'x-signature')
  if (signature === null) {
    throw new FluxoError('WEBHOOK_SIGNATURE_MISSING', { field: 'X-Signature' })
  }
  return source.signing === 'full'
    ? authenticateFull(request, { source, signature, now })
    : authenticateBody(request, { source, signature })
}

/**
 * Signs a body the way `authenticate` expects it with `full` signing.
 * @param timestamp Unix seconds.
 */
export function signIntake(
  secret: string,
  body: string | Buffer,
  stamp: { timestamp: number; nonce: string },
): Record<'x-signature' | 'x-timestamp' | 'x-nonce', string> {
  return {
    'x-signature': sign(secret, [`${stamp.timestamp}.${stamp.nonce}.`, body]),
    'x-timestamp': String(stamp.timestamp),
    'x-nonce': stamp.nonce,
  }
}

function authenticateFull(
  request: IntakeRequest,
  { source, signature, now }: { source: IntakeSource; signature: string; now: Date },
): Proof {
  const timestamp = headerOf(request, 'x-timestamp')
  if (timestamp === null || !TIMESTAMP_FORM.test(timestamp)) {
    const message = 'X-Timestamp is missing or not in Unix seconds'
    throw new FluxoError('WEBHOOK_TIMESTAMP_STALE', { message, field: 'X-Timestamp' })
  }
  const nonce = headerOf(request, 'x-nonce')
  if (nonce === null || !NONCE_FORM.test(nonce)) {
    const message = 'X-Nonce is missing or not up to 200 letters, digits or _:+/=~-'
    throw new FluxoError('WEBHOOK_NONCE_MISSING', { message, field: 'X-Nonce' })
  }
  requireSigned(signature, [`${timestamp}.${nonce}.`, request.rawBody], source)
  // Only after the signature: strangers learn nothing of our clock.
  if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > MAX_SKEW_SECONDS) {
    throw new FluxoError('WEBHOOK_TIMESTAMP_STALE', { field: 'X-Timestamp' })
  }
  return { nonce }
}

function authenticateBody(
  request: IntakeRequest,
  { source, signature }: { source: IntakeSource; signature: string },
): Proof {
  requireSigned(signature, [request.rawBody], source)
  return { nonce: null }
}

function requireSigned(signature: string, parts: (string | Buffer)[], source: IntakeSource): void {
  if (!isSigned(signature, parts, source.secrets)) {
    throw new FluxoError('WEBHOOK_SIGNATURE_INVALID', { field: 'X-Signature' })
  }
}

function headerOf(request: IntakeRequest, name: string): string | null {
  const value = request.headers[name]
  return typeof value === 'string' && value !== '' ? value : null
}
