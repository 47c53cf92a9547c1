// The places of the app, as rail, bottom bar and palette list them. Only what exists is listed.

import type { MessageKey } from '../i18n/messages.ts'

export interface Place {
  id: 'workflows' | 'contacts' | 'deliveries'
  path: string
  icon: string
  label: MessageKey
}

export const PLACES: readonly Place[] = [
  { id: 'workflows', path: '/workflows', icon: 'i-lucide-workflow', label: 'nav.workflows' },
  { id: 'contacts', path: '/contacts', icon: 'i-lucide-users', label: 'nav.contacts' },
  { id: 'deliveries', path: '/deliveries', icon: 'i-lucide-send', label: 'nav.deliveries' },
]
