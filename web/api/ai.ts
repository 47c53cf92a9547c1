// The tenant's language model: settings, test and usage, as calls and queries.

import { useQuery, useQueryClient } from '@tanstack/vue-query'
import {
  type AiSettingsEdit,
  AiSettingsSchema,
  AiTestReplySchema,
  type AiTestRequest,
  AiUsageSchema,
} from '#machines/contracts/ai-settings.ts'
import { call } from './client.ts'
import { at } from './endpoints.ts'

const SETTINGS = ['ai', 'settings'] as const
const REFRESH_MS = 30_000

export const testAi = (body: AiTestRequest) =>
  call(['POST', at('ai-settings', 'test')], AiTestReplySchema, { body })

/** @returns saves, and shows from then on what was saved */
export function useSaveAi() {
  const queries = useQueryClient()
  return async (body: AiSettingsEdit) => {
    const saved = await call(['PUT', at('ai-settings')], AiSettingsSchema, { body })
    queries.setQueryData(SETTINGS, saved)
    return saved
  }
}

export function useAiSettings() {
  return useQuery({
    queryKey: SETTINGS,
    queryFn: ({ signal }) => call(['GET', at('ai-settings')], AiSettingsSchema, { signal }),
    refetchOnWindowFocus: false,
  })
}

export function useAiUsage() {
  return useQuery({
    queryKey: ['ai', 'usage'],
    queryFn: ({ signal }) => call(['GET', at('ai-settings', 'usage')], AiUsageSchema, { signal }),
    refetchInterval: REFRESH_MS,
  })
}
