// Commands that are there on every page: language, theme, signing out. The menu and the palette share them.

import { useColorMode } from '@vueuse/core'
import { computed } from 'vue'
import { signOut } from '../api/endpoints.ts'
import { useTexts } from '../i18n/i18n.ts'
import { useSession } from '../state/session.ts'

export interface Command {
  id: string
  label: string
  icon: string
  active: boolean
  run: () => void
}

const THEMES = [
  ['auto', 'i-lucide-monitor', 'theme.auto'],
  ['light', 'i-lucide-sun', 'theme.light'],
  ['dark', 'i-lucide-moon', 'theme.dark'],
] as const

const LANGUAGES = [
  ['pt-BR', 'Português (Brasil)'],
  ['en', 'English'],
] as const

export function useCommands() {
  const { t, locale } = useTexts()
  const { store } = useSession()
  const { store: theme } = useColorMode()

  const languages = computed(() =>
    LANGUAGES.map(([id, label]): Command => ({
      id: `language-${id}`,
      label,
      icon: 'i-lucide-languages',
      active: locale.value === id,
      run: () => {
        locale.value = id
      },
    })),
  )
  const themes = computed(() =>
    THEMES.map(([id, icon, key]): Command => ({
      id: `theme-${id}`,
      label: t(key),
      icon,
      active: theme.value === id,
      run: () => {
        theme.value = id
      },
    })),
  )
  const leave = computed((): Command => ({
    id: 'sign-out',
    label: t('nav.signOut'),
    icon: 'i-lucide-log-out',
    active: false,
    run: () => {
      void signOut()
        .catch(() => null)
        .finally(() => store.send({ type: 'signedOut' }))
    },
  }))
  return { languages, themes, leave }
}
