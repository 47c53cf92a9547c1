// The places of the app, as rail, bottom bar and palette list them. Only what exists is listed.

import type { MessageKey } from '../i18n/messages.ts'

export interface Place {
  id:
    | 'workflows'
    | 'contacts'
    | 'deliveries'
    | 'sources'
    | 'templates'
    | 'emails'
    | 'channels'
    | 'intelligence'
    | 'sandbox'
  path: string
  icon: string
  label: MessageKey
}

export const PLACES: readonly Place[] = [
  { id: 'workflows', path: '/workflows', icon: 'i-lucide-workflow', label: 'nav.workflows' },
  { id: 'contacts', path: '/contacts', icon: 'i-lucide-users', label: 'nav.contacts' },
  { id: 'deliveries', path: '/deliveries', icon: 'i-lucide-send', label: 'nav.deliveries' },
  {
    id: 'templates',
    path: '/templates',
    icon: 'i-lucide-layout-template',
    label: 'nav.templates',
  },
  { id: 'emails', path: '/emails', icon: 'i-lucide-mail', label: 'nav.emails' },
  { id: 'sources', path: '/sources', icon: 'i-lucide-magnet', label: 'nav.sources' },
  { id: 'channels', path: '/channels', icon: 'i-lucide-radio-tower', label: 'nav.channels' },
  {
    id: 'intelligence',
    path: '/intelligence',
    icon: 'i-lucide-sparkles',
    label: 'nav.intelligence',
  },
]

/** What fits along the bottom of a phone; the search leads to the others. */
export const PHONE_PLACES: readonly Place[] = PLACES.slice(0, 3)

/** Only where messages go to the sandbox; it needs a wide screen. */
export const SANDBOX_PLACE: Place = {
  id: 'sandbox',
  path: '/sandbox',
  icon: 'i-lucide-flask-conical',
  label: 'nav.sandbox',
}
