// What the contact actor knows of its tenant's workflows: a value handed in, never looked up.

import type { Envelope } from '#machines/contracts/envelope.ts'
import type { RunVersion } from '#machines/run/run-state.ts'

export interface Library {
  /** IANA time zone of the tenant. */
  zone: string
  /** Versions that start new runs, in a fixed order. */
  published: readonly RunVersion[]
  /** The version a run started with, published or not. */
  version(versionId: string): RunVersion | undefined
}

/** The published versions whose trigger this envelope passes. */
export function versionsTriggeredBy(library: Library, envelope: Envelope): RunVersion[] {
  return library.published.filter((version) => version.compiled.isTriggeredBy(envelope))
}
