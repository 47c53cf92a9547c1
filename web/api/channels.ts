// Channels, as calls and queries.

import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import type { Ref } from 'vue'
import { z } from 'zod'
import {
  type ChannelCreate,
  ChannelDependentsSchema,
  type ChannelEdit,
  ChannelFormListSchema,
  ChannelListSchema,
  ChannelSchema,
  type SecretRotation,
} from '#machines/contracts/channels.ts'
import { call } from './client.ts'
import { at } from './endpoints.ts'

const ALL = ['channels'] as const
const REFRESH_MS = 15_000

export type Deed = 'pause' | 'resume' | 'remove'

export const createChannel = (body: ChannelCreate) =>
  call(['POST', at('channels')], ChannelSchema, { body })

export const editChannel = (id: string, body: ChannelEdit) =>
  call(['PUT', at('channels', id)], ChannelSchema, { body })

export const checkChannel = (id: string) =>
  call(['POST', at('channels', id, 'check')], ChannelSchema)

export const rotateSecrets = (id: string, body: SecretRotation) =>
  call(['POST', at('channels', id, 'secrets')], ChannelSchema, { body })

export const finishRotation = (id: string) =>
  call(['POST', at('channels', id, 'secrets', 'finish')], ChannelSchema)

export const doToChannel = (id: string, deed: Deed, reason: string) =>
  call(['POST', at('channels', id, deed)], z.unknown(), { body: { reason } })

export function useChannels() {
  return useQuery({
    queryKey: [...ALL, 'list'],
    queryFn: ({ signal }) => call(['GET', at('channels')], ChannelListSchema, { signal }),
    refetchInterval: REFRESH_MS,
  })
}

export function useChannelForms() {
  return useQuery({
    queryKey: [...ALL, 'forms'],
    queryFn: ({ signal }) =>
      call(['GET', at('channels', 'forms')], ChannelFormListSchema, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export function useDependents(id: Ref<string>) {
  return useQuery({
    queryKey: computed(() => [...ALL, 'dependents', id.value]),
    queryFn: ({ signal }) =>
      call(['GET', at('channels', id.value, 'dependents')], ChannelDependentsSchema, { signal }),
    staleTime: 0,
  })
}

export function useRefreshChannels() {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: ALL })
}
