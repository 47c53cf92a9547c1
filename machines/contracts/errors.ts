// The one error class and the one table of error codes. A code is AREA_PROBLEM and never changes its meaning.

export const ERROR_CODES = {
  AUTH_REQUIRED: { status: 401, message: 'Sign in first' },
  AUTH_FAILED: { status: 401, message: 'E-mail or password is wrong' },
  AUTH_FORBIDDEN: { status: 403, message: 'Your role does not allow this' },
  AUTH_ORIGIN: { status: 403, message: 'The request comes from a foreign origin' },
  RATE_LIMITED: { status: 429, message: 'Too many requests' },
  REQUEST_INVALID: { status: 400, message: 'The request is not valid' },
  REQUEST_TOO_LARGE: { status: 413, message: 'The body is too large' },
  RESOURCE_NOT_FOUND: { status: 404, message: 'Not found' },
  WORKFLOW_INVALID: { status: 422, message: 'The workflow has errors' },
  WORKFLOW_TESTS_FAILED: { status: 422, message: 'Recorded tests of the workflow fail' },
  WORKFLOW_NOT_PUBLISHED: { status: 409, message: 'The workflow has no published version' },
  WORKFLOW_CONFLICT: { status: 409, message: 'Somebody else has saved this workflow meanwhile' },
  ACTION_NOT_POSSIBLE: { status: 409, message: 'The action is not possible in this state' },
  MERGE_NOT_POSSIBLE: { status: 409, message: 'These contacts cannot be merged or parted now' },
  WEBHOOK_SIGNATURE_MISSING: { status: 401, message: 'The signature is missing' },
  WEBHOOK_SIGNATURE_INVALID: { status: 401, message: 'The signature does not match' },
  WEBHOOK_TIMESTAMP_STALE: {
    status: 401,
    message: 'The timestamp is missing or more than 5 minutes off',
  },
  WEBHOOK_NONCE_MISSING: { status: 401, message: 'The nonce is missing' },
  WEBHOOK_REPLAYED: { status: 409, message: 'This nonce was already used' },
  WEBHOOK_SOURCE_UNKNOWN: { status: 404, message: 'Unknown source' },
  WEBHOOK_CHANNEL_UNKNOWN: { status: 404, message: 'Unknown channel' },
  FORM_UNKNOWN: { status: 404, message: 'There is no such form, or it is closed' },
  WEBHOOK_VERIFY_TOKEN: { status: 403, message: 'The verify token does not match' },
  WEBHOOK_BODY_INVALID: { status: 400, message: 'The body is not valid' },
  WEBHOOK_BODY_TOO_DEEP: { status: 400, message: 'The body is nested too deeply' },
  WEBHOOK_EVENT_ID_MISSING: { status: 400, message: 'Body-only signing needs event_id' },
  CONTACT_UNKNOWN: { status: 404, message: 'No such contact' },
  CONTACT_ADDRESS_INVALID: { status: 422, message: 'The phone number or e-mail is not valid' },
  EVENT_TYPE_UNKNOWN: { status: 422, message: 'Unknown event type' },
  EVENT_TOO_LARGE: { status: 413, message: 'The event is larger than 256 KiB' },
  DATABASE_UNAVAILABLE: { status: 503, message: 'The database does not answer' },
  MAILBOX_FULL: { status: 503, message: 'Too much is waiting already; send it again later' },
  LEASE_LOST: { status: 500, message: 'The shard belongs to another worker' },
  SNAPSHOT_TOO_LARGE: { status: 500, message: 'The contact has grown larger than 1 MiB' },
  JOURNAL_TOO_LARGE: { status: 500, message: 'One step has more to tell than 512 KiB' },
  SNAPSHOT_VERSION: { status: 500, message: 'The snapshot was written by another format' },
  RUN_MICROSTEPS: { status: 500, message: 'The run took too many steps for one event' },
  ANSWER_INVALID: { status: 422, message: 'No good answer came, however often it was asked' },
  EXPRESSION_FAILED: { status: 422, message: 'The expression could not be evaluated' },
  AI_LOW_CONFIDENCE: { status: 422, message: 'The model is less sure than the node asks for' },
  AI_BLOCKED: { status: 422, message: 'The model refused to answer' },
  AI_INVALID: { status: 422, message: 'The answer of the model has not the asked form' },
  AI_CAP_REACHED: { status: 422, message: 'The tokens of this month are used up' },
  AI_NOT_CONFIGURED: { status: 422, message: 'No model is set up' },
  TEMPLATE_REFUSED: { status: 422, message: 'The provider refused the template' },
  PROVIDER_UNREACHABLE: { status: 502, message: 'The provider does not answer' },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    message: 'This Idempotency-Key was used for another request',
  },
  EGRESS_BLOCKED: { status: 502, message: 'The address is not allowed' },
  EGRESS_UNREACHABLE: {
    status: 502,
    message: 'The other side could not be reached; nothing was sent',
  },
  EGRESS_INTERRUPTED: { status: 502, message: 'The request was sent and no whole answer came' },
  EGRESS_TOO_LARGE: { status: 502, message: 'The answer is larger than allowed' },
  CONFIG_INVALID: { status: 500, message: 'The configuration is not valid' },
  SECRET_UNREADABLE: { status: 500, message: 'The secret cannot be decrypted' },
  SETUP_FAILED: { status: 500, message: 'The set-up failed' },
  INTERNAL: { status: 500, message: 'Something broke on our side' },
} as const satisfies Record<string, { status: number; message: string }>

export type ErrorCode = keyof typeof ERROR_CODES

export interface FluxoErrorOptions {
  /** What went wrong in this case; replaces the table's sentence. */
  message?: string
  /** Field or JSON path the error is about, e.g. `nodes[2].next`. */
  field?: string
  /** Seconds after which a retry makes sense. */
  retryAfter?: number
  /** Machine-readable extras for the answer; never secrets. */
  details?: unknown
  cause?: unknown
}

/** A broken promise with a stable code. Expected outcomes are values, not errors. */
export class FluxoError extends Error {
  readonly code: ErrorCode
  readonly field: string | undefined
  readonly retryAfter: number | undefined
  readonly details: unknown

  constructor(code: ErrorCode, options: FluxoErrorOptions = {}) {
    super(options.message ?? ERROR_CODES[code].message, { cause: options.cause })
    this.name = 'FluxoError'
    this.code = code
    this.field = options.field
    this.retryAfter = options.retryAfter
    this.details = options.details
  }

  get status(): number {
    return ERROR_CODES[this.code].status
  }
}

/** True for a FluxoError, of the given code when one is named. */
export function isFluxoError(error: unknown, code?: ErrorCode): error is FluxoError {
  return error instanceof FluxoError && (code === undefined || error.code === code)
}
