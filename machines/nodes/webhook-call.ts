// Node `webhook.call`: calls an address of the tenant's choice; a JSON answer is the node's result.

import { z } from 'zod'
import type { WebhookCommand } from '../contracts/effect.ts'
import { JsonSchema } from '../contracts/json.ts'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { DurationSchema, millisecondsUntil } from '../expression/duration.ts'
import type { Scope } from '../expression/scope.ts'
import { compileTemplate } from '../expression/template.ts'
import { compileValue } from '../expression/value.ts'
import { defineNodeKind, errorPort, expressionsIn, nextPort } from './node-kind.ts'
import { compileVars, textsIn } from './send-fields.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const BODILESS = new Set(['GET', 'DELETE'])
const DEFAULT_TIMEOUT_MS = 10_000
const MAX_TIMEOUT_MS = 30_000
/** Scheme and host stand in the document: what a contact writes must not choose who is called. */
const FIXED_ORIGIN = /^https?:\/\/[^/?#\s{}@\\]+(?:[/?#]|$)/i
/** Ours to write: they frame the message, or keep it from being taken twice. */
const OWN_HEADERS =
  /^(host|connection|content-length|expect|keep-alive|te|trailer|transfer-encoding|upgrade|idempotency-key)$/i

const HeaderNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/)
  .refine((name) => !OWN_HEADERS.test(name), { message: 'is written by the platform' })

const Schema = NodeBaseSchema.extend({
  type: z.literal('webhook.call'),
  method: z.enum(METHODS).optional(),
  /** Path and query may have placeholders; `| url_encode` keeps a value inside its place. */
  url: z.string().max(2000).regex(FIXED_ORIGIN, 'must begin with http(s):// and a fixed host'),
  headers: z
    .record(HeaderNameSchema, z.string().max(2000))
    .refine((headers) => Object.keys(headers).length <= 30, { message: 'at most 30 headers' })
    .optional(),
  /** Sent as JSON: paths, placeholders and fixed values in any shape. */
  body: JsonSchema.optional(),
  /** At most 30 seconds; left out: 10. */
  timeout: DurationSchema.refine(isShort, {
    message: 'at most 30 seconds',
  }).optional(),
})
  .strict()
  .refine(({ method = 'POST', body }) => body === undefined || !BODILESS.has(method), {
    message: 'GET and DELETE have no body',
    path: ['body'],
  })
type Node = z.infer<typeof Schema>

export const webhookCall = defineNodeKind<Node>({
  type: 'webhook.call',
  description: { 'pt-BR': 'Chama um sistema externo', en: 'Calls another system' },
  icon: 'webhook',
  schema: Schema,
  form: [
    { field: 'method', control: 'choice', label: { 'pt-BR': 'Método', en: 'Method' } },
    { field: 'url', control: 'template', label: { 'pt-BR': 'Endereço', en: 'Address' } },
    { field: 'headers', control: 'mapping', label: { 'pt-BR': 'Cabeçalhos', en: 'Headers' } },
    { field: 'body', control: 'mapping', label: { 'pt-BR': 'Corpo', en: 'Body' } },
    { field: 'timeout', control: 'duration', label: { 'pt-BR': 'Prazo', en: 'Time-out' } },
  ],
  needs: () => ({}),
  ports: (node) => [nextPort(node), ...errorPort(node)],
  lower: () => ({ shape: 'effect' }),
  behave,
  expressions: (node) => [
    ...textsIn({ '.url': node.url }),
    ...expressionsIn(node.headers ?? {}, '.headers'),
    ...expressionsIn(node.body ?? null, '.body'),
  ],
  summarize: ({ method = 'POST', url }) => `${method} ${url}`,
})

function behave(node: Node) {
  const url = compileTemplate(node.url)
  const headers = compileVars(node.headers)
  const body = compileValue(node.body ?? null)
  const method = node.method ?? 'POST'
  const timeoutMs = node.timeout === undefined ? DEFAULT_TIMEOUT_MS : timeoutOf(node.timeout)
  return {
    command: (scope: Scope): WebhookCommand => ({
      kind: 'webhook.call',
      method,
      url: url.render(scope),
      headers: headers(scope),
      body: body(scope) ?? null,
      timeoutMs,
    }),
  }
}

/** Seconds have the same length at any moment. */
function timeoutOf(duration: string): number {
  return millisecondsUntil(duration, '2026-01-01T00:00:00Z', 'UTC')
}

/** What is no duration at all is refused as such. */
function isShort(timeout: string): boolean {
  return !DurationSchema.safeParse(timeout).success || timeoutOf(timeout) <= MAX_TIMEOUT_MS
}
