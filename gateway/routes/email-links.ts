// Links of letters: saying no (RFC 8058), being opened, being followed. A token proves whose they are: no cookie, no
// session, no redirect but to what the letter itself said.

import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { choicePage, unknownPage } from '../pages/choice-page.ts'
import { limitsOf, webhookLimit } from '../plugins/limits.ts'

type Links = Deps['runtime']['emailLinks']
type Standing = NonNullable<Awaited<ReturnType<Links['standing']>>>

const tags = ['e-mail links']
/** A wildcard and no parameter: tokens are longer than those may be. */
const TokenSchema = z.object({ '*': z.string().max(8_200) })
const BODY_LIMIT = 16 * 1024
/** The smallest picture there is: 1 × 1, see-through. */
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')
const NEVER_KEPT = 'no-store, no-cache, must-revalidate, private, max-age=0'

export async function addEmailLinkRoutes(app: App, deps: Deps): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    )
    scope.addHook('onRequest', async (_request, reply) => {
      // Where a letter's link leads is nobody else's to know.
      void reply.header('referrer-policy', 'no-referrer').header('cache-control', NEVER_KEPT)
      void reply.header('x-robots-tag', 'noindex, nofollow')
    })
    addChoices(scope as App, deps)
    addVisits(scope as App, deps)
  })
}

function addChoices(app: App, { runtime: { emailLinks }, config }: Deps): void {
  const options = (summary: string) => ({
    config: webhookLimit(limitsOf(config)),
    schema: { tags, summary, params: TokenSchema },
  })
  // Opening it does nothing: filters open every link.
  app.get(
    '/e/u/*',
    options('What a contact is written to for; changes nothing'),
    async ({ params, headers }, reply) => {
      const standing = await emailLinks.standing(params['*'])
      return showPage(reply, { standing, language: headers['accept-language'], isDone: false })
    },
  )

  app.post(
    '/e/u/*',
    { ...options('Unsubscribe with one click (RFC 8058), or choose'), bodyLimit: BODY_LIMIT },
    async ({ params, body, headers }, reply) => {
      const said = Buffer.isBuffer(body) ? body.toString('latin1') : ''
      const standing = await choose(emailLinks, params['*'], said)
      if (standing === 'nothing')
        return reply.code(400).type('text/plain').send('Nothing was chosen')
      return showPage(reply, { standing, language: headers['accept-language'], isDone: true })
    },
  )
}

/** The mail program's own word, in either encoding, or what a person filled in. */
async function choose(
  links: Links,
  token: string,
  said: string,
): Promise<Standing | null | 'nothing'> {
  const form = new URLSearchParams(said)
  switch (form.get('form')) {
    case 'leave':
      return links.choose(token, { isReceiving: false })
    case 'join':
      return links.choose(token, { isReceiving: true })
    case 'choices': {
      const wanted = new Set(form.getAll('purpose'))
      const known = form.getAll('known').map((name) => [name, wanted.has(name)] as const)
      return links.choose(token, { purposes: Object.fromEntries(known) })
    }
    default:
      return isOneClick(said, form) ? links.leave(token) : 'nothing'
  }
}

function isOneClick(said: string, form: URLSearchParams): boolean {
  return (
    form.get('List-Unsubscribe') === 'One-Click' ||
    /name="?List-Unsubscribe"?\s*\r?\n(?:[^\r\n]+\r?\n)*\r?\n\s*One-Click\s*\r?\n/i.test(said)
  )
}

function showPage(
  reply: FastifyReply,
  shown: { standing: Standing | null; language: string | undefined; isDone: boolean },
): FastifyReply {
  const { standing, language, isDone } = shown
  const page = standing
    ? choicePage(standing, isDone)
    : unknownPage(/^\s*en\b/i.test(language ?? '') ? 'en' : 'pt-BR')
  return reply
    .code(standing ? 200 : 404)
    .type('text/html; charset=utf-8')
    .send(page)
}

function addVisits(app: App, { runtime: { emailLinks }, config }: Deps): void {
  const options = (summary: string) => ({
    config: webhookLimit(limitsOf(config)),
    schema: { tags, summary, params: TokenSchema },
  })
  app.get(
    '/e/o/*',
    options('The picture that tells of an open'),
    async ({ params, headers, method }, reply) => {
      await emailLinks.opened(params['*'], { method, userAgent: headers['user-agent'] })
      return reply.type('image/gif').send(PIXEL)
    },
  )

  app.get(
    '/e/c/*',
    options('Follow a link of a letter'),
    async ({ params, headers, method }, reply) => {
      const url = await emailLinks.clicked(params['*'], {
        method,
        userAgent: headers['user-agent'],
      })
      if (url === null) {
        return showPage(reply, {
          standing: null,
          language: headers['accept-language'],
          isDone: false,
        })
      }
      return reply.code(302).header('location', url).send()
    },
  )
}
