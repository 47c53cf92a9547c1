// The one way out: every request that a tenant can shape goes through here, past the SSRF guard.

import { Agent } from 'undici'
import { type ErrorCode, FluxoError, isFluxoError } from '#machines/contracts/errors.ts'
import { type EgressResponse, exchange, type Exchange } from './exchange.ts'
import { createGuardedConnect, type Resolve } from './guarded-connect.ts'
import { checkTarget, createTargetPolicy, type TargetPolicy } from './target.ts'

export type { EgressResponse } from './exchange.ts'

export interface EgressRequest {
  url: string
  /** Default `GET`. */
  method?: string
  /** Not `host` and not the headers that frame a message. */
  headers?: Record<string, string>
  body?: string | Buffer
  signal?: AbortSignal
  /** For everything together, redirects included; default 15,000. */
  timeoutMs?: number
  /** Largest answer; default 1 MiB. */
  maxBytes?: number
  /** How many redirects are followed, each checked like the first address; default none. */
  maxRedirects?: number
}

export interface Egress {
  /**
   * Sends one request. Any answer, of whatever status, is a value.
   * @throws {FluxoError} EGRESS_BLOCKED, EGRESS_UNREACHABLE, REQUEST_INVALID when it surely was not
   *   sent; EGRESS_INTERRUPTED, EGRESS_TOO_LARGE when the other side may have received it.
   */
  request(request: EgressRequest): Promise<EgressResponse>
  /** Closes idle connections and waits for the others. */
  close(): Promise<void>
}

export interface EgressOptions {
  /** `host:port` that may be reached although private, e.g. `127.0.0.1:4100` for the sandbox. */
  allow: readonly string[]
  /** Ports beside 80, 443, 8080 and 8443. */
  ports?: readonly number[]
  /** Stands in for the system's resolver. */
  resolve?: Resolve
}

const DEFAULTS = { timeoutMs: 15_000, maxBytes: 1024 * 1024, maxRedirects: 0 }
/** Headers that say where a message goes or where it ends: ours alone to write. */
const FRAMING_HEADERS = new Set([
  'host',
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])
const REDIRECTS = new Set([301, 302, 303, 307, 308])

/** Makes the way out, with a connection pool of its own. */
export function createEgress({ allow, ports = [], resolve }: EgressOptions): Egress {
  const policy = createTargetPolicy(allow, ports)
  const agent = new Agent({
    connect: createGuardedConnect(policy, resolve),
    // One clock for all: the signal of `request`.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  return {
    request: (request) => follow(request, { agent, policy }),
    close: () => agent.close(),
  }
}

const NOT_SENT: readonly ErrorCode[] = ['EGRESS_BLOCKED', 'EGRESS_UNREACHABLE', 'REQUEST_INVALID']

/** True when a failed `request` surely never left this machine, so that sending again doubles nothing. */
export function wasNotSent(error: unknown): boolean {
  return isFluxoError(error) && NOT_SENT.includes(error.code) && error.details !== AFTER_REDIRECT
}

/** Marks the failure of a later hop: the first one was received. */
const AFTER_REDIRECT = Object.freeze({ redirected: true })

async function follow(
  request: EgressRequest,
  { agent, policy }: { agent: Agent; policy: TargetPolicy },
): Promise<EgressResponse> {
  const { timeoutMs, maxBytes, maxRedirects } = { ...DEFAULTS, ...request }
  const limit = AbortSignal.timeout(timeoutMs)
  const first: Exchange = {
    url: checkTarget(request.url, policy),
    method: (request.method ?? 'GET').toUpperCase(),
    headers: checkHeaders(request.headers ?? {}),
    body: request.body ?? null,
    signal: request.signal ? AbortSignal.any([request.signal, limit]) : limit,
    maxBytes,
  }
  const response = await exchange(agent, first)
  return maxRedirects === 0
    ? response
    : followRedirects(response, { hop: first, left: maxRedirects, agent, policy })
}

async function followRedirects(
  response: EgressResponse,
  { hop, left, agent, policy }: { hop: Exchange; left: number; agent: Agent; policy: TargetPolicy },
): Promise<EgressResponse> {
  const { location } = response.headers
  if (left === 0 || !REDIRECTS.has(response.status) || typeof location !== 'string') return response
  try {
    const url = checkTarget(resolveUrl(location, hop.url), policy)
    const next = redirect(hop, url, response.status)
    const answer = await exchange(agent, next)
    return await followRedirects(answer, { hop: next, left: left - 1, agent, policy })
  } catch (cause) {
    if (!wasNotSent(cause)) throw cause
    const { code, message } = cause as FluxoError
    throw new FluxoError(code, { message, cause, details: AFTER_REDIRECT })
  }
}

/** RFC 9110 §15.4: 303, and by custom 301 and 302, turn into a GET; credentials stay with their origin. */
function redirect(hop: Exchange, url: URL, status: number): Exchange {
  const keepsMethod =
    status === 307 || status === 308 || hop.method === 'GET' || hop.method === 'HEAD'
  const secret =
    url.origin === hop.url.origin ? [] : ['authorization', 'cookie', 'proxy-authorization']
  const dropped = new Set(keepsMethod ? secret : [...secret, 'content-type'])
  const headers = Object.entries(hop.headers).filter(([name]) => !dropped.has(name.toLowerCase()))
  return {
    ...hop,
    url,
    headers: Object.fromEntries(headers),
    ...(!keepsMethod && { method: 'GET', body: null }),
  }
}

function resolveUrl(location: string, base: URL): string {
  return URL.canParse(location, base.href) ? new URL(location, base.href).href : location
}

function checkHeaders(headers: Record<string, string>): Record<string, string> {
  const framing = Object.keys(headers).find((name) => FRAMING_HEADERS.has(name.toLowerCase()))
  if (framing === undefined) return headers
  const message = `The header ${framing} cannot be set`
  throw new FluxoError('REQUEST_INVALID', { message, field: `headers.${framing}` })
}
