// Deliveries in words and icons: what it is, for whom, and what became of it.

import type { LetterItem } from '#machines/contracts/deliveries.ts'
import { useTexts } from '../i18n/i18n.ts'
import type { MessageKey } from '../i18n/messages.ts'
import { useEffectName, useEventName } from '../ui/use-event-name.ts'

type Letter = Pick<LetterItem, 'kind' | 'what' | 'name' | 'phone' | 'uncertain' | 'resolution'>

export function useDeliveryWords() {
  const { t, format } = useTexts()
  const effectName = useEffectName()
  const eventName = useEventName()

  const who = ({ name, phone }: Pick<Letter, 'name' | 'phone'>): string =>
    name ?? (phone ? format.value.phone(phone) : t('deliveries.noContact'))

  const what = ({ kind, what: type }: Pick<Letter, 'kind' | 'what'>): string => {
    const words = kind === 'effect' ? effectName(type) : eventName(type)
    return words.slice(0, 1).toUpperCase() + words.slice(1)
  }

  return { who, what, fate: (letter: Letter) => t(fateKey(letter), { name: who(letter) }) }
}

function fateKey({ kind, resolution, uncertain }: Letter): MessageKey {
  if (resolution === 'replayed') return 'letters.wasReplayed'
  if (resolution === 'dropped') {
    return kind === 'effect' ? 'letters.wasDropped' : 'letters.wasLeftOut'
  }
  if (kind === 'envelope') return 'letters.notApplied'
  return uncertain ? 'letters.mayHaveArrived' : 'letters.notSent'
}

/** The icon of a kind of effect or event. */
export function deliveryIcon(what: string): string {
  const [area = ''] = what.split('.')
  return ICONS[area] ?? 'i-lucide-inbox'
}

const ICONS: Record<string, string> = {
  whatsapp: 'i-lucide-message-circle',
  email: 'i-lucide-mail',
  webhook: 'i-lucide-webhook',
  ai: 'i-lucide-sparkles',
  contact: 'i-lucide-user',
  tag: 'i-lucide-tag',
  crm: 'i-lucide-handshake',
  transform: 'i-lucide-braces',
}
