// What the API's description adds to a route's schemas: who may call it, and bodies that are kept as bytes.

import type { FastifySchema } from 'fastify'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import { accessOf } from '../policy.ts'

export const TAGS = [
  { name: 'session', description: 'Signing in and out' },
  { name: 'workflows', description: 'Drawing, checking and publishing conversations' },
  { name: 'contacts', description: 'Contacts and their messages' },
  { name: 'actors', description: 'One contact’s runs, timers and journal' },
  { name: 'live', description: 'What happens now, over a WebSocket' },
  { name: 'webhooks', description: 'Signed events from outside' },
  { name: 'health', description: 'Whether this process lives and progresses' },
]

export const SECURITY_SCHEMES = {
  session: { type: 'apiKey', in: 'cookie', name: 'fluxo_session' },
  bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
} as const

type Transform = typeof jsonSchemaTransform

/** The zod transform, then access and raw bodies. */
export const describeRoute: Transform = (document) => {
  const { schema, url } = jsonSchemaTransform(document)
  const { method } = document.route
  const access = accessOf(String([method].flat()[0]), document.url)
  const extras = {
    ...(Array.isArray(access) && {
      security: [{ session: [] }, { bearer: [] }],
      'x-roles': [...access],
    }),
    ...(access === 'signed' && method === 'POST' && { body: SIGNED_BODY }),
  }
  return { schema: { ...(schema as FastifySchema), ...extras }, url }
}

const SIGNED_BODY = {
  type: 'object',
  additionalProperties: true,
  description: 'Signed as these very bytes.',
}
