// Event types and effect kinds as people call them; a tenant's own types keep their name.

import { useTexts } from '../i18n/i18n.ts'

const keyOf = (type: string): string => type.replaceAll('.', '_')

/** `purchase.approved` → "compra aprovada". */
export function useEventName() {
  const { named } = useTexts()
  return (type: string): string => named(`events.${keyOf(type)}`, type)
}

/** `purchase.approved` → "uma compra aprovada", as it is said after "espera por". */
export function useAwaitedName() {
  const { named } = useTexts()
  const eventName = useEventName()
  return (type: string): string => named(`awaited.${keyOf(type)}`, eventName(type))
}

export function useEffectName() {
  const { named } = useTexts()
  return (kind: string): string => named(`kinds.${keyOf(kind)}`, kind)
}
