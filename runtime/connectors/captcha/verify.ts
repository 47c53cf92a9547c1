// Is the sender of a form a person: one question to whichever captcha the form has. It fails closed: no answer is a no.

import { z } from 'zod'
import type { CaptchaProvider } from '#machines/contracts/forms.ts'
import type { Egress } from '../../egress/egress.ts'

export interface CaptchaCheck {
  provider: CaptchaProvider
  /** The form's secret key at the provider. */
  secret: string
  token: string
  /** Whose the token should be; left out where nobody knows. */
  ip?: string | undefined
  /** reCAPTCHA v3. */
  minScore?: number | undefined
}

export type CaptchaVerdict = { ok: true } | { ok: false; reason: CaptchaRefusal }
/** `unavailable`: the provider did not say; `misconfigured`: it does not take our key. */
export type CaptchaRefusal = 'missing' | 'refused' | 'unavailable' | 'misconfigured'

interface Place {
  url: string
  /** Below the sandbox's address. */
  path: string
}

const PLACES: Record<CaptchaProvider, Place> = {
  recaptcha_v2: {
    url: 'https://www.google.com/recaptcha/api/siteverify',
    path: '/recaptcha/api/siteverify',
  },
  recaptcha_v3: {
    url: 'https://www.google.com/recaptcha/api/siteverify',
    path: '/recaptcha/api/siteverify',
  },
  hcaptcha: { url: 'https://api.hcaptcha.com/siteverify', path: '/hcaptcha/siteverify' },
  turnstile: {
    url: 'https://challenges.cloudflare.com/turnstile/v0/siteverify',
    path: '/turnstile/v0/siteverify',
  },
}
const DEFAULT_SCORE = 0.5
const LONGEST_TOKEN = 8_192
const TIMEOUT_MS = 8_000

const AnswerSchema = z.object({
  success: z.boolean(),
  score: z.number().optional(),
  'error-codes': z.array(z.string()).default([]),
})
const OUR_FAULT = new Set([
  'missing-input-secret',
  'invalid-input-secret',
  'sitekey-secret-mismatch',
  'not-using-dummy-secret',
])

/**
 * Asks the provider whether the token is good; each token is good once.
 * @param options.baseUrl stands in for the provider's own address
 */
export async function verifyCaptcha(
  check: CaptchaCheck,
  { egress, baseUrl }: { egress: Egress; baseUrl?: string | undefined },
): Promise<CaptchaVerdict> {
  const { provider, secret, token, ip } = check
  if (token === '' || token.length > LONGEST_TOKEN) return { ok: false, reason: 'missing' }
  const place = PLACES[provider]
  const body = new URLSearchParams({ secret, response: token, ...(ip && { remoteip: ip }) })
  try {
    const answer = await egress.request({
      url: baseUrl === undefined ? place.url : `${baseUrl}${place.path}`,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: body.toString(),
      timeoutMs: TIMEOUT_MS,
      maxBytes: 64 * 1024,
    })
    // Turnstile refuses with 400 and says why.
    if (answer.status >= 500 || answer.status === 429) return { ok: false, reason: 'unavailable' }
    return judge(check, JSON.parse(answer.body.toString('utf8')))
  } catch {
    return { ok: false, reason: 'unavailable' }
  }
}

function judge(
  { provider, minScore = DEFAULT_SCORE }: CaptchaCheck,
  said: unknown,
): CaptchaVerdict {
  const answer = AnswerSchema.safeParse(said)
  if (!answer.success) return { ok: false, reason: 'unavailable' }
  const { success, score, 'error-codes': codes } = answer.data
  if (codes.some((code) => OUR_FAULT.has(code))) return { ok: false, reason: 'misconfigured' }
  if (!success) return { ok: false, reason: 'refused' }
  // A v2 key in the place of a v3 one gives no score; nobody weighed anything then.
  if (provider === 'recaptcha_v3' && (score === undefined || score < minScore))
    return { ok: false, reason: score === undefined ? 'misconfigured' : 'refused' }
  return { ok: true }
}
