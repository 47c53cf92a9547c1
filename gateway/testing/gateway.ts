// A gateway over the runtime in memory, and the sessions and tokens that tests need to speak to it.

import { createHmac } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { buildApp } from '../app.ts'
import type { App, GatewayConfig, Role } from '../context.ts'
import { ISSUER, SESSION_AUDIENCE } from '../plugins/tokens.ts'
import { TENANTS, userId } from './fixtures.ts'
import { createMemoryRuntime, type MemoryRuntime } from './memory-runtime.ts'

export const SECRET = 'um segredo de teste com mais de 32 letras'
export const PUBLIC_URL = 'https://fluxo.test'

export interface Gateway {
  app: App
  runtime: MemoryRuntime
  /** Aborting it begins the stop. */
  stopping: AbortController
  /** Moves the gateway's clock by milliseconds. */
  advance(ms: number): void
  logs: string[]
  /** Listens on a free port. @returns `127.0.0.1:<port>` */
  listen(): Promise<string>
  close(): Promise<void>
}

export async function createGateway(config: Partial<GatewayConfig> = {}): Promise<Gateway> {
  const runtime = createMemoryRuntime()
  const stopping = new AbortController()
  const logs: string[] = []
  let offset = 0
  const app = await buildApp({
    runtime,
    config: {
      jwtSecret: SECRET,
      publicUrl: PUBLIC_URL,
      webDist: join(tmpdir(), 'no-web-app-was-built-here'),
      secureCookies: true,
      ...config,
    },
    logger: pino({ level: 'debug' }, { write: (line) => void logs.push(line) }),
    stopping: stopping.signal,
    now: () => Date.now() + offset,
  })
  return {
    app,
    runtime,
    stopping,
    logs,
    advance: (ms) => {
      offset += ms
    },
    listen: async () => (await app.listen({ host: '127.0.0.1', port: 0 })).replace('http://', ''),
    close: () => app.close(),
  }
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

export interface Forged {
  claims?: Record<string, unknown>
  header?: Record<string, unknown>
  secret?: string
}

/** A token made by hand: right in everything that is not said otherwise. */
export function forgeToken({ claims, header, secret = SECRET }: Forged = {}): string {
  const now = Math.floor(Date.now() / 1000)
  const head = encode({ alg: 'HS256', typ: 'JWT', ...header })
  const body = encode({
    tenant: TENANTS.acme,
    user: userId(TENANTS.acme, 'owner'),
    iss: ISSUER,
    aud: SESSION_AUDIENCE,
    iat: now,
    exp: now + 600,
    ...claims,
  })
  return `${head}.${body}.${createHmac('sha256', secret).update(`${head}.${body}`).digest('base64url')}`
}

export function tokenOf(role: Role, tenantId: string = TENANTS.acme): string {
  return forgeToken({ claims: { tenant: tenantId, user: userId(tenantId, role) } })
}

export const bearer = (token: string): { authorization: string } => ({
  authorization: `Bearer ${token}`,
})

/** Headers of our own page in a browser. */
export const browser = (token: string): Record<string, string> => ({
  cookie: `fluxo_session=${token}`,
  origin: PUBLIC_URL,
})
