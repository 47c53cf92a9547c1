// Typed fetch over the contracts: every reply is checked against its schema before a page sees it.

import type { ZodType } from 'zod'
import { ErrorReplySchema } from '#machines/contracts/api.ts'
import { notUnderstood, refused, unreachable } from './errors.ts'

export type QueryParams = Record<string, string | number | undefined>

export interface CallOptions {
  query?: QueryParams
  body?: unknown
  signal?: AbortSignal | undefined
  /** Refused unless this is what the other side holds, see RFC 9110 §13.1.1. */
  ifMatch?: string | undefined
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** Sends one request and returns the checked reply. Throws an ApiError for everything else. */
export async function call<T>(
  [method, path]: readonly [Method, string],
  schema: ZodType<T>,
  options: CallOptions = {},
): Promise<T> {
  const response = await send(method, path, options)
  const json = await readJson(response)
  if (!response.ok) {
    const reply = ErrorReplySchema.safeParse(json)
    throw refused(response.status, reply.success ? reply.data : null)
  }
  const parsed = schema.safeParse(json)
  if (!parsed.success) throw notUnderstood(response.status, parsed.error)
  return parsed.data
}

async function send(method: Method, path: string, options: CallOptions): Promise<Response> {
  const init: RequestInit = { method, credentials: 'same-origin' }
  if (options.signal) init.signal = options.signal
  if (method !== 'GET') {
    init.headers = {
      'content-type': 'application/json',
      ...(options.ifMatch !== undefined && { 'if-match': options.ifMatch }),
    }
    init.body = JSON.stringify(options.body ?? {})
  }
  try {
    return await fetch(withQuery(path, options.query), init)
  } catch (error) {
    if (options.signal?.aborted) throw error
    throw unreachable(error)
  }
}

async function readJson(response: Response): Promise<unknown> {
  if (response.status === 204) return {}
  try {
    return await response.json()
  } catch {
    return null
  }
}

export function withQuery(path: string, query: QueryParams = {}): string {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') params.set(key, String(value))
  }
  const text = params.toString()
  return text === '' ? path : `${path}?${text}`
}
