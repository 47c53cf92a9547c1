// What the sandbox's routes share.

import type { Delivery } from './delivery.ts'
import type { Script } from './script.ts'
import type { SandboxStore } from './store.ts'
import type { StatusDelays } from './whatsapp/webhook-body.ts'

/** A message that passed through, for those who watch. */
export interface SandboxMessage {
  /** `out`: to the contact; `in`: from the contact. */
  direction: 'in' | 'out'
  /** The wamid. */
  id: string
  /** The contact's number, `+` and digits. */
  phone: string
  kind: string
  /** The words as a person reads them. */
  text: string
  /** ISO 8601. */
  at: string
}

export interface SandboxContext {
  store: SandboxStore
  script: Script
  delivery: Delivery
  statusDelays: StatusDelays
  now: () => number
  /** Aborted when the sandbox closes. */
  closing: AbortSignal
  announce: (message: SandboxMessage) => void
  /** Returns how to stop listening. */
  listen: (listener: (message: SandboxMessage) => void) => () => void
}
