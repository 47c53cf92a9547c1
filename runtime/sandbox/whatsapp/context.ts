// What the routes of the stand-in for the Cloud API share.

import type { Delivery } from '../delivery.ts'
import type { SandboxGround } from '../provider.ts'
import type { SandboxWebhook } from './record.ts'
import type { SandboxStore } from './store.ts'
import type { StatusDelays } from './webhook-body.ts'

export interface SandboxContext extends SandboxGround {
  store: SandboxStore
  delivery: Delivery<SandboxWebhook>
  statusDelays: StatusDelays
}
