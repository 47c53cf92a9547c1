// The sandbox as the web app works with it.

import type { SandboxStatus } from '#machines/contracts/sandbox.ts'
import type { Actor } from './actor.ts'

export interface SandboxQuestion {
  method: 'GET' | 'POST'
  /** Below the sandbox's address: `/whatsapp/messages`. */
  path: string
  /** With the question mark, or empty. */
  search: string
  /** As JSON; null for none. */
  body: unknown
}

export interface SandboxAnswer {
  status: number
  contentType: string
  body: Buffer
}

export interface SandboxFace {
  status(actor: Actor): Promise<SandboxStatus>
  /** Passes a call of its control routes on. @throws {FluxoError} RESOURCE_NOT_FOUND where it is off or not for the asker */
  ask(actor: Actor, question: SandboxQuestion): Promise<SandboxAnswer>
}
