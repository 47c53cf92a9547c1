// One call of the Bot API: `POST <base>/bot<token>/<method>`, and the shape of its answers.

import { z } from 'zod'
import type { EffectError } from '#machines/contracts/event.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { EgressResponse } from '../../egress/egress.ts'
import type { PerformContext } from '../connector.ts'
import { parseProviderBody } from '../json-body.ts'

export interface BotApi {
  /** `https://api.telegram.org`, or where its stand-in is. */
  baseUrl: string
  /** How long an answer may take; default 15,000. */
  timeoutMs?: number
}

/** As @BotFather gives it: the bot's id, a colon, the secret. */
export const TOKEN_FORM = /^\d{3,20}:[\w-]{30,100}$/

const DEFAULT_TIMEOUT_MS = 15_000
const MAX_ANSWER_BYTES = 64 * 1024

const ReplySchema = z.discriminatedUnion('ok', [
  z.looseObject({ ok: z.literal(true), result: z.unknown() }),
  z.looseObject({
    ok: z.literal(false),
    error_code: z.int(),
    description: z.string().max(2000).default(''),
    parameters: z.looseObject({ retry_after: z.int().min(0).optional() }).optional(),
  }),
])
export type BotReply = z.infer<typeof ReplySchema>

/** @throws {FluxoError} as `egress.request` */
export function callBot(
  { baseUrl, timeoutMs = DEFAULT_TIMEOUT_MS }: BotApi,
  { token, method, body }: { token: string; method: string; body: JsonObject },
  { egress, signal }: PerformContext,
): Promise<EgressResponse> {
  return egress.request({
    url: `${baseUrl.replace(/\/+$/, '')}/bot${token}/${method}`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal,
    timeoutMs,
    maxBytes: MAX_ANSWER_BYTES,
  })
}

/** The answer as the Bot API writes it; null for what is none of its answers. */
export function readBotReply({ body }: EgressResponse): BotReply | null {
  try {
    return ReplySchema.safeParse(parseProviderBody(body, body.length)).data ?? null
  } catch {
    return null
  }
}

/** A refusal in the kit's codes: whose fault it is decides what a person can do. */
export function errorOf(reply: Extract<BotReply, { ok: false }>): EffectError {
  const { error_code: status, description } = reply
  return { code: codeOf(status, description), message: description || `Refused with ${status}` }
}

function codeOf(status: number, description: string): string {
  // A token of the wrong form is a path that does not exist.
  if (status === 401 || status === 404) return 'PROVIDER_CREDENTIALS'
  if (status === 403 || /chat not found|user is deactivated/i.test(description))
    return 'PROVIDER_RECIPIENT'
  // How the whole line is told to slow down, or that it is down.
  return status === 429 || status >= 500 ? `HTTP_${status}` : 'PROVIDER_REFUSED'
}
