// What went wrong between this page and the gateway, as one error type that pages turn into sentences.

import type { ErrorReply } from '#machines/contracts/api.ts'

export interface ApiFailure {
  code: string
  /** HTTP status; 0 when no answer came. */
  status: number
  /** What the gateway says, in English; null when it said nothing. */
  message: string | null
  field: string | null
  correlationId: string | null
  /** What the gateway adds for programs; to be checked against a schema before it is used. */
  details?: unknown
}

export class ApiError extends Error {
  readonly failure: ApiFailure

  constructor(failure: ApiFailure, cause?: unknown) {
    super(failure.message ?? failure.code, { cause })
    this.name = 'ApiError'
    this.failure = failure
  }
}

/** The request never got an answer. */
export function unreachable(cause: unknown): ApiError {
  return new ApiError(
    { code: 'NETWORK_UNREACHABLE', status: 0, message: null, field: null, correlationId: null },
    cause,
  )
}

/** The answer is not what the contract says: usually an old page against a new server. */
export function notUnderstood(status: number, cause: unknown): ApiError {
  return new ApiError(
    { code: 'REPLY_NOT_UNDERSTOOD', status, message: null, field: null, correlationId: null },
    cause,
  )
}

export function refused(status: number, reply: ErrorReply | null): ApiError {
  return new ApiError({
    code: reply?.error.code ?? `HTTP_${status}`,
    status,
    message: reply?.error.message ?? null,
    field: reply?.error.field ?? null,
    correlationId: reply?.error.correlationId ?? null,
    details: reply?.error.details,
  })
}

export function isApiError(error: unknown, status?: number): error is ApiError {
  return error instanceof ApiError && (status === undefined || error.failure.status === status)
}
