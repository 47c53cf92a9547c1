// Headers that tell a browser what our pages may do. Nothing is loaded from anywhere but here.

import fastifyHelmet from '@fastify/helmet'
import type { App } from '../context.ts'

export async function addHeaders(app: App, secure: boolean): Promise<void> {
  app.addHook('onRequest', async ({ url }, reply) => {
    if (url.startsWith('/api/')) void reply.header('cache-control', 'no-store')
  })
  await app.register(fastifyHelmet, {
    // useDefaults off: its `upgrade-insecure-requests` breaks plain http on an office network.
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        workerSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
    strictTransportSecurity: secure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
  })
}
