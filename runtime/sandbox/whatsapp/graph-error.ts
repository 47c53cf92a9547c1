// Refusals in the form of the Graph API.

import type { Reply } from '../http.ts'

/** HTTP status where Meta does not answer 400. */
const STATUSES: Record<number, number> = {
  0: 401,
  190: 401,
  3: 403,
  10: 403,
  131031: 403,
  368: 403,
  131000: 500,
  131016: 503,
  2: 503,
}
const TITLES: Record<number, string> = {
  100: 'Invalid parameter',
  190: 'Authentication Error',
  130429: 'Rate limit hit',
  131000: 'Something went wrong',
  131008: 'Required parameter is missing',
  131009: 'Parameter value is not valid',
  131016: 'Service unavailable',
  131026: 'Message undeliverable',
  131047: 'Re-engagement message',
  131048: 'Spam rate limit hit',
  131049: 'This message was not delivered to maintain healthy ecosystem engagement',
  131053: 'Media upload error',
  131050: 'User has stopped marketing messages',
  131056: '(Business Account, Consumer Account) pair rate limit hit',
  132000: 'Number of parameters does not match the expected number of params',
  132001: 'Template name does not exist in the translation',
  132012: 'Template Parameter Format Mismatch',
  132015: 'Template is Paused',
  132016: 'Template is Disabled',
}

export interface GraphError {
  code: number
  details: string
  status?: number
  /** Seconds. */
  retryAfter?: number
}

/** The title that Meta gives to a code, as far as we know it. */
export function titleOf(code: number): string {
  return TITLES[code] ?? 'Error'
}

/** A refusal as Meta writes it: `error{message,type,code,error_data.details,fbtrace_id}`. */
export function graphErrorReply({ code, details, status, retryAfter }: GraphError): Reply {
  return {
    status: status ?? STATUSES[code] ?? 400,
    body: {
      error: {
        message: `(#${code}) ${titleOf(code)}`,
        type: 'OAuthException',
        code,
        error_data: { messaging_product: 'whatsapp', details },
        fbtrace_id: 'sandbox',
      },
    },
    ...(retryAfter !== undefined && { headers: { 'retry-after': String(retryAfter) } }),
  }
}
