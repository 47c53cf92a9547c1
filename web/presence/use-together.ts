// A draft that several people work on, kept together; what happens is said in a notice.

import { useToast } from '@nuxt/ui/composables'
import type { Draft } from '../editor/draft/draft.ts'
import { usePresenceTexts } from '../i18n/presence-texts.ts'
import { keepTogether, type Tell } from './keep-together.ts'
import type { People } from './use-people.ts'

/** @param reload brings what is on the server now; the draft takes it over while nothing is unsaved */
export function useTogether(
  draft: Draft,
  people: People,
  { reload }: { reload: () => Promise<unknown> },
) {
  return keepTogether(draft, people, { reload, tell: useTelling() })
}

/** Whoever works on saves every second; that is worth one word and not one each time. */
const QUIET_MS = 60_000
const LOOKS = {
  saved: { icon: 'i-lucide-users', text: 'presence.savedText' },
  joined: { icon: 'i-lucide-git-merge', text: 'presence.joinedText' },
  reloadFailed: { icon: 'i-lucide-triangle-alert', text: null },
} as const

function useTelling(): Tell {
  const t = usePresenceTexts()
  const toast = useToast()
  const told = new Map<string, number>()
  return (key, by) => {
    const name = by || t('presence.somebody')
    const before = told.get(`${key} ${by}`) ?? Number.NEGATIVE_INFINITY
    told.set(`${key} ${by}`, Date.now())
    if (Date.now() - before < QUIET_MS) return
    const { icon, text } = LOOKS[key]
    toast.add({
      title: t(`presence.${key}`, { name }),
      ...(text && { description: t(text) }),
      icon,
      color: key === 'reloadFailed' ? 'warning' : 'primary',
    })
  }
}
