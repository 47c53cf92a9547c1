// What HTTP itself says about a send, for connectors whose provider said no more: accepted, retry, failed or uncertain.

import { FluxoError, isFluxoError } from '#machines/contracts/errors.ts'
import type { EffectError } from '#machines/contracts/event.ts'
import { type EgressResponse, wasNotSent } from '../egress/egress.ts'
import type { Outcome } from './connector.ts'
import { readRetryAfter } from './retry-after.ts'

/**
 * Reads an answer that gives no reason: 429 and 503 say by definition that nothing was done (RFC 6585 §4, RFC 9110
 * §15.6.4), other 4xx that trying again is useless, and everything else leaves open what happened. Guarantee I6.
 * @param error in place of the bare status
 */
export function outcomeOfStatus(
  { status, headers }: EgressResponse,
  now: Date,
  error: EffectError = { code: `HTTP_${status}`, message: `The provider answered ${status}` },
): Exclude<Outcome, { type: 'accepted' }> {
  if (status === 429 || status === 503) {
    const retryAfterMs = readRetryAfter(headers['retry-after'], now)
    return { type: 'retry', error, ...(retryAfterMs !== null && { retryAfterMs }) }
  }
  if (status >= 400 && status < 500) return { type: 'failed', error }
  return { type: 'uncertain', error }
}

/** Reads the failure of `egress.request`: what was surely not sent may be sent again. Guarantee I6. */
export function outcomeOfFailure(failure: unknown): Exclude<Outcome, { type: 'accepted' }> {
  const code = failure instanceof FluxoError ? failure.code : 'INTERNAL'
  const error = { code, message: failure instanceof Error ? failure.message : 'It broke off' }
  if (!wasNotSent(failure)) return { type: 'uncertain', error }
  return isFluxoError(failure, 'EGRESS_UNREACHABLE')
    ? { type: 'retry', error }
    : { type: 'failed', error }
}
