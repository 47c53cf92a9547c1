// What the routes of the stand-in for the mail providers share.

import type { Delivery } from '../delivery.ts'
import type { SandboxGround } from '../provider.ts'
import type { MailWebhook } from './record.ts'
import type { MailStore } from './store.ts'

export interface MailContext extends SandboxGround {
  store: MailStore
  delivery: Delivery<MailWebhook>
  /** Where the sandbox itself is reached; empty until it listens. */
  base: { url: string }
}
