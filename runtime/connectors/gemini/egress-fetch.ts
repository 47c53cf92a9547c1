// A `fetch` for the provider's packages whose every request leaves through the egress guard, and which remembers how the
// exchange went: a package's own errors tell neither `Retry-After` nor whether anything was sent.

import type { PerformContext } from '../connector.ts'

/** How the last exchange went. */
export interface Wire {
  answer: { status: number; retryAfter: string | undefined; body: string } | null
  failure: unknown
}

/** The whole call; an attempt ends after thirty seconds. */
const TIMEOUT_MS = 22_000
/** Far more than any answer that is asked for. */
const MAX_ANSWER_BYTES = 256 * 1024
/** A response of these holds no body. */
const EMPTY: ReadonlySet<number> = new Set([204, 205, 304])

export function createEgressFetch({ egress, signal }: PerformContext, wire: Wire): typeof fetch {
  return async (input, init = {}) => {
    const address = input instanceof Request ? input.url : String(input)
    try {
      const { status, headers, body } = await egress.request({
        url: address,
        method: init.method ?? 'GET',
        headers: Object.fromEntries(new Headers(init.headers)),
        ...(typeof init.body === 'string' && { body: init.body }),
        signal: init.signal ? AbortSignal.any([init.signal, signal]) : signal,
        timeoutMs: TIMEOUT_MS,
        maxBytes: MAX_ANSWER_BYTES,
      })
      const text = body.toString('utf8')
      wire.answer = { status, retryAfter: textOf(headers['retry-after']), body: text }
      const type = textOf(headers['content-type']) ?? 'application/json'
      const given = { status: Math.max(200, status), headers: { 'content-type': type } }
      return new Response(EMPTY.has(status) ? null : text, given)
    } catch (failure) {
      wire.failure = failure
      throw failure
    }
  }
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}
