// The environment as one typed, frozen value. All problems are told at once, each with its variable's name.

import { resolve } from 'node:path'
import { FluxoError } from '#machines/contracts/errors.ts'
import { listConflicts } from './config-rules.ts'
import { EnvironmentSchema } from './config-schema.ts'
import type { ConfigProblem, Environment } from './config-schema.ts'

export type Role = 'all' | 'gateway' | 'worker'
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'

export interface Config {
  readonly production: boolean
  readonly role: Role
  readonly host: string
  readonly port: number
  /** Base URL that the outside world uses, without a slash at its end. */
  readonly publicUrl: string
  /** Absolute path. */
  readonly dataDir: string
  /** Undefined means the embedded PostgreSQL. */
  readonly databaseUrl: string | undefined
  /** Port of the embedded PostgreSQL; 0 means any free one, kept from then on. */
  readonly databasePort: number
  /** Undefined means BullMQ on PostgreSQL. */
  readonly redisUrl: string | undefined
  readonly sandbox: boolean
  /** 0 means 3001 when it is free, else any. */
  readonly sandboxPort: number
  /** Undefined means the sandbox's own URL, which is known once it listens. */
  readonly whatsappGraphUrl: string | undefined
  readonly whatsappGraphVersion: string
  /** Where providers are reached instead of at their own addresses, by connector. */
  readonly providerUrls: Readonly<Record<string, string>>
  /** Which package speaks to Gemini. */
  readonly geminiSdk: 'generative-ai' | 'genai'
  /** How long an effect may be in flight before it counts as uncertain. */
  readonly uncertainSeconds: number
  readonly leaseSeconds: number
  /** What a worker keeps in memory of the states of contacts. */
  readonly stateCacheMb: number
  /** How long an event that comes again is known to have come. */
  readonly dedupeDays: number
  /** How long media of messages is kept for tenants that say nothing else. */
  readonly mediaDays: number
  /** Nothing leaves while it is set; everything else goes on. */
  readonly dispatchPaused: boolean
  readonly logLevel: LogLevel
  /** `host:port` that outgoing requests may reach although the address is private. */
  readonly egressAllow: readonly string[]
  /** Of the mail server; 0 means that there is none. */
  readonly smtpPort: number
  /** Paths of PEM files; null: mail comes unencrypted. */
  readonly smtpTls: { readonly key: string; readonly cert: string } | null
  readonly demo: boolean
  /** From JWT_SECRET; undefined means the data folder's own. */
  readonly jwtSecret: string | undefined
  /** From SECRETS_KEY, base64 of 32 bytes; undefined means the data folder's own. */
  readonly secretsKey: string | undefined
}

const GRAPH_URL = 'https://graph.facebook.com'

/** Reads the configuration. CONFIG_INVALID lists every problem in `details` as `{ variable, problem }`. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const parsed = EnvironmentSchema.safeParse(environment)
  const wrong = parsed.error?.issues.map(({ path, message }) => ({
    variable: path.map(String).join('.'),
    problem: message,
  }))
  const problems = [...(wrong ?? []), ...listConflicts(environment)]
  if (!parsed.success || problems.length > 0) throw configInvalid(problems)
  return Object.freeze(toConfig(parsed.data))
}

function configInvalid(problems: ConfigProblem[]): FluxoError {
  const lines = problems.map(({ variable, problem }) => `${variable} ${problem}`)
  return new FluxoError('CONFIG_INVALID', {
    message: `The configuration is not valid: ${lines.join('; ')}`,
    ...(problems[0] && { field: problems[0].variable }),
    details: problems,
  })
}

function toConfig(env: Environment): Config {
  const embedded = env.DATABASE_URL === undefined
  const production = env.NODE_ENV === 'production'
  const sandbox = env.SANDBOX === undefined ? embedded && !production : env.SANDBOX !== 'off'
  const graphUrl = env.WHATSAPP_GRAPH_URL ?? (sandbox ? undefined : GRAPH_URL)
  return {
    production,
    role: env.ROLE ?? 'all',
    host: env.HOST,
    port: env.PORT,
    publicUrl: withoutSlash(env.PUBLIC_URL ?? `http://${urlHost(env.HOST)}:${env.PORT}`),
    dataDir: resolve(env.DATA_DIR),
    databaseUrl: env.DATABASE_URL,
    databasePort: env.DATABASE_PORT,
    redisUrl: env.REDIS_URL,
    sandbox,
    sandboxPort: env.SANDBOX_PORT,
    whatsappGraphUrl: graphUrl === undefined ? undefined : withoutSlash(graphUrl),
    whatsappGraphVersion: env.WHATSAPP_GRAPH_VERSION,
    providerUrls: Object.freeze(env.PROVIDER_URLS),
    geminiSdk: env.GEMINI_SDK ?? 'generative-ai',
    uncertainSeconds: env.UNCERTAIN_SECONDS,
    leaseSeconds: env.LEASE_SECONDS,
    stateCacheMb: env.STATE_CACHE_MB,
    dedupeDays: env.DEDUPE_DAYS,
    mediaDays: env.MEDIA_DAYS,
    dispatchPaused: env.DISPATCH_PAUSED === '1',
    logLevel: env.LOG_LEVEL ?? 'info',
    egressAllow: Object.freeze(env.EGRESS_ALLOW),
    smtpPort: env.SMTP_PORT,
    smtpTls:
      env.SMTP_TLS_KEY !== undefined && env.SMTP_TLS_CERT !== undefined
        ? { key: resolve(env.SMTP_TLS_KEY), cert: resolve(env.SMTP_TLS_CERT) }
        : null,
    demo: env.DEMO === undefined ? embedded && sandbox : env.DEMO === 'on',
    jwtSecret: env.JWT_SECRET,
    secretsKey: env.SECRETS_KEY,
  }
}

/** A host for listening on every address is no address to go to. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

function withoutSlash(address: string): string {
  return address.replace(/\/+$/, '')
}
