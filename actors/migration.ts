// Runs that move to another version, go back, or are ended from outside: envelopes like all others, so order and replay
// hold (I3). What has no place in the other version stays where it is, and the journal says why.

import type { JsonObject } from '#machines/contracts/json.ts'
import type { StateMap } from '#machines/contracts/versions.ts'
import { migrateRun, restoreRun, runMark } from '#machines/run/migrate.ts'
import { type MigrationRefusal, refuse } from '#machines/run/migration-refusal.ts'
import type { RunOutcome, RunState } from '#machines/run/run-state.ts'
import { stopRun } from '#machines/run/run.ts'
import type { Draft } from './draft.ts'
import { runOf, settle } from './run-steps.ts'
import type { StepNote } from './step.ts'

/** Payload of `run.migrated`. */
export interface RunMigratedPayload {
  migrationId: string
  runId: string
  /** The version that the map was made for. */
  fromVersionId: string
  versionId: string
  /** Old node id to new one; an id left out stays the same. */
  map: StateMap
}

/** Payload of `run.restored`: back to where a migration took the run from. */
export interface RunRestoredPayload {
  migrationId: string
  runId: string
  /** The run before the migration. */
  before: RunState
  /** Its mark right after the migration. */
  expected: string
}

/** Payload of `run.stopped`. */
export interface RunStoppedPayload {
  migrationId: string
  runId: string
}

type Payload = Pick<RunStoppedPayload, 'migrationId' | 'runId'> & JsonObject

/** Moves, restores or ends one run; a run that is over is only noted. */
export function routeMigration(draft: Draft): StepNote | null {
  const { payload, type } = draft.envelope
  const { migrationId, runId } = payload as Payload
  const told = { migrationId, runId, before: null, mark: null }
  const run = runOf(draft, runId)
  if (!run) {
    draft.migration = { ...told, status: 'gone', code: 'RUN_ENDED' }
    return 'run_ended'
  }
  const outcome = outcomeOf(draft, run)
  if ('refused' in outcome) {
    draft.migration = { ...told, status: 'refused', code: outcome.refused }
    return 'run_not_moved'
  }
  settle(draft, outcome)
  const status = type === 'run.restored' ? 'restored' : 'moved'
  const after = outcome.run
  const isWayBack = type === 'run.migrated' && after !== null
  const kept = isWayBack ? { before: run, mark: runMark(after) } : {}
  draft.migration = { ...told, status, code: null, ...kept }
  return null
}

function outcomeOf(draft: Draft, run: RunState): RunOutcome | MigrationRefusal {
  const { payload, type } = draft.envelope
  if (type === 'run.stopped') return stopRun(run, draft.moment.at)
  if (type === 'run.restored') {
    const { before, expected } = payload as unknown as RunRestoredPayload
    if (!draft.library.version(before.versionId)) return refuse('VERSION_UNKNOWN')
    return restoreRun(run, { before, expected })
  }
  const { fromVersionId, versionId, map } = payload as unknown as RunMigratedPayload
  const from = draft.library.version(fromVersionId)
  const to = draft.library.version(versionId)
  if (!from || !to || from.workflowId !== to.workflowId) return refuse('VERSION_UNKNOWN')
  return migrateRun(run, { from, to }, { map, moment: draft.moment })
}
