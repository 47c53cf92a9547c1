// Who may call which route. A route without a line here stops the start, a request without one is denied.

import type { Role } from './context.ts'

export const ROLES = [
  'owner',
  'admin',
  'builder',
  'agent',
  'support',
  'viewer',
] as const satisfies Role[]

/**
 * `public`: nobody needs to be signed in. `signed`: the runtime verifies the sender's own signature.
 * `ticket`: a live ticket instead of a session. `loopback`: only from this machine. Else: these roles.
 */
export type Access = 'public' | 'signed' | 'ticket' | 'loopback' | readonly Role[]

const everyone = ROLES
const builders = ['owner', 'admin', 'builder'] as const
const operators = ['owner', 'admin', 'agent', 'support'] as const
const menders = ['owner', 'admin', 'support'] as const
const starters = ['owner', 'admin', 'builder', 'agent', 'support'] as const

export const POLICY: Readonly<Record<string, Access>> = {
  'POST /api/session': 'public',
  'GET /api/session': everyone,
  'DELETE /api/session': 'public',

  'GET /api/workflows': everyone,
  'POST /api/workflows': builders,
  'POST /api/workflows/check': builders,
  'GET /api/workflows/:id': everyone,
  'POST /api/workflows/:id/publish': builders,
  'POST /api/workflows/:id/test': builders,
  'GET /api/workflows/:id/tests': everyone,
  'PUT /api/workflows/:id/tests': builders,
  'POST /api/workflows/:id/tests/run': builders,
  'POST /api/workflows/:id/runs': starters,
  'GET /api/workflows/:id/versions': everyone,
  'GET /api/workflows/:id/versions/:versionId': everyone,
  'GET /api/workflows/:id/diff': everyone,
  'POST /api/workflows/:id/rollback': builders,
  'POST /api/workflows/:id/what-if': builders,
  'POST /api/workflows/:id/runs/end': builders,
  'GET /api/workflows/:id/migrations': everyone,
  'POST /api/workflows/:id/migrations': builders,
  'POST /api/workflows/:id/migrations/dry-run': builders,
  'GET /api/workflows/:id/migrations/:migrationId': everyone,
  'GET /api/workflows/:id/migrations/:migrationId/runs': everyone,
  'POST /api/workflows/:id/migrations/:migrationId/stop': builders,
  'POST /api/workflows/:id/migrations/:migrationId/undo': builders,
  'GET /api/workflows/:id/live': everyone,
  'GET /api/workflows/:id/contacts': everyone,

  'GET /api/contacts': everyone,
  'GET /api/contacts/:id': everyone,
  'GET /api/contacts/:id/messages': everyone,
  'GET /api/contacts/:id/actor': everyone,
  'POST /api/contacts/:id/actor/actions': operators,

  'GET /api/dead-letters': everyone,
  'GET /api/dead-letters/:id': everyone,
  'PUT /api/dead-letters/:id': menders,
  'POST /api/dead-letters/replay': menders,
  'POST /api/dead-letters/replay/dry-run': menders,
  'POST /api/dead-letters/drop': menders,
  'GET /api/outbox': everyone,
  'GET /api/outbox/resting': everyone,
  'POST /api/outbox/resting/settle': menders,
  'GET /api/outbox/gate': everyone,
  'GET /api/outbox/gate/effects': everyone,
  'POST /api/outbox/gate/release': ['owner', 'admin'],

  'POST /api/live/ticket': everyone,
  'GET /live': 'ticket',

  'POST /webhooks/leads': 'signed',
  'POST /webhooks/events': 'signed',
  'GET /webhooks/whatsapp': 'signed',
  'POST /webhooks/whatsapp': 'signed',

  'GET /health/live': 'public',
  'GET /health/ready': 'public',
  'GET /metrics': 'loopback',

  'GET /api/docs': 'public',
  'GET /api/docs/': 'public',
  'GET /api/docs/js/scalar.js': 'public',
  'GET /api/docs/openapi.json': 'public',
  'GET /api/docs/openapi.yaml': 'public',
  'GET /*': 'public',
}

/** The access of a route pattern; a HEAD request is what its GET would be. */
export function accessOf(method: string, pattern: string): Access | undefined {
  const key = `${method === 'HEAD' ? 'GET' : method} ${pattern}`
  return Object.hasOwn(POLICY, key) ? POLICY[key] : undefined
}

/** True for a word that is one of our roles; anything else the database may hold is no role at all. */
export function isRole(word: string): word is Role {
  return (ROLES as readonly string[]).includes(word)
}
