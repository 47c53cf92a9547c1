// Which variables there are and what one of them may hold. An empty variable is an unset one.

import { z } from 'zod'
import { CHANNEL_KIND_PATTERN } from '#machines/contracts/channel.ts'

export const DEFAULT_PORT = 3000

const text = z.preprocess((value) => (value === '' ? undefined : value), z.string().optional())
const withDefault = (value: string): z.ZodType<string> => text.transform((given) => given ?? value)

const integer = (value: number, min: number, max: number): z.ZodType<number> =>
  text.transform((given, context) => {
    if (given === undefined) return value
    const number = Number(given)
    if (/^\d+$/.test(given) && number >= min && number <= max) return number
    context.addIssue({ code: 'custom', message: `must be a whole number from ${min} to ${max}` })
    return z.NEVER
  })

const oneOf = <const T extends string>(...words: T[]): z.ZodType<T | undefined> =>
  text.transform((given, context) => {
    const word = words.find((candidate) => candidate === given)
    if (given === undefined || word !== undefined) return word
    context.addIssue({ code: 'custom', message: `must be one of ${words.join(', ')}` })
    return z.NEVER
  })

const url = (...protocols: string[]): z.ZodType<string | undefined> =>
  text.transform((given, context) => {
    if (given === undefined) return undefined
    if (URL.canParse(given) && protocols.includes(new URL(given).protocol)) return given
    context.addIssue({ code: 'custom', message: `must be a URL with ${protocols.join(' or ')}//` })
    return z.NEVER
  })

/** An address to which paths are appended. */
const origin = url('http:', 'https:').refine(
  (given) => given === undefined || isOrigin(given),
  'must be scheme, host and port only, such as https://flow.example',
)

function isOrigin(given: string): boolean {
  if (!URL.canParse(given)) return false
  const { pathname, username, password } = new URL(given)
  return pathname === '/' && username + password === '' && !/[?#]/.test(given)
}

const HOST_PORT = /^(\[[0-9a-fA-F:.]+\]|[^\s:/]+):\d{1,5}$/
const hostPorts = text.transform((given, context) => {
  const items = (given ?? '').split(',').map((item) => item.trim().toLowerCase())
  const present = items.filter((item) => item !== '')
  const wrong = present.find((item) => !HOST_PORT.test(item))
  if (wrong === undefined) return present
  context.addIssue({ code: 'custom', message: `must be host:port, separated by commas: ${wrong}` })
  return z.NEVER
})

/** `email=https://…, gemini=https://…` */
const namedUrls = text.transform((given, context) => {
  const items = (given ?? '').split(',').map((item) => item.trim())
  const pairs = items
    .filter((item) => item !== '')
    .map((item) => {
      const [name = '', ...rest] = item.split('=')
      return [name.trim(), rest.join('=').trim()] as const
    })
  const wrong = pairs.find(([name, address]) => {
    const isUrl = URL.canParse(address) && /^(https?|smtps?):$/.test(new URL(address).protocol)
    return !CHANNEL_KIND_PATTERN.test(name) || !isUrl
  })
  if (wrong === undefined) return Object.fromEntries(pairs)
  context.addIssue({
    code: 'custom',
    message: `must be name=URL, separated by commas: ${wrong.join('=')}`,
  })
  return z.NEVER
})

function isKey(given: string): boolean {
  return /^[A-Za-z0-9+/]{43}=?$/.test(given) && Buffer.from(given, 'base64').length === 32
}

export const EnvironmentSchema = z.object({
  NODE_ENV: oneOf('production', 'development', 'test'),
  PORT: integer(DEFAULT_PORT, 1, 65535),
  HOST: withDefault('127.0.0.1'),
  DATA_DIR: withDefault('./data'),
  DATABASE_URL: url('postgres:', 'postgresql:'),
  DATABASE_PORT: integer(0, 0, 65535),
  REDIS_URL: url('redis:', 'rediss:'),
  PUBLIC_URL: origin,
  SANDBOX: oneOf('on', 'off', 'force'),
  SANDBOX_PORT: integer(0, 0, 65535),
  WHATSAPP_GRAPH_URL: url('http:', 'https:'),
  WHATSAPP_GRAPH_VERSION: withDefault('v24.0').refine(
    (version) => /^v\d{1,3}\.\d{1,2}$/.test(version),
    'must look like v24.0',
  ),
  UNCERTAIN_SECONDS: integer(60, 1, 86_400),
  LEASE_SECONDS: integer(10, 2, 600),
  STATE_CACHE_MB: integer(16, 1, 65_536),
  DEDUPE_DAYS: integer(90, 7, 3650),
  MEDIA_DAYS: integer(90, 1, 3650),
  DISPATCH_PAUSED: oneOf('1', '0'),
  LOG_LEVEL: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
  ROLE: oneOf('all', 'gateway', 'worker'),
  EGRESS_ALLOW: hostPorts,
  PROVIDER_URLS: namedUrls,
  GEMINI_SDK: oneOf('generative-ai', 'genai'),
  /** Of the mail server; 0: there is none. */
  SMTP_PORT: integer(0, 0, 65535),
  /** Paths of PEM files; both or neither. */
  SMTP_TLS_KEY: text,
  SMTP_TLS_CERT: text,
  DEMO: oneOf('on', 'off'),
  JWT_SECRET: text.refine(
    (given) => given === undefined || given.length >= 32,
    'must have at least 32 characters',
  ),
  SECRETS_KEY: text.refine(
    (given) => given === undefined || isKey(given),
    'must be 32 bytes in base64',
  ),
})
export type Environment = z.infer<typeof EnvironmentSchema>

export interface ConfigProblem {
  variable: string
  problem: string
}
