// Asks the Cloud API how a number stands: quality, how many people it may write to, how fast, under which name.

import { isFluxoError } from '#machines/contracts/errors.ts'
import type { HealthAnswer, OpenChannel, PerformContext } from '../connector.ts'
import { parseProviderBody } from '../json-body.ts'
import { toEffectError } from './error-codes.ts'
import { HEALTH_FIELDS, readHealthAnswer } from './health-notice.ts'
import { ErrorReplySchema } from './payload.ts'

const MAX_ANSWER_BYTES = 64 * 1024
const TIMEOUT_MS = 10_000

/** `GET /<version>/<phone number id>?fields=…`; never throws for what Meta may answer. */
export async function readWhatsAppHealth(
  channel: OpenChannel,
  { egress, signal }: PerformContext,
  { graphUrl, version }: { graphUrl: string; version: string },
): Promise<HealthAnswer> {
  const token = channel.secrets['accessToken']
  if (!token) return failed('WHATSAPP_TOKEN_MISSING', 'The channel has no access token')
  const base = `${graphUrl.replace(/\/+$/, '')}/${version}/${encodeURIComponent(channel.address)}`
  try {
    const response = await egress.request({
      url: `${base}?fields=${HEALTH_FIELDS}`,
      headers: { authorization: `Bearer ${token}` },
      signal,
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_ANSWER_BYTES,
    })
    const body = parseProviderBody(response.body, MAX_ANSWER_BYTES)
    const refusal = ErrorReplySchema.safeParse(body)
    if (refusal.success) return { ok: false, error: toEffectError(refusal.data.error) }
    const change = response.status < 300 ? readHealthAnswer(body, new Date()) : null
    return change
      ? { ok: true, change }
      : failed(`HTTP_${response.status}`, `WhatsApp answered ${response.status}`)
  } catch (failure) {
    const message = failure instanceof Error ? failure.message : String(failure)
    return failed(isFluxoError(failure) ? failure.code : 'INTERNAL', message)
  }
}

function failed(code: string, message: string): HealthAnswer {
  return { ok: false, error: { code, message } }
}
