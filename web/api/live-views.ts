// A workflow over time, and acts on the contacts of its states: calls and queries.

import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import type { Ref } from 'vue'
import {
  LiveHistorySchema,
  LiveReplySchema,
  type PaceQuery,
  PaceSchema,
} from '#machines/contracts/insights.ts'
import {
  type StateAct,
  StateActDryRunSchema,
  StateActListSchema,
  type StateActQuestion,
  type StateActRequest,
  StateActSchema,
  type StateFilter,
} from '#machines/contracts/state-acts.ts'
import { call, withQuery } from './client.ts'
import { at } from './endpoints.ts'
import { keys } from './queries.ts'

/** The figures are kept as long where they are made. */
const PACE_MS = 30_000

export function usePace(id: Ref<string>, window: Ref<PaceQuery['window']>) {
  return useQuery({
    queryKey: computed(() => [...keys.workflow(id.value), 'pace', window.value]),
    queryFn: ({ signal }) =>
      call(['GET', at('workflows', id.value, 'pace')], PaceSchema, {
        query: { window: window.value },
        signal,
      }),
    staleTime: PACE_MS,
    refetchInterval: PACE_MS,
    placeholderData: keepPreviousData,
  })
}

/** The counts of an earlier instant; what was does not change. */
export function usePastCounts(id: Ref<string>, instant: Ref<string>) {
  return useQuery({
    queryKey: computed(() => [...keys.workflow(id.value), 'past', instant.value]),
    queryFn: ({ signal }) =>
      call(['GET', at('workflows', id.value, 'live')], LiveReplySchema, {
        query: { at: instant.value },
        signal,
      }),
    enabled: computed(() => instant.value !== ''),
    staleTime: 5 * 60_000,
    placeholderData: keepPreviousData,
  })
}

export interface Span {
  from: string
  to: string
  /** Seconds. */
  step: number
}

export function useHistory(id: Ref<string>, span: Ref<Span | null>) {
  return useQuery({
    queryKey: computed(() => [...keys.workflow(id.value), 'history', span.value]),
    queryFn: ({ signal }) =>
      call(['GET', at('workflows', id.value, 'history')], LiveHistorySchema, {
        query: { ...span.value },
        signal,
      }),
    enabled: computed(() => span.value !== null),
    staleTime: 5 * 60_000,
    placeholderData: keepPreviousData,
  })
}

const actsKey = (id: string) => [...keys.workflow(id), 'acts'] as const
const UNDER_WAY: ReadonlySet<StateAct['status']> = new Set(['planning', 'running', 'undoing'])
export const isActing = ({ status }: StateAct): boolean => UNDER_WAY.has(status)

/** Asked for again and again for as long as one is under way. */
export function useStateActs(id: Ref<string>) {
  return useQuery({
    queryKey: computed(() => actsKey(id.value)),
    queryFn: ({ signal }) =>
      call(['GET', at('workflows', id.value, 'state-acts')], StateActListSchema, { signal }),
    refetchInterval: ({ state }) => (state.data?.items.some(isActing) ? 1000 : false),
  })
}

export function useActDryRun(id: Ref<string>, question: Ref<StateActQuestion | null>) {
  return useQuery({
    queryKey: computed(() => [...actsKey(id.value), 'dry-run', question.value]),
    queryFn: ({ signal }) =>
      call(['POST', at('workflows', id.value, 'state-acts', 'dry-run')], StateActDryRunSchema, {
        body: question.value,
        signal,
      }),
    enabled: computed(() => question.value !== null),
    staleTime: 0,
    gcTime: 0,
    placeholderData: (before) => before,
  })
}

export const startStateAct = (id: string, body: StateActRequest) =>
  call(['POST', at('workflows', id, 'state-acts')], StateActSchema, { body })

export const turnStateAct = (
  id: string,
  actId: string,
  { deed, reason }: { deed: 'stop' | 'undo'; reason: string },
) =>
  call(['POST', at('workflows', id, 'state-acts', actId, deed)], StateActSchema, {
    body: { reason },
  })

export function useActsRefresh(id: Ref<string>) {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: actsKey(id.value) })
}

/** Where the contacts of a state can be downloaded. */
export const csvAddress = (id: string, { state, waiting, tag }: StateFilter): string =>
  withQuery(at('workflows', id, 'contacts.csv'), { state, waiting, tag })
