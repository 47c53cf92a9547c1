// Texts of a page that is loaded when it is opened: its own keys, typed, in the same languages.

import { useI18n } from 'vue-i18n'
import { translateWith } from './i18n.ts'
import type { Paths, Widen } from './messages.ts'

type Tree = { [key: string]: string | Tree }
type Translate<Key> = (key: Key, named?: Record<string, unknown>, count?: number) => string

/** @returns what a component of the page asks for its translate function */
export function createPageTexts<const T extends Tree>(
  ptBR: T,
  en: Widen<T>,
): () => Translate<Paths<T>> {
  let isKnown = false
  return () => {
    const composer = useI18n()
    if (!isKnown) {
      composer.mergeLocaleMessage('pt-BR', ptBR)
      composer.mergeLocaleMessage('en', en as Tree)
    }
    isKnown = true
    return translateWith(composer) as Translate<Paths<T>>
  }
}
