// Deliveries: what failed, what rests, what waits and the gate, as calls and queries.

import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import type { Ref } from 'vue'
import {
  CountReplySchema,
  type DropRequest,
  GateSchema,
  LetterDetailSchema,
  type LetterEdit,
  LetterListSchema,
  QueueSchema,
  type ReleaseRequest,
  type ReplayQuestion,
  ReplayReplySchema,
  type ReplayRequest,
  RestingListSchema,
  type SettleRequest,
} from '#machines/contracts/deliveries.ts'
import { call } from './client.ts'
import { at } from './endpoints.ts'

/** As it stands in the address of the page. */
export interface LetterSearch {
  state?: string | undefined
  kind?: string | undefined
  code?: string | undefined
  workflow?: string | undefined
}

const ALL = ['deliveries'] as const
const REFRESH_MS = 10_000
const nextCursor = (page: { nextCursor: string | null }) => page.nextCursor

export const editLetter = (id: string, body: LetterEdit) =>
  call(['PUT', at('dead-letters', id)], LetterDetailSchema, { body })

export const replayLetters = (body: ReplayRequest) =>
  call(['POST', at('dead-letters', 'replay')], ReplayReplySchema, { body })

export const dropLetters = (body: DropRequest) =>
  call(['POST', at('dead-letters', 'drop')], CountReplySchema, { body })

export const settleResting = (body: SettleRequest) =>
  call(['POST', at('outbox', 'resting', 'settle')], CountReplySchema, { body })

export const releaseGate = (body: ReleaseRequest) =>
  call(['POST', at('outbox', 'gate', 'release')], GateSchema, { body })

/** Everything on the page is read again after a deed. */
export function useRefresh() {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: ALL })
}

export function useLetters(search: Ref<LetterSearch>) {
  return useInfiniteQuery({
    queryKey: computed(() => [...ALL, 'letters', search.value]),
    queryFn: ({ pageParam, signal }) =>
      call(['GET', at('dead-letters')], LetterListSchema, {
        query: { ...search.value, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  })
}

export function useLetter(id: Ref<string>) {
  return useQuery({
    queryKey: computed(() => [...ALL, 'letter', id.value]),
    queryFn: ({ signal }) =>
      call(['GET', at('dead-letters', id.value)], LetterDetailSchema, { signal }),
    enabled: computed(() => id.value !== ''),
  })
}

export function useReplayDryRun(question: Ref<ReplayQuestion>) {
  return useQuery({
    queryKey: computed(() => [...ALL, 'dry-run', question.value]),
    queryFn: ({ signal }) =>
      call(['POST', at('dead-letters', 'replay', 'dry-run')], ReplayReplySchema, {
        body: question.value,
        signal,
      }),
    staleTime: 0,
    gcTime: 0,
    placeholderData: (before) => before,
  })
}

/** @param contact whose sends alone; empty for everybody's */
export function useResting(contact: Ref<string>) {
  return useInfiniteQuery({
    queryKey: computed(() => [...ALL, 'resting', contact.value]),
    queryFn: ({ pageParam, signal }) =>
      call(['GET', at('outbox', 'resting')], RestingListSchema, {
        query: { cursor: pageParam, contact: contact.value || undefined },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextCursor,
    refetchInterval: REFRESH_MS,
  })
}

/** What may have left before the database was restored. */
export function useSuspects(enabled: Ref<boolean>) {
  return useInfiniteQuery({
    queryKey: [...ALL, 'suspects'],
    queryFn: ({ pageParam, signal }) =>
      call(['GET', at('outbox', 'gate', 'effects')], RestingListSchema, {
        query: { cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextCursor,
    enabled,
  })
}

export function useQueue() {
  return useQuery({
    queryKey: [...ALL, 'queue'],
    queryFn: ({ signal }) => call(['GET', at('outbox')], QueueSchema, { signal }),
    refetchInterval: REFRESH_MS / 2,
  })
}

export function useGate() {
  return useQuery({
    queryKey: [...ALL, 'gate'],
    queryFn: ({ signal }) => call(['GET', at('outbox', 'gate')], GateSchema, { signal }),
    refetchInterval: REFRESH_MS,
  })
}
