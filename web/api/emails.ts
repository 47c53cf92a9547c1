// E-mail templates, their partials and sender domains, as calls and queries.

import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import type { Ref } from 'vue'
import { z } from 'zod'
import { EmailDomainReportSchema } from '#machines/contracts/email-domain.ts'
import {
  type EmailPartial,
  EmailPartialListSchema,
  EmailPartialSchema,
  type EmailPreviewRequest,
  EmailPreviewSchema,
  EmailTemplateListSchema,
  type EmailTemplateSave,
  EmailTemplateSchema,
  EmailTestReplySchema,
  type EmailTestRequest,
} from '#machines/contracts/email-templates.ts'
import { call } from './client.ts'
import { at } from './endpoints.ts'

const ALL = ['emails'] as const
const DoneSchema = z.object({ done: z.literal(true) })

export const saveEmailTemplate = (body: EmailTemplateSave) =>
  call(['PUT', at('email-templates')], EmailTemplateSchema, { body })

export const removeEmailTemplate = (id: string) =>
  call(['DELETE', at('email-templates', id)], DoneSchema)

export const previewEmail = (body: EmailPreviewRequest, signal?: AbortSignal) =>
  call(['POST', at('email-templates', 'preview')], EmailPreviewSchema, { body, signal })

export const sendTestEmail = (body: EmailTestRequest) =>
  call(['POST', at('email-templates', 'test')], EmailTestReplySchema, { body })

export const saveEmailPartial = (body: EmailPartial) =>
  call(['PUT', at('email-partials')], EmailPartialSchema, { body })

export const removeEmailPartial = (name: string) =>
  call(['DELETE', at('email-partials', name)], DoneSchema)

export function useEmailTemplates() {
  return useQuery({
    queryKey: [...ALL, 'templates'],
    queryFn: ({ signal }) =>
      call(['GET', at('email-templates')], EmailTemplateListSchema, { signal }),
  })
}

export function useEmailTemplate(id: Ref<string>) {
  return useQuery({
    queryKey: computed(() => [...ALL, 'template', id.value]),
    queryFn: ({ signal }) =>
      call(['GET', at('email-templates', id.value)], EmailTemplateSchema, { signal }),
    enabled: computed(() => id.value !== ''),
    refetchOnWindowFocus: false,
  })
}

export function useEmailPartials() {
  return useQuery({
    queryKey: [...ALL, 'partials'],
    queryFn: ({ signal }) =>
      call(['GET', at('email-partials')], EmailPartialListSchema, { signal }),
    refetchOnWindowFocus: false,
  })
}

/** Asked for when somebody wants to know. */
export function useDomainCheck(question: Ref<{ domain: string; selectors: string }>) {
  return useQuery({
    queryKey: computed(() => [...ALL, 'domain', question.value]),
    queryFn: ({ signal }) => {
      const { domain, selectors } = question.value
      const path = at('email-domains', domain, 'check')
      return call(['GET', path], EmailDomainReportSchema, { query: { selectors }, signal })
    },
    enabled: computed(() => question.value.domain !== ''),
    retry: false,
    staleTime: 0,
  })
}

export function useEmailsRefresh() {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: ALL })
}
