// Languages: typed keys, the chosen language, and the formats that go with it.

import { createI18n, useI18n } from 'vue-i18n'
import { computed } from 'vue'
import { injectNeeded } from '../state/inject.ts'
import type { NeededKey } from '../state/inject.ts'
import { useSession } from '../state/session.ts'
import { createFormat } from '../ui/format.ts'
import type { MessageKey, Messages } from './messages.ts'
import { ptBR } from './pt-br.ts'

export const LOCALES = ['pt-BR', 'en'] as const
export type AppLocale = (typeof LOCALES)[number]

export type Translate = (key: MessageKey, named?: Record<string, unknown>, count?: number) => string

const STORAGE_KEY = 'fluxolab-locale'

export function isAppLocale(value: unknown): value is AppLocale {
  return LOCALES.some((locale) => locale === value)
}

/** Who reads Portuguese loads no English. */
export async function createTexts(locale: AppLocale) {
  const texts = createI18n({
    legacy: false,
    locale,
    fallbackLocale: 'pt-BR',
    messages: { 'pt-BR': ptBR } as Record<AppLocale, Messages>,
    missingWarn: false,
    fallbackWarn: false,
  })
  await loadLocale(texts.global, locale)
  return texts
}

interface MessageShelf {
  availableLocales: string[]
  setLocaleMessage(locale: AppLocale, messages: Messages): void
}

async function loadLocale(shelf: MessageShelf, locale: AppLocale): Promise<void> {
  if (shelf.availableLocales.includes(locale)) return
  const { en } = await import('./en.ts')
  shelf.setLocaleMessage(locale, en)
}

/** The chosen language; until somebody chooses, English for English browsers, else Portuguese. */
export function localeFor(stored: string | null, browser: string): AppLocale {
  if (isAppLocale(stored)) return stored
  return /^en\b/i.test(browser) ? 'en' : 'pt-BR'
}

export function storedLocale(): AppLocale {
  return localeFor(localStorage.getItem(STORAGE_KEY), navigator.language)
}

/** Says the language to screen readers and browsers; choosing it is `storeLocale`. */
export function showLocale(locale: AppLocale): void {
  document.documentElement.lang = locale
}

export function storeLocale(locale: AppLocale): void {
  localStorage.setItem(STORAGE_KEY, locale)
  showLocale(locale)
}

/** A plain translate function over an i18n composer, also for code outside components. */
export function translateWith(composer: {
  t: (key: string, named: Record<string, unknown>, count: number) => string
}): Translate {
  return (key, named = {}, count = 1) => composer.t(key, named, count)
}

/** Texts and formats, following the chosen language and the tenant's zone; made once, by the shell. */
export function createUsedTexts() {
  const composer = useI18n()
  const { zone } = useSession()
  const locale = computed<AppLocale>({
    get: () => (isAppLocale(composer.locale.value) ? composer.locale.value : 'pt-BR'),
    set: (chosen) => {
      storeLocale(chosen)
      // Nobody is left between two languages: it changes when all its words are there.
      void loadLocale(composer as MessageShelf, chosen).then(() => {
        composer.locale.value = chosen
      })
    },
  })
  return {
    t: translateWith(composer),
    /** Translation of a key made at run time, or the fallback when there is none. */
    named: (key: string, fallback: string) => (composer.te(key) ? composer.t(key) : fallback),
    locale,
    format: computed(() => createFormat({ locale: locale.value, zone: zone.value })),
  }
}
export type UsedTexts = ReturnType<typeof createUsedTexts>
export const textsKey: NeededKey<UsedTexts> = Symbol('texts')

/** Texts and formats for components. */
export const useTexts = (): UsedTexts => injectNeeded(textsKey)
