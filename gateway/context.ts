// What the gateway is configured with, and what a request carries once it is known who asks.

import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Runtime, SignedIn } from '#runtime/index.ts'
import type { LiveTiming } from './live/timing.ts'

/** Who asks, as the runtime wants it. */
export type Actor = Parameters<Runtime['workflows']['list']>[0]
export type Role = Actor['role']

export interface GatewayConfig {
  /** At least 32 characters; signs sessions and live tickets. */
  jwtSecret: string
  /** Base URL that the outside world uses; its origin may write and open sockets. */
  publicUrl: string
  /** Folder of the built web app; it need not exist. */
  webDist: string
  /** True where the outside world comes over https. */
  secureCookies: boolean
  /** Addresses or subnets whose `X-Forwarded-For` is believed; none when left out. */
  trustProxy?: string[]
  limits?: Partial<Limits>
  live?: Partial<LiveTiming>
}

/** Requests in each minute; sign-in in five. */
export interface Limits {
  /** Attempts of one address. */
  signIn: number
  /** Calls of one user. */
  api: number
  /** Posts of one address. */
  webhooks: number
  /** Forms that one address sends. */
  forms: number
}

export interface Auth {
  actor: Actor
  signedIn: SignedIn
  expiresAt: Date
  via: 'cookie' | 'bearer'
}

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>

declare module 'fastify' {
  interface FastifyRequest {
    /** Null where nobody is signed in. */
    auth: Auth | null
    /** @throws {FluxoError} AUTH_REQUIRED where nobody is signed in */
    readonly actor: Actor
  }
}
