// The built web app: its files, and its one page for every address that a person may open or reload.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../context.ts'
import { unlimited } from './limits.ts'

const FOR_EVER = { maxAge: 31_536_000_000, immutable: true }
const ASK_AGAIN = { maxAge: 0 }
/** Addresses that belong to programs; a person who opens one gets the error and not the app. */
const NOT_PAGES = /^\/(api|webhooks|health|metrics|live)(\/|$)/

export async function addWeb(app: App, webDist: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: webDist,
    serve: false,
    suppressWarning: true,
    dotfiles: 'ignore',
    preCompressed: true,
  })
  app.get('/*', { config: unlimited, schema: { hide: true } }, (request, reply) => {
    const path = pathOf(request)
    if (path === null || NOT_PAGES.test(path)) return reply.callNotFound()
    if (/\.[\w]+$/.test(path) && path !== '/index.html') return sendAsset(reply, path)
    return isNavigation(request) ? sendPage(reply, webDist) : reply.callNotFound()
  })
}

function pathOf(request: FastifyRequest): string | null {
  try {
    return decodeURIComponent(request.url.split('?', 1)[0] ?? '/')
  } catch {
    return null
  }
}

function isNavigation({ headers }: FastifyRequest): boolean {
  const mode = headers['sec-fetch-mode']
  return (mode === undefined || mode === 'navigate') && /text\/html/.test(headers.accept ?? '')
}

/** Files in `assets/` carry their content's hash in their name and never change. */
function sendAsset(reply: FastifyReply, path: string): FastifyReply {
  const hashed = path.startsWith('/assets/')
  return reply.sendFile(path.slice(1), hashed ? FOR_EVER : ASK_AGAIN)
}

function sendPage(reply: FastifyReply, webDist: string): FastifyReply {
  if (existsSync(join(webDist, 'index.html'))) return reply.sendFile('index.html', ASK_AGAIN)
  return reply.code(503).type('text/html; charset=utf-8').send(NOT_BUILT)
}

const NOT_BUILT = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>FluxoLab</title></head>
<body>
<h1>The web app was not built</h1>
<p>The server runs, but there is no page to show. <code>npx vite build web</code> builds it.</p>
<p lang="pt-BR">O servidor está no ar, mas a página não foi construída: <code>npx vite build web</code>.</p>
<p><a href="/api/docs/">API</a></p>
</body>
</html>
`
