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
const keepers = ['owner', 'admin'] as const
const menders = ['owner', 'admin', 'support'] as const
const starters = ['owner', 'admin', 'builder', 'agent', 'support'] as const

export const POLICY: Readonly<Record<string, Access>> = {
  'POST /api/session': 'public',
  'GET /api/session': everyone,
  'DELETE /api/session': 'public',

  'GET /api/workflows': everyone,
  'POST /api/workflows': builders,
  'POST /api/workflows/check': builders,
  'GET /api/workflows/surroundings': everyone,
  'POST /api/workflows/import': builders,
  'POST /api/workflows/import/dry-run': builders,
  'GET /api/workflows/:id': everyone,
  'DELETE /api/workflows/:id': builders,
  'GET /api/workflows/:id/use': everyone,
  'POST /api/workflows/:id/duplicate': builders,
  'POST /api/workflows/:id/archive': builders,
  'POST /api/workflows/:id/restore': builders,
  'POST /api/workflows/:id/bundle': builders,
  'POST /api/workflows/:id/propose': builders,
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
  'GET /api/workflows/:id/history': everyone,
  'GET /api/workflows/:id/pace': everyone,
  'GET /api/workflows/:id/contacts': everyone,
  'GET /api/workflows/:id/contacts.csv': menders,
  'GET /api/workflows/:id/state-acts': everyone,
  'POST /api/workflows/:id/state-acts': operators,
  'POST /api/workflows/:id/state-acts/dry-run': operators,
  'GET /api/workflows/:id/state-acts/:actId': everyone,
  'POST /api/workflows/:id/state-acts/:actId/stop': operators,
  'POST /api/workflows/:id/state-acts/:actId/undo': operators,

  'GET /api/contacts': everyone,
  'GET /api/contacts/:id': everyone,
  'GET /api/contacts/:id/messages': everyone,
  'GET /api/contacts/:id/actor': everyone,
  'POST /api/contacts/:id/actor/actions': operators,
  'GET /api/contacts/:id/steps': everyone,
  'GET /api/contacts/:id/steps/:seq': everyone,
  'GET /api/contacts/:id/audit': everyone,
  'POST /api/contacts/:id/retell': starters,
  'GET /api/contacts/:id/merges': everyone,
  'POST /api/contacts/:id/merge/preview': operators,
  'POST /api/contacts/:id/merge': operators,
  'POST /api/contact-merges/:id/undo': operators,
  'GET /api/contact-merges/suggestions': everyone,
  'POST /api/contact-merges/suggestions/:id/dismiss': operators,
  'GET /api/media/:id': everyone,

  'GET /api/email-templates': everyone,
  'GET /api/email-templates/:id': everyone,
  'PUT /api/email-templates': builders,
  'DELETE /api/email-templates/:id': builders,
  'POST /api/email-templates/preview': everyone,
  'POST /api/email-templates/test': builders,
  'GET /api/email-partials': everyone,
  'PUT /api/email-partials': builders,
  'DELETE /api/email-partials/:name': builders,
  'GET /api/email-domains/:domain/check': everyone,
  'GET /e/u/*': 'signed',
  'POST /e/u/*': 'signed',
  'GET /e/o/*': 'signed',
  'GET /e/c/*': 'signed',

  'GET /api/channels': everyone,
  'GET /api/channels/forms': everyone,
  'GET /api/channels/:id/dependents': everyone,
  'POST /api/channels': keepers,
  'PUT /api/channels/:id': keepers,
  'POST /api/channels/:id/check': menders,
  'POST /api/channels/:id/secrets': keepers,
  'POST /api/channels/:id/secrets/finish': keepers,
  'POST /api/channels/:id/pause': keepers,
  'POST /api/channels/:id/resume': keepers,
  'POST /api/channels/:id/remove': keepers,
  'GET /api/sandbox': everyone,
  'GET /api/sandbox/:provider/:what': builders,
  'POST /api/sandbox/:provider/:what': builders,
  'POST /api/sandbox/script': builders,

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

  'GET /api/ai-settings': everyone,
  'PUT /api/ai-settings': ['owner', 'admin'],
  'POST /api/ai-settings/test': ['owner', 'admin'],
  'GET /api/ai-settings/usage': everyone,

  'GET /api/templates': everyone,
  'POST /api/templates': builders,
  'POST /api/templates/sync': builders,
  'GET /api/templates/:id': everyone,
  'PUT /api/templates/:id': builders,
  'DELETE /api/templates/:id': builders,
  'POST /api/templates/:id/submit': builders,

  'GET /api/sources': everyone,
  'POST /api/sources': builders,
  'PUT /api/sources/:id': builders,
  'POST /api/sources/:id/secret': builders,
  'POST /api/sources/:id/secret/finish': builders,
  'GET /api/sources/:id/payloads': everyone,
  'POST /api/sources/:id/test': builders,
  'POST /api/sources/:id/payloads/:payload/replay': builders,
  'GET /api/forms': everyone,
  'POST /api/forms': builders,
  'GET /api/forms/:id': everyone,
  'PUT /api/forms/:id': builders,
  'GET /api/meta-leads': everyone,
  'GET /api/meta-leads/:id/leads': everyone,
  'POST /api/meta-leads/:id/check': builders,
  'POST /api/meta-leads/:id/subscribe': builders,
  'POST /api/meta-leads/:id/reconcile': builders,
  'GET /api/imports': builders,
  'POST /api/imports': builders,
  'GET /api/imports/:id': builders,
  'POST /api/imports/:id/dry-run': builders,
  'POST /api/imports/:id/start': builders,
  'POST /api/imports/:id/cancel': builders,
  'GET /api/imports/:id/invalid.csv': builders,
  'GET /api/contacts/:id/attribution': everyone,

  'GET /f/:form': 'public',
  'OPTIONS /f/:form': 'public',
  'POST /f/:form': 'public',

  'POST /api/live/ticket': everyone,
  'GET /live': 'ticket',

  'POST /webhooks/leads': 'signed',
  'POST /webhooks/events': 'signed',
  'GET /webhooks/whatsapp': 'signed',
  'POST /webhooks/whatsapp': 'signed',
  'GET /webhooks/meta': 'signed',
  'POST /webhooks/meta': 'signed',
  'GET /webhooks/:connector/:channel': 'signed',
  'POST /webhooks/:connector/:channel': 'signed',

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

/** True for a role that is named for the route. */
export function mayCall(role: Role, method: string, pattern: string): boolean {
  const access = accessOf(method, pattern)
  return typeof access === 'object' && access.includes(role)
}

/** True for a word that is one of our roles; anything else the database may hold is no role at all. */
export function isRole(word: string): word is Role {
  return (ROLES as readonly string[]).includes(word)
}
