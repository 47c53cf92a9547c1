// The API's description, made from the same zod schemas that validate it, and a page to read it. The page comes
// whole from this process: no foreign script, font or telemetry.

import { createHash } from 'node:crypto'
import fastifySwagger from '@fastify/swagger'
import Fastify, { type FastifyInstance } from 'fastify'
import { jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { App } from '../context.ts'
import { tidyDocument } from './docs-tidy.ts'
import { describeRoute, SECURITY_SCHEMES, TAGS } from './docs-routes.ts'

export const DOCS_PATH = '/api/docs'

const INFO = {
  title: 'FluxoLab',
  version: '1',
  description: [
    'Draw conversations as statecharts and run them for every contact.',
    'Sign in with `POST /api/session`; send the token as `Authorization: Bearer …`.',
    'Every failure has the form `{ error: { code, message, field?, correlationId, details? } }`.',
    'The WebSocket `/live?ticket=…` takes a ticket from `POST /api/live/ticket`.',
  ].join('\n\n'),
}

/** Call before the routes are added: the description is gathered while they are. */
export async function addApiDescription(app: App): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: INFO,
      servers: [{ url: '/' }],
      tags: TAGS,
      components: { securitySchemes: SECURITY_SCHEMES },
    },
    transform: describeRoute,
    transformObject: (document) => tidyDocument(jsonSchemaTransformObject(document)),
  })
}

export async function addDocsPage(app: App): Promise<void> {
  await app.register(async (scope) => {
    scope.addHook('onRequest', async ({ headers }, reply) => {
      // The page makes its own address from it.
      if (!headers.host) throw new FluxoError('REQUEST_INVALID', { field: 'host' })
      void reply.header('cache-control', 'no-cache')
    })
    scope.addHook('onSend', async (_request, reply, payload) => {
      const type = String(reply.getHeader('content-type') ?? '')
      if (type.startsWith('text/html') && typeof payload === 'string') {
        void reply.header('content-security-policy', pagePolicy(payload))
      }
      return payload
    })
    let page: Promise<FastifyInstance> | null = null
    for (const path of DOCS_PATHS) {
      scope.get(path, { schema: { hide: true } }, async ({ url, headers: { host } }, reply) => {
        page ??= openPage(() => app.swagger())
        const answer = await (await page).inject({ url, headers: { host } })
        for (const name of ['content-type', 'content-disposition', 'location']) {
          const value = answer.headers[name]
          if (value !== undefined) void reply.header(name, value)
        }
        return reply.code(answer.statusCode).send(answer.payload)
      })
    }
  })
}

const DOCS_PATHS = ['', '/', '/js/scalar.js', '/openapi.json', '/openapi.yaml'].map(
  (path) => `${DOCS_PATH}${path}`,
)

/** The page's script is 9 MB, which a process that nobody asks for it keeps out of its memory. */
async function openPage(describe: () => object): Promise<FastifyInstance> {
  const { default: scalar } = await import('@scalar/fastify-api-reference')
  const page = Fastify()
  await page.register(scalar, {
    routePrefix: DOCS_PATH,
    configuration: {
      content: () => describe() as Record<string, unknown>,
      pageTitle: 'FluxoLab API',
      withDefaultFonts: false,
      proxyUrl: '',
      telemetry: false,
      agent: { disabled: true },
      mcp: { disabled: true },
      hideClientButton: true,
      showDeveloperTools: 'never',
      persistAuth: false,
    },
  })
  return page
}

const INLINE_SCRIPT = /<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g

/** Allows exactly the inline scripts that this very page has, by their digest. */
function pagePolicy(html: string): string {
  const digests = [...html.matchAll(INLINE_SCRIPT)].map(
    ([, script]) =>
      `'sha256-${createHash('sha256')
        .update(script ?? '')
        .digest('base64')}'`,
  )
  return [
    "default-src 'none'",
    `script-src 'self' ${digests.join(' ')}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
