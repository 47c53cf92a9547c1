// What the contact actor knows of its tenant's workflows: a value handed in, never looked up.

import type { Envelope } from '#machines/contracts/envelope.ts'
import type { CompiledWorkflow } from '#machines/compile/compile.ts'

export interface LibraryVersion {
  workflowId: string
  versionId: string
  compiled: CompiledWorkflow
}

export interface Library {
  /** IANA time zone of the tenant. */
  zone: string
  /** Versions that start new runs, in a fixed order. */
  published: readonly LibraryVersion[]
  /** The version a run started with, published or not. */
  version(versionId: string): LibraryVersion | undefined
}

/** The published versions whose trigger this envelope passes. */
export function versionsTriggeredBy(library: Library, envelope: Envelope): LibraryVersion[] {
  return library.published.filter((version) => version.compiled.isTriggeredBy(envelope))
}
