// What the contact actor knows of its tenant's workflows: a value handed in, never looked up.

import type { SubflowCommand } from '#machines/contracts/effect.ts'
import type { Envelope } from '#machines/contracts/envelope.ts'
import type { RunVersion } from '#machines/run/run-state.ts'

export interface Library {
  /** IANA time zone of the tenant. */
  zone: string
  /** Versions that start new runs, in a fixed order. */
  published: readonly RunVersion[]
  /** The version a run started with, or one that a subflow names, published or not. */
  version(versionId: string): RunVersion | undefined
  /** What a Step of the past started; replay gives it, because other versions were published then. */
  history?: StartHistory
}

export interface StartHistory {
  /** Versions that an envelope started, in order. */
  startedBy(eventId: string): readonly RunVersion[]
  /** The version of the child run with this id. */
  childVersion(runId: string): RunVersion | undefined
}

/** The published versions whose trigger this envelope passes. */
export function versionsTriggeredBy(library: Library, envelope: Envelope): readonly RunVersion[] {
  return (
    library.history?.startedBy(envelope.event_id) ??
    library.published.filter((version) => version.compiled.isTriggeredBy(envelope))
  )
}

/** The version that a subflow runs: the one it names, else the one that is published. */
export function subflowVersion(
  library: Library,
  { workflowId, versionId }: SubflowCommand,
  childId: string,
): RunVersion | undefined {
  if (library.history) return library.history.childVersion(childId)
  const named = versionId === null ? undefined : library.version(versionId)
  return versionId === null
    ? library.published.find((version) => version.workflowId === workflowId)
    : named?.workflowId === workflowId
      ? named
      : undefined
}
