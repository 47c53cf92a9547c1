// Event types and effect kinds as people call them; a tenant's own types keep their name.

import { useTexts } from '../i18n/i18n.ts'

const keyOf = (type: string): string => type.replaceAll('.', '_')

/** `purchase.approved` → "compra aprovada (purchase.approved)" with `exact`, else without the type. */
export function useEventName() {
  const { named } = useTexts()
  return (type: string, options: { exact?: boolean } = {}): string => {
    const words = named(`events.${keyOf(type)}`, type)
    return options.exact === true && words !== type ? `${words} (${type})` : words
  }
}

export function useEffectName() {
  const { named } = useTexts()
  return (kind: string): string => named(`kinds.${keyOf(kind)}`, kind)
}
