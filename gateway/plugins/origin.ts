// Requests that a foreign page makes a browser send: refused before a handler sees them. Also refuses what no
// handler could use: a Host that names no host, a NUL in the address.

import type { FastifyRequest } from 'fastify'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { App } from '../context.ts'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Writing to the API needs our own origin, where a browser names one. With a cookie a browser always names one
 * and always says JSON, which a plain form of a foreign page cannot.
 */
export function checkOrigin(request: FastifyRequest, publicUrl: string): void {
  if (SAFE_METHODS.has(request.method) || !request.url.startsWith('/api/')) return
  const { origin, host } = request.headers
  if (origin !== undefined && !isOwnOrigin(origin, host, publicUrl)) {
    throw new FluxoError('AUTH_ORIGIN')
  }
  if (request.auth?.via !== 'cookie') return
  if (origin === undefined) {
    throw new FluxoError('AUTH_ORIGIN', { message: 'A request with a cookie must name its origin' })
  }
  if (!UNSENDABLE.has(request.mediaType ?? '')) {
    throw new FluxoError('AUTH_ORIGIN', { message: 'A request with a cookie must be JSON' })
  }
}

/** Types that a plain form of a foreign page cannot send. */
const UNSENDABLE: ReadonlySet<string> = new Set(['application/json', 'text/csv'])

/** True for the public URL's origin and for the host that the request itself was sent to. */
export function isOwnOrigin(origin: string, host: string | undefined, publicUrl: string): boolean {
  if (!URL.canParse(origin)) return false
  const url = new URL(origin)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return false
  if (url.origin === new URL(publicUrl).origin) return true
  const own = `${url.protocol}//${host ?? ''}`
  return URL.canParse(own) && new URL(own).host === url.host
}

const HOST_PATTERN = /^([\w.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i

export function refuseMalformedAddress(app: App): void {
  app.addHook('onRequest', async ({ url, headers }) => {
    if (headers.host !== undefined && !HOST_PATTERN.test(headers.host)) {
      throw new FluxoError('REQUEST_INVALID', {
        field: 'host',
        message: 'The Host header names no host',
      })
    }
    // PostgreSQL stores no NUL, and no honest client sends one.
    if (/%00/.test(url)) {
      throw new FluxoError('REQUEST_INVALID', {
        field: 'url',
        message: 'The address contains a NUL',
      })
    }
  })
}
