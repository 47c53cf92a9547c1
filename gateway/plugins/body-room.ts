// How many bytes of bodies a process reads and keeps at once: strangers too may send large ones, over many connections.

import { FluxoError } from '#machines/contracts/errors.ts'
import type { App } from '../context.ts'

const RETRY_AFTER_SECONDS = 2

/** Refuses requests of this scope whose bodies do not fit beside those that are still unanswered. */
export function boundBodies(scope: App, mostBytes: number): void {
  let held = 0
  scope.addHook('onRequest', ({ raw, routeOptions }, reply, done) => {
    const limit = routeOptions.bodyLimit ?? 0
    // Who does not say how much is coming may send as much as is allowed.
    const said = Number(raw.headers['content-length'] ?? limit)
    const bytes = Math.min(said, limit)
    if (held > 0 && held + bytes > mostBytes)
      return done(new FluxoError('RATE_LIMITED', { retryAfter: RETRY_AFTER_SECONDS }))
    held += bytes
    reply.raw.once('close', () => {
      held -= bytes
    })
    done()
  })
}
