// How often one address or one user may ask. Counted per process: a bound on harm, not a bill.

import fastifyRateLimit from '@fastify/rate-limit'
import type { FastifyRequest, RouteShorthandOptions } from 'fastify'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { App, GatewayConfig, Limits } from '../context.ts'

/** Webhooks come in bursts from few addresses of a provider; signing in is done by people. */
export const DEFAULT_LIMITS: Limits = { signIn: 60, api: 6_000, webhooks: 300_000, forms: 30 }

export const limitsOf = ({ limits }: Pick<GatewayConfig, 'limits'>): Limits => ({
  ...DEFAULT_LIMITS,
  ...limits,
})

const MINUTE = 60_000
const SIGN_IN_WINDOW = 5 * MINUTE

export async function addLimits(app: App, limits: Limits): Promise<void> {
  await app.register(fastifyRateLimit, {
    global: true,
    max: limits.api,
    timeWindow: MINUTE,
    keyGenerator: (request: FastifyRequest) =>
      request.auth === null ? `ip ${request.ip}` : `user ${request.auth.actor.userId}`,
    errorResponseBuilder: (_request, { ttl }) =>
      new FluxoError('RATE_LIMITED', { retryAfter: Math.ceil(ttl / 1000) }),
  })
}

type Config = NonNullable<RouteShorthandOptions['config']>
const byAddress = (request: FastifyRequest): string => request.ip

export const signInLimit = (limits: Limits): Config => ({
  rateLimit: { max: limits.signIn, timeWindow: SIGN_IN_WINDOW, keyGenerator: byAddress },
})
export function webhookLimit(limits: Limits): Config {
  const rateLimit = {
    max: limits.webhooks,
    timeWindow: MINUTE,
    keyGenerator: byAddress,
    groupId: 'webhooks',
    // Providers do not read how much is left.
    addHeaders: {
      'x-ratelimit-limit': false,
      'x-ratelimit-remaining': false,
      'x-ratelimit-reset': false,
    },
  }
  return { rateLimit }
}
/** @param max of one address, each minute */
export const formLimit = (max: number): Config => ({
  rateLimit: { max, timeWindow: MINUTE, keyGenerator: byAddress },
})
export const unlimited: Config = { rateLimit: false }
