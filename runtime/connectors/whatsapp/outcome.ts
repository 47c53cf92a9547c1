// What an answer of the Cloud API, or the lack of one, means for an effect: accepted, retry, failed or uncertain.

import { FluxoError, isFluxoError } from '#machines/contracts/errors.ts'
import type { EffectError } from '#machines/contracts/event.ts'
import { type EgressResponse, wasNotSent } from '../../egress/egress.ts'
import type { Outcome } from '../connector.ts'
import { parseProviderBody } from '../json-body.ts'
import { readRetryAfter } from '../retry-after.ts'
import { describeWhatsAppError, toEffectError } from './error-codes.ts'
import {
  ErrorReplySchema,
  type ProviderError,
  SendReplySchema,
  SuccessReplySchema,
} from './payload.ts'

/**
 * Reads an answer. Meta's own error code decides where there is one; without it 429 and 503 say
 * by definition that nothing was done (RFC 6585 §4, RFC 9110 §15.6.4), other 4xx that trying
 * again is useless, and everything else leaves open what happened: guarantee I6.
 *
 * @param now for a `Retry-After` that is a date.
 */
export function readSendAnswer(response: EgressResponse, now: Date): Outcome {
  const body = readBody(response.body)
  const reply = SendReplySchema.safeParse(body)
  if (response.status < 300 && reply.success) return accepted(reply.data)
  if (response.status < 300 && SuccessReplySchema.safeParse(body).success) {
    return { type: 'accepted', providerMessageId: null, output: { success: true } }
  }
  const refusal = ErrorReplySchema.safeParse(body)
  if (response.status >= 300 && refusal.success) return refused(refusal.data.error, response, now)
  return unexplained(response, now)
}

/** Reads the failure of `egress.request`: what was surely not sent may be sent again. */
export function readSendFailure(failure: unknown): Outcome {
  const error = { code: codeOf(failure), message: messageOf(failure) }
  if (!wasNotSent(failure)) return { type: 'uncertain', error }
  return isFluxoError(failure, 'EGRESS_UNREACHABLE')
    ? { type: 'retry', error }
    : { type: 'failed', error }
}

function accepted(reply: {
  messages: { id: string; message_status?: string | undefined }[]
}): Outcome {
  const message = reply.messages[0]
  const providerMessageId = message?.id ?? null
  const output = { message_id: providerMessageId, status: message?.message_status ?? 'accepted' }
  return { type: 'accepted', providerMessageId, output }
}

function refused(given: ProviderError, response: EgressResponse, now: Date): Outcome {
  const error = toEffectError(given)
  const info = describeWhatsAppError(given.code)
  if (info.retry) return retry(error, response, now)
  if (info.class === 'unknown' && response.status === 429) return retry(error, response, now)
  if (info.class === 'unknown' && response.status >= 500) return { type: 'uncertain', error }
  return { type: 'failed', error }
}

function unexplained(response: EgressResponse, now: Date): Outcome {
  const { status } = response
  const error = { code: `HTTP_${status}`, message: `WhatsApp answered ${status} without a reason` }
  if (status === 429 || status === 503) return retry(error, response, now)
  if (status >= 400 && status < 500) return { type: 'failed', error }
  return { type: 'uncertain', error }
}

function retry(error: EffectError, response: EgressResponse, now: Date): Outcome {
  const retryAfterMs = readRetryAfter(response.headers['retry-after'], now)
  return { type: 'retry', error, ...(retryAfterMs !== null && { retryAfterMs }) }
}

/** A provider's answer is checked like what comes in. */
function readBody(body: Buffer): unknown {
  try {
    return parseProviderBody(body, body.length)
  } catch {
    return null
  }
}

function codeOf(failure: unknown): string {
  return failure instanceof FluxoError ? failure.code : 'INTERNAL'
}

function messageOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : 'The send broke off'
}
