// What the intake needs to know of a tenant's lead or event source, and of a request that claims to come from it.

import type { LeadMapping } from '#machines/contracts/sources.ts'

export interface IntakeSource {
  id: string
  /** The tenant comes from here and never from the request. */
  tenantId: string
  /** A source of leads may tell what happens to them too; a source of events only events. */
  kind: 'leads' | 'events'
  /** `full`: over timestamp, nonce and body. `body`: over the body only, for tools that can do no more. */
  signing: 'full' | 'body'
  /** Several while one is being rotated. */
  secrets: readonly string[]
  /** What happens to an event whose contact nobody knows. */
  unknownContact: 'reject' | 'upsert'
  /** How its words become a lead; left out: they are ours already. */
  mapping?: LeadMapping
  /** Seconds within which the same person's next lead is the same lead. */
  windowSeconds?: number
}

export interface IntakeRequest {
  /** The untouched bytes. */
  rawBody: Buffer
  /** As Node gives them: lower-case names. */
  headers: Readonly<Record<string, string | string[] | undefined>>
}
