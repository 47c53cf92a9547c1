// What the WhatsApp Cloud API's error codes mean for us: class, cause and way out in words, and when a second try helps.

import type { EffectError } from '#machines/contracts/event.ts'
import type { Words } from '../connector.ts'
import { toStorableText } from '../json-body.ts'
import { CODES } from './error-code-table.ts'
import { CLASSES } from './error-classes.ts'
import type { ErrorAction, RetryRule, WhatsAppErrorClass } from './error-terms.ts'
import type { ProviderError } from './payload.ts'

export interface WhatsAppErrorInfo {
  class: WhatsAppErrorClass
  rule: RetryRule
  /** True when the same send may succeed later and surely was not taken now. */
  retry: boolean
  action: ErrorAction
  /** What happened. */
  cause: Words
}

const MAX_ERROR_MESSAGE = 500
const CODE = /^WHATSAPP_(\d{1,9})$/

/**
 * Describes a code of the WhatsApp Cloud API; one that we do not know is refused for good.
 * @param code Meta's number, e.g. 131047.
 */
export function describeWhatsAppError(code: number): WhatsAppErrorInfo {
  const known = CODES[code]
  const kind = known?.class ?? classOfRange(code)
  const { rule: usual, action, cause } = CLASSES[kind]
  const rule = known?.rule ?? usual
  return {
    class: kind,
    rule,
    retry: rule !== 'never',
    action: known?.action ?? action,
    cause: known?.cause ?? cause,
  }
}

/** Meta's number in one of our codes, `WHATSAPP_131047`; null for any other. */
export function whatsAppCodeOf(code: string): number | null {
  const digits = CODE.exec(code)?.[1]
  return digits === undefined ? null : Number(digits)
}

/** Our code, `WHATSAPP_131047`, and the provider's own words, which say more than its titles. */
export function toEffectError(error: ProviderError): EffectError {
  const words = error.error_data?.details ?? error.message ?? error.title
  const message = words ?? describeWhatsAppError(error.code).cause.en
  return {
    code: `WHATSAPP_${error.code}`,
    message: toStorableText(message.slice(0, MAX_ERROR_MESSAGE)),
  }
}

function classOfRange(code: number): WhatsAppErrorClass {
  if (code >= 200 && code <= 299) return 'permission'
  if (code >= 133000 && code <= 133099) return 'account'
  if (code >= 132000 && code <= 132099) return 'template'
  return 'unknown'
}
