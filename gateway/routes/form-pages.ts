// Published forms: their page, their script, and what is sent by them, also from other pages that the tenant names.

import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Runtime } from '#runtime/index.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { formLimit, limitsOf } from '../plugins/limits.ts'

type Reply = Awaited<ReturnType<Runtime['leads']['forms']['page']>>
type Given = Readonly<Record<string, string>>

const params = z.object({ form: z.string().max(140) })
const querystring = z.record(z.string().max(100), z.string().max(2000))
const BODY_LIMIT = 128 * 1024
const MOST_FIELDS = 120
const REMEMBERED_SECONDS = 180 * 24 * 3600
const tags = ['forms']
const pageSchema = {
  tags,
  summary: 'The page of a published form; with .js its script for other pages',
  params,
  querystring,
}
const optionsSchema = { tags, summary: 'Whether another page may send JSON', params }
const submitSchema = {
  tags,
  summary: 'Send a form',
  description:
    'As its page sends it, or as JSON with a new `submission_id` and the fields by their keys. The same `submission_id` counts once.',
  params,
  querystring,
  consumes: ['application/x-www-form-urlencoded', 'application/json'],
}

export async function addFormPages(app: App, deps: Deps): Promise<void> {
  await app.register(async (scope) => {
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body, done) => done(null, fieldsOf(new URLSearchParams(String(body)))),
    )
    addPages(scope as App, deps)
    addSubmission(scope as App, deps)
  })
}

const fieldsOf = (given: Iterable<[string, string]>): Given =>
  Object.fromEntries([...given].slice(0, MOST_FIELDS))

function addPages(app: App, { runtime, config }: Deps): void {
  const { forms } = runtime.leads
  app.get(
    '/f/:form',
    { helmet: false, config: formLimit(limitsOf(config).webhooks), schema: pageSchema },
    async (request, reply) => {
      const { form } = request.params
      if (form.endsWith('.js')) return sendScript(reply, await forms.script(form.slice(0, -3)))
      const visit = { formId: form, query: request.query, ...readerOf(request) }
      return send(reply, await forms.page(visit), cookieOf(config.secureCookies, form))
    },
  )

  // A browser asks first whether another page may send JSON.
  app.options(
    '/f/:form',
    { helmet: false, config: formLimit(limitsOf(config).webhooks), schema: optionsSchema },
    async (request, reply) => {
      await allowOrigin(request, reply, await forms.origins(request.params.form))
      return reply
        .header('access-control-allow-methods', 'POST')
        .header('access-control-allow-headers', 'content-type')
        .header('access-control-max-age', '600')
        .code(204)
        .send()
    },
  )
}

function addSubmission(app: App, { runtime, config }: Deps): void {
  const { forms } = runtime.leads
  app.post(
    '/f/:form',
    {
      helmet: false,
      bodyLimit: BODY_LIMIT,
      config: formLimit(limitsOf(config).forms),
      schema: submitSchema,
    },
    async (request, reply) => {
      const { form } = request.params
      const isJson = request.mediaType === 'application/json'
      if (isJson) await allowOrigin(request, reply, await forms.origins(form))
      const post = {
        formId: form,
        query: request.query,
        ...readerOf(request),
        given: isJson ? textsOf(request.body) : (request.body as Given),
        isJson,
        ip: request.ip,
        userAgent: request.headers['user-agent'] ?? '',
      }
      return send(reply, await forms.submit(post), cookieOf(config.secureCookies, form))
    },
  )
}

/** Numbers and switches as a form would write them. */
function textsOf(body: unknown): Given {
  const entries = Object.entries((body ?? {}) as Record<string, unknown>)
  return fieldsOf(
    entries.flatMap(([key, value]): [string, string][] =>
      typeof value === 'string' || typeof value === 'number' || value === true
        ? [[key, String(value)]]
        : [],
    ),
  )
}

interface CookiePlace {
  name: string
  path: string
  secure: boolean
}

/** Only which questions were answered, never the answers. */
const cookieOf = (secure: boolean, form: string): CookiePlace => ({
  name: cookieName(form),
  path: `/f/${form}`,
  secure,
})
const cookieName = (form: string): string => `fluxo_form_${form.replaceAll(/\W/g, '')}`

function readerOf(request: FastifyRequest<{ Params: { form: string } }>) {
  const answered = request.cookies[cookieName(request.params.form)]?.split('.') ?? []
  return { acceptLanguage: request.headers['accept-language'], answered: answered.slice(0, 40) }
}

function send(reply: FastifyReply, { status, body, answered }: Reply, cookie: CookiePlace) {
  void reply.code(status).headers(COMMON)
  if (answered) remember(reply, answered, cookie)
  if ('location' in body) return reply.header('location', body.location).send()
  if ('json' in body)
    return reply.type('application/json; charset=utf-8').serializer(JSON.stringify).send(body.json)
  return reply
    .header('content-security-policy', body.policy)
    .type('text/html; charset=utf-8')
    .serializer(String)
    .send(body.html)
}

const COMMON = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
}

/** In a frame of another site the browser keeps it for that site alone. */
function remember(
  reply: FastifyReply,
  answered: string[],
  { name, path, secure }: CookiePlace,
): void {
  const crossSite = { sameSite: 'none', secure: true, partitioned: true } as const
  void reply.setCookie(name, answered.join('.'), {
    path,
    httpOnly: true,
    maxAge: REMEMBERED_SECONDS,
    ...(secure ? crossSite : { sameSite: 'lax' as const }),
  })
}

function sendScript(reply: FastifyReply, script: string) {
  return reply
    .headers({
      'cache-control': 'public, max-age=300',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
    })
    .type('text/javascript; charset=utf-8')
    .serializer(String)
    .send(script)
}

/** Other pages than those that the tenant names read no answer. */
async function allowOrigin(
  request: FastifyRequest,
  reply: FastifyReply,
  origins: readonly string[],
): Promise<void> {
  void reply.header('vary', 'origin')
  const { origin } = request.headers
  if (origin !== undefined && origins.includes(origin))
    void reply.header('access-control-allow-origin', origin)
}
