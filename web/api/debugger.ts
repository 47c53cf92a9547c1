// One contact taken apart: calls and queries.

import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import type { Ref } from 'vue'
import {
  AuditListSchema,
  type RetellRequest,
  RetellingSchema,
  StepsSchema,
  StepViewSchema,
} from '#machines/contracts/debugger.ts'
import { call } from './client.ts'
import { at } from './endpoints.ts'

const keysOf = (contactId: string) => ['contact', contactId, 'debugger'] as const

export const readSteps = (
  contactId: string,
  query: { before?: number; limit?: number },
  signal?: AbortSignal,
) => call(['GET', at('contacts', contactId, 'steps')], StepsSchema, { query, signal })

/** The state around one Step; what was is never read twice in a short while. */
export function useStepView(contactId: Ref<string>, seq: Ref<number | null>) {
  return useQuery({
    queryKey: computed(() => [...keysOf(contactId.value), 'step', seq.value]),
    queryFn: ({ signal }) =>
      call(['GET', at('contacts', contactId.value, 'steps', String(seq.value))], StepViewSchema, {
        signal,
      }),
    enabled: computed(() => seq.value !== null),
    // Only how far an effect got still changes.
    staleTime: 15_000,
    placeholderData: (before) => before,
  })
}

export function useAudit(contactId: Ref<string>) {
  return useInfiniteQuery({
    queryKey: computed(() => [...keysOf(contactId.value), 'audit']),
    queryFn: ({ pageParam, signal }) =>
      call(['GET', at('contacts', contactId.value, 'audit')], AuditListSchema, {
        query: { cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 0,
  })
}

export function useRetelling(contactId: Ref<string>, request: Ref<RetellRequest | null>) {
  return useQuery({
    queryKey: computed(() => [...keysOf(contactId.value), 'retell', request.value]),
    queryFn: ({ signal }) =>
      call(['POST', at('contacts', contactId.value, 'retell')], RetellingSchema, {
        body: request.value,
        signal,
      }),
    enabled: computed(() => request.value !== null),
    staleTime: 0,
  })
}
