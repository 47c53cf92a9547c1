// Versions of a workflow, their differences, and the moving of running contacts: calls and queries.

import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import type { Ref } from 'vue'
import {
  DryRunSchema,
  type Migration,
  MigrationListSchema,
  type MigrationRequest,
  MigrationSchema,
  PublishedReplySchema,
  type PublishRequest,
  type RollbackRequest,
  VersionDetailSchema,
  VersionListSchema,
  type WorkflowConflict,
  WorkflowConflictSchema,
  WorkflowDiffSchema,
} from '#machines/contracts/versions.ts'
import { SavedWorkflowSchema, TestRunSchema } from '#machines/contracts/workflow-tests.ts'
import { call } from './client.ts'
import { at } from './endpoints.ts'
import { isApiError } from './errors.ts'
import { keys } from './queries.ts'

/**
 * @param revision refused with WORKFLOW_CONFLICT unless the draft on the server is still this one; left out: whatever
 * it is. `conflictOf` reads the refusal.
 */
export const saveDraft = (definition: unknown, revision?: number) =>
  call(['POST', '/api/workflows'], SavedWorkflowSchema, {
    body: definition,
    ifMatch: revision === undefined ? undefined : `"${revision}"`,
  })

/** What is on the server instead, when a save or a publication was refused because of it; null for any other failure. */
export function conflictOf(error: unknown): WorkflowConflict | null {
  if (!isApiError(error, 409) || error.failure.code !== 'WORKFLOW_CONFLICT') return null
  const parsed = WorkflowConflictSchema.safeParse(error.failure.details)
  return parsed.success ? parsed.data : null
}

export const publishWorkflow = (id: string, body: PublishRequest) =>
  call(['POST', at('workflows', id, 'publish')], PublishedReplySchema, { body })

export const rollBack = (id: string, body: RollbackRequest) =>
  call(['POST', at('workflows', id, 'rollback')], PublishedReplySchema, { body })

export const startMigration = (id: string, body: MigrationRequest & { reason: string }) =>
  call(['POST', at('workflows', id, 'migrations')], MigrationSchema, { body })

/** Leaves those where they are that have not moved yet, or brings back those that have. */
export const turnMigration = (
  id: string,
  migrationId: string,
  { deed, reason }: { deed: 'stop' | 'undo'; reason: string },
) =>
  call(['POST', at('workflows', id, 'migrations', migrationId, deed)], MigrationSchema, {
    body: { reason },
  })

export function useVersion(workflowId: Ref<string>, versionId: Ref<string>) {
  return useQuery({
    queryKey: computed(() => [...keys.versions(workflowId.value), versionId.value]),
    queryFn: ({ signal }) =>
      call(
        ['GET', at('workflows', workflowId.value, 'versions', versionId.value)],
        VersionDetailSchema,
        { signal },
      ),
    enabled: computed(() => workflowId.value !== '' && versionId.value !== ''),
    // What was published under a version's id never changes.
    staleTime: Infinity,
  })
}

export function useVersions(workflowId: Ref<string>) {
  return useQuery({
    queryKey: computed(() => keys.versions(workflowId.value)),
    queryFn: ({ signal }) =>
      call(['GET', at('workflows', workflowId.value, 'versions')], VersionListSchema, { signal }),
  })
}

export function useDiff(workflowId: Ref<string>, from: Ref<string>, to: Ref<string>) {
  return useQuery({
    queryKey: computed(() => [...keys.diff(workflowId.value), from.value, to.value]),
    queryFn: ({ signal }) =>
      call(['GET', at('workflows', workflowId.value, 'diff')], WorkflowDiffSchema, {
        query: { from: from.value, to: to.value },
        signal,
      }),
    enabled: computed(() => from.value !== '' && to.value !== ''),
  })
}

/** Runs the recorded tests against the draft as it is now. */
export function useTestRun(workflowId: Ref<string>, enabled: Ref<boolean>) {
  return useQuery({
    queryKey: computed(() => [...keys.workflow(workflowId.value), 'test-run']),
    queryFn: ({ signal }) =>
      call(['POST', at('workflows', workflowId.value, 'tests', 'run')], TestRunSchema, { signal }),
    enabled,
    staleTime: 0,
    gcTime: 0,
  })
}

export function useDryRun(workflowId: Ref<string>, request: Ref<MigrationRequest | null>) {
  return useQuery({
    queryKey: computed(() => [...keys.workflow(workflowId.value), 'dry-run', request.value]),
    queryFn: ({ signal }) =>
      call(['POST', at('workflows', workflowId.value, 'migrations', 'dry-run')], DryRunSchema, {
        body: request.value,
        signal,
      }),
    enabled: computed(() => request.value !== null),
    staleTime: 0,
    placeholderData: (before) => before,
  })
}

const UNDER_WAY: ReadonlySet<Migration['status']> = new Set(['planning', 'running', 'undoing'])

export const isUnderWay = ({ status }: Migration): boolean => UNDER_WAY.has(status)

/** Asked for again and again for as long as one is under way. */
export function useMigrations(workflowId: Ref<string>) {
  return useQuery({
    queryKey: computed(() => keys.migrations(workflowId.value)),
    queryFn: ({ signal }) =>
      call(['GET', at('workflows', workflowId.value, 'migrations')], MigrationListSchema, {
        signal,
      }),
    refetchInterval: ({ state }) => (state.data?.items.some(isUnderWay) ? 1000 : false),
  })
}
