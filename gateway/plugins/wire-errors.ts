// Failures from before a route is known: bytes that are no HTTP, an address that does not decode. Same form.

import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type ErrorCode, FluxoError } from '#machines/contracts/errors.ts'
import { toReply } from './errors.ts'

export const newCorrelationId = (): string => `req_${randomUUID().replaceAll('-', '')}`

/** Addresses that the router cannot read. */
export function answerBadAddress(
  _error: Error,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const error = new FluxoError('REQUEST_INVALID', {
    field: 'url',
    message: 'The address is not valid',
  })
  void reply.code(error.status).send(toReply(error, request.id))
}

const WIRE_ERRORS: Record<string, { status: number; code: ErrorCode; message: string }> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: 'REQUEST_TOO_LARGE',
    message: 'The headers are too large',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: 'REQUEST_INVALID',
    message: 'The request took too long',
  },
}
const NO_HTTP = {
  status: 400,
  code: 'REQUEST_INVALID',
  message: 'The request is not HTTP',
} as const

export function answerBadBytes(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const { status, code, message } = WIRE_ERRORS[error.code ?? ''] ?? NO_HTTP
  const body = JSON.stringify(toReply(new FluxoError(code, { message }), newCorrelationId()))
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}
