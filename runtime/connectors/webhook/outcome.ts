// What an answer to a call, or the lack of one, means for its effect: accepted, retry, failed or uncertain.

import type { WebhookCommand } from '#machines/contracts/effect.ts'
import { FluxoError, isFluxoError } from '#machines/contracts/errors.ts'
import type { EffectError } from '#machines/contracts/event.ts'
import type { Json } from '#machines/contracts/json.ts'
import { type EgressResponse, wasNotSent } from '../../egress/egress.ts'
import type { Outcome } from '../connector.ts'
import { parseAnswer, toStorableText } from '../json-body.ts'
import { readRetryAfter } from '../retry-after.ts'

type Method = WebhookCommand['method']

/** RFC 9110 §9.2.2: sending these again changes nothing more. */
const IDEMPOTENT: ReadonlySet<Method> = new Set(['GET', 'PUT', 'DELETE'])
const MAX_TEXT_CHARS = 10_000
const MAX_OUTPUT_BYTES = 192 * 1024

/**
 * Reads an answer: 2xx is done, 429 and 503 say by definition that nothing was done, other answers below
 * 500 that trying again is useless; 5xx leave open what happened.
 * @param now for a `Retry-After` that is a date
 */
export function readCallAnswer(response: EgressResponse, method: Method, now: Date): Outcome {
  const { status } = response
  if (status >= 200 && status < 300) {
    return { type: 'accepted', providerMessageId: null, output: outputOf(response) }
  }
  const error = { code: `HTTP_${status}`, message: `The other side answered ${status}` }
  if (status === 429 || status === 503) {
    const retryAfterMs = readRetryAfter(response.headers['retry-after'], now)
    return { type: 'retry', error, ...(retryAfterMs !== null && { retryAfterMs }) }
  }
  return status < 500 ? { type: 'failed', error } : unknown(error, method)
}

/** Reads the failure of `egress.request`. */
export function readCallFailure(failure: unknown, method: Method): Outcome {
  const error = {
    code: failure instanceof FluxoError ? failure.code : 'INTERNAL',
    message: failure instanceof Error ? failure.message : 'The call broke off',
  }
  // The other side did what it was asked to; only its answer is of no use.
  if (isFluxoError(failure, 'EGRESS_TOO_LARGE')) return { type: 'failed', error }
  if (!wasNotSent(failure)) return unknown(error, method)
  return isFluxoError(failure, 'EGRESS_UNREACHABLE')
    ? { type: 'retry', error }
    : { type: 'failed', error }
}

/** Nobody knows what became of it: whether it may be sent again depends on the method. */
function unknown(error: EffectError, method: Method): Outcome {
  return { type: IDEMPOTENT.has(method) ? 'retry' : 'uncertain', error }
}

/** The JSON of the answer is the result; an answer of another kind is told by status and text. */
function outputOf({ status, body }: EgressResponse): Json {
  if (body.length === 0) return { status }
  try {
    const answer = parseAnswer(body, body.length)
    // A short number may stand for a long one: `1e20`.
    return Buffer.byteLength(JSON.stringify(answer)) > MAX_OUTPUT_BYTES ? { status } : answer
  } catch {
    return { status, text: toStorableText(body.toString('utf8').slice(0, MAX_TEXT_CHARS)) }
  }
}
