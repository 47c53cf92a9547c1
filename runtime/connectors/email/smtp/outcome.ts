// What an SMTP server's answer, or the lack of one, means for a letter. RFC 5321 §4.2.1: 4yz may be tried again, 5yz not;
// who got the whole letter and never said yes or no leaves it open. Guarantee I6.

import { isFluxoError } from '#machines/contracts/errors.ts'
import type { EffectError } from '#machines/contracts/event.ts'
import type { Outcome } from '../../connector.ts'

/** An error of nodemailer's. */
interface SmtpFailure {
  code?: string
  responseCode?: number
  response?: string
  message?: string
}

export const CREDENTIALS = 'PROVIDER_CREDENTIALS'

type Unaccepted = Exclude<Outcome, { type: 'accepted' }>

const MAX_WORDS = 500
/** Closing: it takes nothing at all for a while. */
const CLOSING = 421
/** Who does not sign in, not well enough, or not with these. RFC 4954 §6. */
const SIGN_IN = new Set([530, 534, 535])

/** @param wasStarted whether the server may have got the letter, or a part of it */
export function readSmtpFailure(failure: unknown, wasStarted: boolean): Unaccepted {
  const { code, responseCode, response, message } = failure as SmtpFailure
  if (isFluxoError(failure)) {
    const error = { code: failure.code, message: failure.message }
    return { type: failure.code === 'EGRESS_BLOCKED' ? 'failed' : 'retry', error }
  }
  if (responseCode !== undefined && responseCode >= 400) {
    const error = answered(responseCode, response ?? message ?? '')
    if (responseCode >= 500) return { type: 'failed', error }
    return { type: 'retry', error }
  }
  if (code === 'EAUTH') return failed(CREDENTIALS, message)
  if (code === 'EENVELOPE' || code === 'EMESSAGE') return failed('PROVIDER_REFUSED', message)
  if (code === 'ETLS' && !wasStarted) return failed('SMTP_TLS', message)
  if (wasStarted) {
    return { type: 'uncertain', error: { code: 'EGRESS_INTERRUPTED', message: wordsOf(message) } }
  }
  return { type: 'retry', error: { code: 'EGRESS_UNREACHABLE', message: wordsOf(message) } }
}

function answered(status: number, words: string): EffectError {
  // An account that is closing is nobody's own trouble: the breaker counts it.
  const code = SIGN_IN.has(status)
    ? CREDENTIALS
    : status === CLOSING
      ? 'HTTP_503'
      : `SMTP_${status}`
  return { code, message: wordsOf(words) }
}

function failed(code: string, message: string | undefined): Unaccepted {
  return { type: 'failed', error: { code, message: wordsOf(message) } }
}

function wordsOf(message: string | undefined): string {
  return (
    (message ?? '').replaceAll(/\s+/g, ' ').trim().slice(0, MAX_WORDS) || 'The connection broke off'
  )
}
