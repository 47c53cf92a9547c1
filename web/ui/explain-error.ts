// Any failure as sentences for people: why it happened and what to do. The code stays as small print.

import type { Translate } from '../i18n/i18n.ts'
import type { MessageKey } from '../i18n/messages.ts'
import { isApiError } from '../api/errors.ts'

export interface ExplainedError {
  why: string
  advice: string
  /** Code and correlation id, to quote to support. */
  code: string
}

type Known = readonly [why: MessageKey, advice: MessageKey]

const BY_CODE: Record<string, Known> = {
  NETWORK_UNREACHABLE: ['error.unreachable', 'error.checkConnection'],
  REPLY_NOT_UNDERSTOOD: ['error.notUnderstood', 'error.reload'],
  AUTH_FAILED: ['error.authFailed', 'error.checkPassword'],
  AUTH_REQUIRED: ['error.authRequired', 'error.signInAgain'],
  AUTH_FORBIDDEN: ['error.forbidden', 'error.askAdmin'],
  AUTH_ORIGIN: ['error.forbidden', 'error.reload'],
  RATE_LIMITED: ['error.rateLimited', 'error.waitAMinute'],
  RESOURCE_NOT_FOUND: ['error.notFound', 'error.checkAddress'],
  ACTION_NOT_POSSIBLE: ['error.notPossible', 'error.lookAgain'],
  MERGE_NOT_POSSIBLE: ['error.notPossible', 'error.lookAgain'],
  WORKFLOW_INVALID: ['error.workflowInvalid', 'error.fixProblems'],
  WORKFLOW_TESTS_FAILED: ['error.workflowTests', 'error.fixTests'],
  WORKFLOW_CONFLICT: ['error.workflowConflict', 'error.lookAgain'],
  WORKFLOW_NOT_PUBLISHED: ['error.notPublished', 'error.publishFirst'],
  REQUEST_INVALID: ['error.requestInvalid', 'error.checkAndRetry'],
  REQUEST_TOO_LARGE: ['error.requestTooLarge', 'error.checkAndRetry'],
  TEMPLATE_REFUSED: ['error.templateRefused', 'error.checkAndRetry'],
  CONTACT_UNKNOWN: ['error.notFound', 'error.checkAddress'],
  CONTACT_ADDRESS_INVALID: ['error.addressInvalid', 'error.checkAndRetry'],
  DATABASE_UNAVAILABLE: ['error.database', 'error.tryAgainSoon'],
}

/** True for a code with sentences of its own. */
export const isExplained = (code: string): boolean => Object.hasOwn(BY_CODE, code)

export function explainError(error: unknown, t: Translate): ExplainedError {
  if (!isApiError(error)) {
    return { why: t('error.unknown'), advice: t('error.reload'), code: 'PAGE_FAILED' }
  }
  const { code, status, message, correlationId } = error.failure
  const known = BY_CODE[code]
  const small = correlationId === null ? code : `${code} · ${correlationId}`
  // Only the provider knows what it did not like.
  const told = code === 'TEMPLATE_REFUSED' && message !== null ? ` ${message}.` : ''
  if (known) return { why: t(known[0]) + told, advice: t(known[1]), code: small }
  if (status >= 500 || message === null) {
    return { why: t('error.server'), advice: t('error.tryAgainSoon'), code: small }
  }
  return { why: `${message}.`, advice: t('error.checkAndRetry'), code: small }
}
