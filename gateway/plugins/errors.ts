// Every failure leaves in one form: code, message, field, correlation id. Nothing of a stack or a query gets out.

import type { FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { FluxoError, isFluxoError } from '#machines/contracts/errors.ts'
import type { ErrorReply } from '#machines/contracts/api.ts'
import type { App } from '../context.ts'
import type { Metrics } from './metrics.ts'
import { toInvalid } from './invalid.ts'

export function addErrors(app: App, metrics: Metrics): void {
  app.setErrorHandler((error, request, reply) => sendError(error, { request, reply, metrics }))
  app.setNotFoundHandler((request, reply) => {
    void sendError(new FluxoError('RESOURCE_NOT_FOUND'), { request, reply, metrics })
  })
}

/** Where an error is answered. */
export interface ErrorPlace {
  request: FastifyRequest
  reply: FastifyReply
  metrics: Metrics
}

export function sendError(error: unknown, { request, reply, metrics }: ErrorPlace): FastifyReply {
  const { status, fluxo } = understand(error)
  const route = request.routeOptions?.url ?? null
  if (status >= 500) request.log.error({ err: error, route, code: fluxo.code }, 'request failed')
  if (isDenial(fluxo.code)) {
    metrics.denied.inc({ code: fluxo.code })
    request.log.info({ route, code: fluxo.code }, 'request denied')
  }
  if (fluxo.retryAfter !== undefined) void reply.header('retry-after', Math.ceil(fluxo.retryAfter))
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(toReply(fluxo, request.id))
}

export function toReply(error: FluxoError, correlationId: string): ErrorReply {
  const { code, message, field, details } = error
  return {
    error: {
      code,
      message,
      ...(field !== undefined && { field }),
      correlationId,
      ...(details !== undefined && { details }),
    },
  }
}

interface Understood {
  status: number
  fluxo: FluxoError
}

function understand(error: unknown): Understood {
  if (isFluxoError(error)) return { status: error.status, fluxo: error }
  if (hasZodFastifySchemaValidationErrors(error)) return ofCode(toInvalid(error))
  const status = statusOf(error)
  if (status === 413) return ofCode(new FluxoError('REQUEST_TOO_LARGE'))
  if (status === 415) {
    const message = 'The content type is not supported'
    return { status, fluxo: new FluxoError('REQUEST_INVALID', { message, field: 'content-type' }) }
  }
  // Files outside the web app's folder are said to be unknown, not forbidden.
  if (status === 403 || status === 404) return ofCode(new FluxoError('RESOURCE_NOT_FOUND'))
  if (status !== undefined && status < 500) {
    return { status, fluxo: new FluxoError('REQUEST_INVALID', { cause: error }) }
  }
  return ofCode(new FluxoError('INTERNAL', { cause: error }))
}

const ofCode = (fluxo: FluxoError): Understood => ({ status: fluxo.status, fluxo })

/** The status that the HTTP library itself gave an error; undefined for everybody else's errors. */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined
  const { statusCode } = error
  return typeof statusCode === 'number' && statusCode >= 400 ? statusCode : undefined
}

function isDenial(code: string): boolean {
  return /^AUTH_|^RATE_LIMITED$/.test(code)
}
