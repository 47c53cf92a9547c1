// The templates that a tenant has for a channel, as a form offers them.

import { computed, ref, watch } from 'vue'
import { useEmailTemplates } from '../../api/emails.ts'
import { useTemplates } from '../../api/templates.ts'

export interface TenantTemplate {
  name: string
  language: string
  variables: readonly string[]
  /** Null for letters, which nobody has to approve. */
  status: string | null
  isBlocked: boolean
  /** Its body, or a letter's subject. */
  text: string
}

const MOST_PAGES = 10

/** @param kind of the node that sends it */
export function useTenantTemplates(kind: string) {
  return kind.startsWith('email.') ? useLetters() : useApproved()
}

function useLetters() {
  const query = useEmailTemplates()
  const templates = computed((): TenantTemplate[] =>
    (query.data.value?.items ?? []).map(({ name, language, variables, subject }) => ({
      name,
      language,
      variables,
      status: null,
      isBlocked: false,
      text: subject,
    })),
  )
  return { templates, isPending: query.isPending, error: query.error }
}

function useApproved() {
  const query = useTemplates(ref({}))
  watch(
    () => query.data.value?.pages.length,
    (pages = 0) => {
      if (query.hasNextPage.value && pages < MOST_PAGES) void query.fetchNextPage()
    },
    { immediate: true },
  )
  const templates = computed((): TenantTemplate[] =>
    (query.data.value?.pages.flatMap((page) => page.items) ?? []).map((item) => ({
      name: item.name,
      language: item.language,
      variables: item.variables,
      status: item.status,
      isBlocked: item.blocked,
      text: item.content.body,
    })),
  )
  return { templates, isPending: query.isPending, error: query.error }
}

/** The template that a node means: by its name, in its language where it names one. */
export function templateOf(
  templates: readonly TenantTemplate[],
  name: unknown,
  language: unknown,
): TenantTemplate | null {
  const named = templates.filter((template) => template.name === name)
  return named.find((template) => template.language === language) ?? named[0] ?? null
}
