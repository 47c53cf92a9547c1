// Server data as queries: keys in one place, so that socket events can patch what pages read.

import { keepPreviousData, QueryClient, useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import type { Ref } from 'vue'
import type { StateFilter } from '#machines/contracts/state-acts.ts'
import { isApiError } from './errors.ts'
import {
  listContacts,
  listMessages,
  listStateContacts,
  listWorkflows,
  readWorkflow,
  readWorkflowLive,
} from './endpoints.ts'

export const keys = {
  workflows: ['workflows'] as const,
  workflow: (id: string) => ['workflow', id] as const,
  counts: (id: string) => ['workflow', id, 'live'] as const,
  inState: (id: string, filter: StateFilter) => ['workflow', id, 'contacts', filter] as const,
  versions: (id: string) => ['workflow', id, 'versions'] as const,
  diff: (id: string) => ['workflow', id, 'diff'] as const,
  migrations: (id: string) => ['workflow', id, 'migrations'] as const,
  contacts: (q: string) => ['contacts', q] as const,
  actor: (id: string) => ['contact', id, 'actor'] as const,
  messages: (id: string) => ['contact', id, 'messages'] as const,
}

const nextCursor = (page: { nextCursor: string | null }) => page.nextCursor

/** Retries what may pass by itself, never what was refused; calls `onSignedOut` on the first 401. */
export function createQueries(onSignedOut: () => void): QueryClient {
  const client = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (count, error) => {
          const status = isApiError(error) ? error.failure.status : 0
          return count < 2 && (status === 0 || status >= 500)
        },
        retryDelay: (count) => 400 * 2 ** count,
      },
    },
  })
  const watchError = (error: unknown): void => {
    if (isApiError(error, 401)) onSignedOut()
  }
  client.getQueryCache().config.onError = watchError
  client.getMutationCache().config.onError = watchError
  return client
}

export function useWorkflows() {
  return useQuery({
    queryKey: keys.workflows,
    queryFn: ({ signal }) => listWorkflows({ signal }),
    refetchInterval: 15_000,
  })
}

export function useWorkflow(id: Ref<string>) {
  return useQuery({
    queryKey: computed(() => keys.workflow(id.value)),
    queryFn: ({ signal }) => readWorkflow(id.value, signal),
    enabled: computed(() => id.value !== ''),
  })
}

export function useCounts(id: Ref<string>) {
  return useQuery({
    queryKey: computed(() => keys.counts(id.value)),
    queryFn: ({ signal }) => readWorkflowLive(id.value, signal),
  })
}

export function useStateContacts(id: Ref<string>, filter: Ref<StateFilter>) {
  return useInfiniteQuery({
    queryKey: computed(() => keys.inState(id.value, filter.value)),
    queryFn: ({ pageParam, signal }) =>
      listStateContacts(id.value, filter.value, { cursor: pageParam, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextCursor,
  })
}

export function useContacts(q: Ref<string>) {
  return useInfiniteQuery({
    queryKey: computed(() => keys.contacts(q.value)),
    queryFn: ({ pageParam, signal }) =>
      listContacts(q.value === '' ? {} : { q: q.value }, { cursor: pageParam, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextCursor,
    placeholderData: keepPreviousData,
  })
}

export function useMessages(id: Ref<string>) {
  return useInfiniteQuery({
    queryKey: computed(() => keys.messages(id.value)),
    queryFn: ({ pageParam, signal }) => listMessages(id.value, { cursor: pageParam, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextCursor,
  })
}
