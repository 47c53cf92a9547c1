// Calls an address of the tenant's choice: one effect, one request through the egress guard, one outcome (I5, I6).
// The effect id travels as `Idempotency-Key`, so that the other side can tell a repetition.

import type { WebhookCommand } from '#machines/contracts/effect.ts'
import type { EffectError } from '#machines/contracts/event.ts'
import type { EgressRequest } from '../../egress/egress.ts'
import type { DirectConnector, DirectEffect, Outcome, PerformContext } from '../connector.ts'
import { readCallAnswer, readCallFailure } from './outcome.ts'

/** The answer becomes an event, which holds at most 256 KiB. */
const MAX_ANSWER_BYTES = 128 * 1024
const MAX_BODY_BYTES = 256 * 1024
const MAX_TIMEOUT_MS = 30_000
/** Visible characters, spaces, tabs and Latin-1: what a field value may hold (RFC 9110 §5.5). */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** Makes the connector for `webhook.call`. */
export function createWebhookConnector(): DirectConnector {
  return { kinds: ['webhook.call'], needsChannel: false, perform: call }
}

async function call(effect: DirectEffect, context: PerformContext): Promise<Outcome> {
  const { command } = effect
  if (command.kind !== 'webhook.call') {
    return failed('WEBHOOK_KIND_UNSUPPORTED', `${command.kind} is not a call`)
  }
  const body = command.body === null ? null : JSON.stringify(command.body)
  const refusal = refusalOf(command, body)
  if (refusal) return { type: 'failed', error: refusal }
  try {
    const request = requestOf(command, effect.id, body)
    const response = await context.egress.request({ ...request, signal: context.signal })
    return readCallAnswer(response, command.method, new Date())
  } catch (failure) {
    return readCallFailure(failure, command.method)
  }
}

function requestOf(command: WebhookCommand, effectId: string, body: string | null): EgressRequest {
  const given = Object.entries(command.headers)
  const named = new Set(given.map(([name]) => name.toLowerCase()))
  return {
    url: command.url,
    method: command.method,
    headers: {
      ...(named.has('accept') ? {} : { accept: 'application/json' }),
      ...(body === null || named.has('content-type') ? {} : { 'content-type': 'application/json' }),
      ...command.headers,
      'idempotency-key': effectId,
    },
    ...(body !== null && { body }),
    timeoutMs: Math.min(command.timeoutMs, MAX_TIMEOUT_MS),
    maxBytes: MAX_ANSWER_BYTES,
  }
}

/** What a rendered value made impossible, with the field named. */
function refusalOf({ headers }: WebhookCommand, body: string | null): EffectError | null {
  const bad = Object.entries(headers).find(([, value]) => !HEADER_VALUE.test(value))
  if (bad) {
    const message = `headers.${bad[0]}: line breaks and characters beyond Latin-1 cannot be sent`
    return { code: 'WEBHOOK_HEADER_INVALID', message }
  }
  if (body !== null && Buffer.byteLength(body) > MAX_BODY_BYTES) {
    return { code: 'WEBHOOK_BODY_TOO_LARGE', message: `body: more than ${MAX_BODY_BYTES} bytes` }
  }
  return null
}

function failed(code: string, message: string): Outcome {
  return { type: 'failed', error: { code, message } }
}
