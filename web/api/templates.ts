// Templates of WhatsApp, as calls and queries.

import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import type { Ref } from 'vue'
import { z } from 'zod'
import {
  type TemplateDraft,
  TemplateItemSchema,
  TemplateListSchema,
  TemplateSyncSchema,
} from '#machines/contracts/whatsapp-template.ts'
import { call } from './client.ts'
import { at } from './endpoints.ts'

/** As it stands in the address of the page. */
export interface TemplateSearch {
  status?: string | undefined
  q?: string | undefined
}

const ALL = ['templates'] as const
/** Meta decides when it likes. */
const REFRESH_MS = 10_000

export const createTemplate = (body: TemplateDraft) =>
  call(['POST', at('templates')], TemplateItemSchema, { body })

export const editTemplate = (id: string, body: TemplateDraft) =>
  call(['PUT', at('templates', id)], TemplateItemSchema, { body })

export const submitTemplate = (id: string) =>
  call(['POST', at('templates', id, 'submit')], TemplateItemSchema)

export const removeTemplate = (id: string) => call(['DELETE', at('templates', id)], z.unknown())

/** One part of what Meta has. */
export const syncTemplates = (next: string | null, signal: AbortSignal) =>
  call(['POST', at('templates', 'sync')], TemplateSyncSchema, { body: { next }, signal })

export function useTemplatesRefresh() {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: ALL })
}

export function useTemplates(search: Ref<TemplateSearch>) {
  return useInfiniteQuery({
    queryKey: computed(() => [...ALL, 'list', search.value]),
    queryFn: ({ pageParam, signal }) =>
      call(['GET', at('templates')], TemplateListSchema, {
        query: { ...search.value, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  })
}

export function useTemplate(id: Ref<string>) {
  return useQuery({
    queryKey: computed(() => [...ALL, 'one', id.value]),
    queryFn: ({ signal }) =>
      call(['GET', at('templates', id.value)], TemplateItemSchema, { signal }),
    enabled: computed(() => id.value !== ''),
    refetchInterval: REFRESH_MS,
  })
}

/** The first of the tenant's templates, to show what they say where they are only named. */
export function useTemplateWords(enabled: Ref<boolean>) {
  return useQuery({
    queryKey: [...ALL, 'words'],
    queryFn: ({ signal }) =>
      call(['GET', at('templates')], TemplateListSchema, { query: { limit: 200 }, signal }),
    enabled,
    staleTime: 60_000,
  })
}
