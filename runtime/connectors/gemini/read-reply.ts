// What the provider's answer means, whichever package fetched it: an answer only where the model stopped by itself.

import { z } from 'zod'
import { FluxoError, isFluxoError } from '#machines/contracts/errors.ts'
import { toStorableText } from '../json-body.ts'
import { readRetryAfter } from '../retry-after.ts'
import type { Wire } from './egress-fetch.ts'
import { type ModelReply, NO_USAGE, type TokenUsage } from './language-model.ts'

const count = z.number().int().min(0).catch(0)
const text = z.string().optional().catch(undefined)

const ResponseSchema = z.object({
  promptFeedback: z
    .object({ blockReason: text, blockReasonMessage: text })
    .optional()
    .catch(undefined),
  candidates: z
    .array(
      z.object({
        finishReason: text,
        finishMessage: text,
        content: z
          .object({
            parts: z
              .array(z.object({ text, thought: z.boolean().optional().catch(undefined) }))
              .catch([]),
          })
          .catch({ parts: [] }),
      }),
    )
    .catch([]),
  usageMetadata: z
    .object({
      promptTokenCount: count,
      candidatesTokenCount: count,
      cachedContentTokenCount: count,
      thoughtsTokenCount: count,
      totalTokenCount: count,
    })
    .optional()
    .catch(undefined),
})
type Response = z.infer<typeof ResponseSchema>

/** Reads the body of an answer with 2xx. */
export function readResponse(body: unknown): ModelReply {
  const parsed = ResponseSchema.safeParse(body)
  if (!parsed.success) return blocked('NO_ANSWER', 'nothing that can be read', NO_USAGE)
  const { promptFeedback, candidates } = parsed.data
  const usage = usageOf(parsed.data)
  if (promptFeedback?.blockReason !== undefined) {
    return blocked(promptFeedback.blockReason, promptFeedback.blockReasonMessage, usage)
  }
  const [candidate] = candidates
  if (!candidate) return blocked('NO_ANSWER', 'no candidate', usage)
  if (candidate.finishReason !== 'STOP') {
    return blocked(candidate.finishReason ?? 'NO_FINISH_REASON', candidate.finishMessage, usage)
  }
  const { parts } = candidate.content
  const said = parts.flatMap((part) => (part.thought === true ? [] : [part.text ?? '']))
  return { type: 'answer', text: said.join(''), usage }
}

/** The provider's words for why: `SAFETY`, `MAX_TOKENS`, …, and those that are not there yet. */
const REASON = /^[A-Z][A-Z0-9_]{0,59}$/

function blocked(reason: string, message: string | undefined, usage: TokenUsage): ModelReply {
  const named = REASON.test(reason) ? reason : 'OTHER'
  const told = toStorableText(message ?? '').slice(0, 300)
  return { type: 'blocked', reason: named, message: told, usage }
}

function usageOf({ usageMetadata }: Response): TokenUsage {
  if (!usageMetadata) return NO_USAGE
  const { promptTokenCount: prompt, candidatesTokenCount: candidates } = usageMetadata
  const { cachedContentTokenCount: cached, thoughtsTokenCount: thoughts } = usageMetadata
  const total = Math.max(usageMetadata.totalTokenCount, prompt + candidates + thoughts)
  return { prompt, candidates, cached, thoughts, total }
}

const ErrorSchema = z.object({
  error: z.object({
    message: z.string().catch(''),
    status: z.string().catch(''),
    details: z.array(z.looseObject({ reason: text, retryDelay: text })).catch([]),
  }),
})

/** Reads why there is no answer; asking again does no harm, so that an exchange that broke is worth another try. */
export function readTrouble({ answer, failure }: Wire, now: Date, cause: unknown): ModelReply {
  if (answer === null) return readFailure(failure ?? cause)
  const { status, retryAfter } = answer
  if (status < 400) return blocked('NO_ANSWER', 'nothing that can be read', NO_USAGE)
  const { message, details } = toldIn(answer.body)
  const error = { code: `HTTP_${status}`, message: message || `The model answered ${status}` }
  if (status === 408 || status === 429 || status >= 500) {
    const retryAfterMs = readRetryAfter(retryAfter, now) ?? delayIn(details)
    return { type: 'retry', error, ...(retryAfterMs !== null && { retryAfterMs }) }
  }
  return { type: 'failed', error: { ...error, code: refusalCode(status, details) } }
}

type Details = { reason?: string | undefined; retryDelay?: string | undefined }[]

function toldIn(body: string): { message: string; details: Details } {
  const told = ErrorSchema.safeParse(jsonOf(body)).data?.error
  return {
    message: toStorableText(told?.message ?? '').slice(0, 300),
    details: told?.details ?? [],
  }
}

function refusalCode(status: number, details: Details): string {
  const isKey = details.some(({ reason }) => reason === 'API_KEY_INVALID')
  if (isKey || status === 401 || status === 403) return 'AI_KEY_REFUSED'
  return status === 404 ? 'AI_MODEL_UNKNOWN' : `HTTP_${status}`
}

function readFailure(failure: unknown): ModelReply {
  const error = {
    code: failure instanceof FluxoError ? failure.code : 'INTERNAL',
    message: failure instanceof Error ? failure.message : 'The call broke off',
  }
  if (isFluxoError(failure, 'EGRESS_TOO_LARGE'))
    return blocked('TOO_LARGE', error.message, NO_USAGE)
  const isFinal =
    isFluxoError(failure, 'EGRESS_BLOCKED') || isFluxoError(failure, 'REQUEST_INVALID')
  return { type: isFinal ? 'failed' : 'retry', error }
}

/** google.rpc.RetryInfo: `{"retryDelay": "17s"}`. */
function delayIn(details: Details): number | null {
  const seconds = details.map(
    ({ retryDelay }) => /^(\d{1,5})(\.\d+)?s$/.exec(retryDelay ?? '')?.[1],
  )
  const first = seconds.find((found) => found !== undefined)
  return first === undefined ? null : readRetryAfter(first, new Date(0))
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}
