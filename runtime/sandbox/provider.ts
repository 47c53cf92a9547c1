// What every stand-in for a provider is, and what the sandbox gives it. A new one is a folder and a line of `all.ts`.

import type { Route } from './http.ts'
import type { Script } from './script.ts'

/** A message that passed through, for those who watch. */
export interface SandboxMessage {
  /** The provider's name. */
  provider: string
  /** `out`: to the contact; `in`: from the contact. */
  direction: 'in' | 'out'
  /** The provider's id of it. */
  id: string
  /** The contact: `+` and digits, a mailbox, a chat. */
  who: string
  kind: string
  /** The words as a person reads them. */
  text: string
  /** ISO 8601. */
  at: string
}

/** What the sandbox gives each stand-in. */
export interface SandboxGround {
  /** Folder for its files; it is there. */
  storeDir: string
  /** Answers that scripts have laid out, by provider. */
  script: Script
  /** Where servers of their own listen. */
  host: string
  /** Milliseconds since 1970. */
  now: () => number
  /** Aborted when the sandbox closes. */
  closing: AbortSignal
  announce: (message: SandboxMessage) => void
  /** Returns how to stop listening. */
  listen: (listener: (message: SandboxMessage) => void) => () => void
}

export interface SandboxProvider {
  /** As scripts and addresses name it: its routes lie under `/<name>/`, WhatsApp's also where the Graph API has them. */
  name: string
  routes: readonly Route[]
  /** Told where the sandbox listens. @returns where each thing it stands in for is reached; left out: `/<name>` */
  urls?(sandboxUrl: string): Record<string, string>
  close?(): Promise<void>
}
