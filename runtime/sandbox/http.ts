// The sandbox's small HTTP server: bodies read whole, replies in JSON, routes as a list.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { z } from 'zod'

export interface SandboxRequest {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  /** Parsed JSON; null for an empty body, and for what is no JSON where the route reads `rawBody`. */
  body: unknown
  rawBody: Buffer
  /** Parts of the path that the route's pattern captures. */
  params: Record<string, string>
}

export interface Reply {
  status: number
  /** Sent as JSON, unless it is a Buffer. */
  body: unknown
  headers?: Record<string, string>
  /** Destroys the socket instead of answering. */
  reset?: boolean
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: RegExp
  /** It reads `rawBody`, which may be anything. */
  isRaw?: true
  /** Largest body in bytes; default 1 MiB. */
  maxBytes?: number
  handle: (request: SandboxRequest) => Reply | Promise<Reply>
}

/** A refusal with a sentence. */
export class Refusal extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const MAX_BODY_BYTES = 1024 * 1024

/** Makes a server for the routes; the first that fits answers. */
export function createRouteServer(routes: readonly Route[]): Server {
  return createServer((request, response) => {
    void answer(request, response, routes)
  })
}

/**
 * Checks a body.
 * @throws {Refusal} 400 with every problem in one sentence.
 */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const problems = result.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : message,
  )
  throw new Refusal(400, `The body is not valid: ${problems.join('; ')}`)
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  routes: readonly Route[],
): Promise<void> {
  const reply = await replyTo(request, routes).catch(toReply)
  if (reply.reset) {
    request.socket.resetAndDestroy()
    return
  }
  const headers = { 'content-type': 'application/json; charset=utf-8', ...reply.headers }
  const body = Buffer.isBuffer(reply.body) ? reply.body : JSON.stringify(reply.body)
  response.writeHead(reply.status, headers).end(body)
}

async function replyTo(request: IncomingMessage, routes: readonly Route[]): Promise<Reply> {
  // A web page of a stranger could otherwise register a number of its own.
  if (request.headers['sec-fetch-site'] === 'cross-site')
    throw new Refusal(403, 'Not from another site')
  const url = new URL(request.url ?? '/', 'http://sandbox')
  const fitting = routes.filter(({ path }) => path.test(url.pathname))
  const route = fitting.find(({ method }) => method === request.method)
  if (!route) {
    throw fitting.length > 0
      ? new Refusal(405, `${request.method} is not possible here`)
      : new Refusal(404, `Nothing lies at ${url.pathname}`)
  }
  const rawBody = await readBody(request, route.maxBytes ?? MAX_BODY_BYTES)
  return route.handle({
    method: route.method,
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body: route.isRaw ? null : parseJson(rawBody.toString()),
    rawBody,
    params: { ...route.path.exec(url.pathname)?.groups },
  })
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) throw new Refusal(413, `The body is larger than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function parseJson(text: string): unknown {
  if (text.trim() === '') return null
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal(400, 'The body is not valid JSON')
  }
}

function toReply(error: unknown): Reply {
  if (error instanceof Refusal) return { status: error.status, body: { error: error.message } }
  return { status: 500, body: { error: 'The sandbox broke', detail: String(error) } }
}
