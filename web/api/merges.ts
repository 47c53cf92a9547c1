// Contacts that turn out to be one person, as calls and queries.

import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import type { Ref } from 'vue'
import { z } from 'zod'
import {
  ContactMergeListSchema,
  MergePreviewSchema,
  MergeReplySchema,
  MergeSuggestionListSchema,
} from '#machines/contracts/merges.ts'
import { call } from './client.ts'
import { at } from './endpoints.ts'

const ALL = ['contact-merges'] as const

export const mergeContacts = (targetId: string, body: { sourceId: string; reason: string }) =>
  call(['POST', at('contacts', targetId, 'merge')], MergeReplySchema, { body })

export const undoMerge = (mergeId: string, reason: string) =>
  call(['POST', at('contact-merges', mergeId, 'undo')], MergeReplySchema, { body: { reason } })

export const dismissSuggestion = (id: string) =>
  call(['POST', at('contact-merges', 'suggestions', id, 'dismiss')], z.unknown())

/** Both contacts are read again after a deed. */
export function useRefreshContacts() {
  const queries = useQueryClient()
  return async (): Promise<void> => {
    await Promise.all(
      [ALL, ['contact'], ['contacts']].map((queryKey) => queries.invalidateQueries({ queryKey })),
    )
  }
}

/** What merging the source into the target would do; asked once there is a source. */
export function useMergePreview(targetId: Ref<string>, sourceId: Ref<string>) {
  return useQuery({
    queryKey: computed(() => [...ALL, 'preview', targetId.value, sourceId.value]),
    queryFn: ({ signal }) =>
      call(['POST', at('contacts', targetId.value, 'merge', 'preview')], MergePreviewSchema, {
        body: { sourceId: sourceId.value },
        signal,
      }),
    enabled: computed(() => sourceId.value !== ''),
    staleTime: 0,
  })
}

export function useMerges(contactId: Ref<string>) {
  return useQuery({
    queryKey: computed(() => [...ALL, 'of', contactId.value]),
    queryFn: ({ signal }) =>
      call(['GET', at('contacts', contactId.value, 'merges')], ContactMergeListSchema, { signal }),
  })
}

export function useMergeSuggestions(contactId: Ref<string>) {
  return useQuery({
    queryKey: computed(() => [...ALL, 'suggestions', contactId.value]),
    queryFn: ({ signal }) =>
      call(['GET', at('contact-merges', 'suggestions')], MergeSuggestionListSchema, {
        query: { contactId: contactId.value },
        signal,
      }),
    staleTime: 60_000,
  })
}
