// Sources, forms, lists and pages of leads, as calls and queries.

import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import type { Ref } from 'vue'
import { ErrorReplySchema, WebhookReplySchema } from '#machines/contracts/api.ts'
import { AttributionSchema } from '#machines/contracts/attribution.ts'
import {
  type FormCreate,
  type FormEdit,
  FormListSchema,
  FormSchema,
} from '#machines/contracts/forms.ts'
import {
  ImportDryRunSchema,
  ImportListSchema,
  type ImportOptions,
  ImportSchema,
} from '#machines/contracts/imports.ts'
import { LeadPageListSchema, LeadPageSchema } from '#machines/contracts/meta-leads.ts'
import {
  type MappingTestRequest,
  MappingTestSchema,
  type SourceCreate,
  type SourceEdit,
  SourceListSchema,
  SourcePayloadListSchema,
  SourceSchema,
  SourceSecretSchema,
} from '#machines/contracts/sources.ts'
import { call, withQuery } from './client.ts'
import { at } from './endpoints.ts'
import { notUnderstood, refused, unreachable } from './errors.ts'

const ALL = ['leads'] as const
const REFRESH_MS = 15_000
const QUICK_MS = 2_000

// ── sources ──
export const createSource = (body: SourceCreate) =>
  call(['POST', at('sources')], SourceSecretSchema, { body })
export const editSource = (id: string, body: SourceEdit) =>
  call(['PUT', at('sources', id)], SourceSchema, { body })
export const rotateSecret = (id: string) =>
  call(['POST', at('sources', id, 'secret')], SourceSecretSchema)
export const finishRotation = (id: string) =>
  call(['POST', at('sources', id, 'secret', 'finish')], SourceSchema)
export const testMapping = (id: string, body: MappingTestRequest) =>
  call(['POST', at('sources', id, 'test')], MappingTestSchema, { body })
export const replayPayload = (id: string, payload: string) =>
  call(['POST', at('sources', id, 'payloads', payload, 'replay')], WebhookReplySchema)

export function useSources() {
  return useQuery({
    queryKey: [...ALL, 'sources'],
    queryFn: ({ signal }) => call(['GET', at('sources')], SourceListSchema, { signal }),
    refetchInterval: REFRESH_MS,
  })
}

export function usePayloads(id: Ref<string>) {
  return useQuery({
    queryKey: computed(() => [...ALL, 'payloads', id.value]),
    queryFn: ({ signal }) =>
      call(['GET', at('sources', id.value, 'payloads')], SourcePayloadListSchema, { signal }),
    refetchInterval: REFRESH_MS,
  })
}

// ── forms ──
export const createForm = (body: FormCreate) => call(['POST', at('forms')], FormSchema, { body })
export const editForm = (id: string, body: FormEdit) =>
  call(['PUT', at('forms', id)], FormSchema, { body })

export function useForms() {
  return useQuery({
    queryKey: [...ALL, 'forms'],
    queryFn: ({ signal }) => call(['GET', at('forms')], FormListSchema, { signal }),
  })
}

// ── lists ──
/** The file goes as it is; everything else here is JSON. */
export async function uploadList(file: File) {
  const path = withQuery(at('imports'), { name: file.name.slice(0, 200) })
  const response = await fetch(path, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'text/csv' },
    body: file,
  }).catch((error: unknown) => {
    throw unreachable(error)
  })
  const json: unknown = await response.json().catch(() => null)
  if (!response.ok) throw refused(response.status, ErrorReplySchema.safeParse(json).data ?? null)
  const parsed = ImportSchema.safeParse(json)
  if (!parsed.success) throw notUnderstood(response.status, parsed.error)
  return parsed.data
}
export const tryImport = (id: string, body: ImportOptions) =>
  call(['POST', at('imports', id, 'dry-run')], ImportDryRunSchema, { body })
export const startImport = (id: string, body: ImportOptions) =>
  call(['POST', at('imports', id, 'start')], ImportSchema, { body })
export const cancelImport = (id: string) =>
  call(['POST', at('imports', id, 'cancel')], ImportSchema)
export const invalidRowsOf = (id: string): string => at('imports', id, 'invalid.csv')
export const readImport = (id: string) => call(['GET', at('imports', id)], ImportSchema)

export function useImports() {
  return useQuery({
    queryKey: [...ALL, 'imports'],
    queryFn: ({ signal }) => call(['GET', at('imports')], ImportListSchema, { signal }),
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ status }) => status === 'running') === true ? QUICK_MS : false,
  })
}

// ── pages of lead ads ──
export const doToPage = (id: string, deed: 'check' | 'subscribe' | 'reconcile') =>
  call(['POST', at('meta-leads', id, deed)], LeadPageSchema)

export function useLeadPages() {
  return useQuery({
    queryKey: [...ALL, 'pages'],
    queryFn: ({ signal }) => call(['GET', at('meta-leads')], LeadPageListSchema, { signal }),
    refetchInterval: REFRESH_MS,
  })
}

// ── attribution ──
export function useAttribution(contactId: Ref<string>) {
  return useQuery({
    queryKey: computed(() => [...ALL, 'attribution', contactId.value]),
    queryFn: ({ signal }) =>
      call(['GET', at('contacts', contactId.value, 'attribution')], AttributionSchema, { signal }),
  })
}

export function useRefreshLeads() {
  const client = useQueryClient()
  return () => client.invalidateQueries({ queryKey: ALL })
}
