// Workflows on their shelf: calls and queries of the list.

import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import type { Ref } from 'vue'
import { WorkflowListSchema } from '#machines/contracts/api.ts'
import {
  ArchiveReplySchema,
  type ArchiveRequest,
  DeletedReplySchema,
  DuplicateReplySchema,
  WorkflowUseSchema,
} from '#machines/contracts/workflow-shelf.ts'
import { call } from './client.ts'
import { at } from './endpoints.ts'
import { keys } from './queries.ts'

export const duplicateWorkflow = (id: string, name: string) =>
  call(['POST', at('workflows', id, 'duplicate')], DuplicateReplySchema, { body: { name } })

export const archiveWorkflow = (id: string, body: ArchiveRequest) =>
  call(['POST', at('workflows', id, 'archive')], ArchiveReplySchema, { body })

export const restoreWorkflow = (id: string) =>
  call(['POST', at('workflows', id, 'restore')], ArchiveReplySchema)

export const deleteWorkflow = (id: string) =>
  call(['DELETE', at('workflows', id)], DeletedReplySchema)

export function useWorkflowUse(id: Ref<string>) {
  return useQuery({
    queryKey: computed(() => [...keys.workflow(id.value), 'use']),
    queryFn: ({ signal }) =>
      call(['GET', at('workflows', id.value, 'use')], WorkflowUseSchema, { signal }),
    staleTime: 0,
    gcTime: 0,
  })
}

export function useArchivedWorkflows(enabled: Ref<boolean>) {
  return useQuery({
    queryKey: [...keys.workflows, 'archived'],
    queryFn: ({ signal }) =>
      call(['GET', '/api/workflows'], WorkflowListSchema, {
        query: { archived: 'true', limit: 200 },
        signal,
      }),
    enabled,
  })
}

/** After something came, went or was renamed; the archive lies under the same key. */
export function useRefreshWorkflows() {
  const queries = useQueryClient()
  return async (id?: string): Promise<void> => {
    await queries.invalidateQueries({ queryKey: keys.workflows })
    if (id !== undefined) await queries.invalidateQueries({ queryKey: keys.workflow(id) })
  }
}
