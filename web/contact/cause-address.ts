// Where what holds a contact up is looked at and decided. Pure.

import type { RouteLocationRaw } from 'vue-router'
import type { Cause } from '../ui/sentence.ts'

export function addressOf(cause: Cause, contactId: string): RouteLocationRaw {
  switch (cause.at) {
    case 'letter':
      return `/deliveries/${encodeURIComponent(cause.id)}`
    case 'resting':
      return { path: '/deliveries', query: { tab: 'resting', contact: contactId } }
    case 'queue':
      return { path: '/deliveries', query: { tab: 'queue' } }
  }
}

/** Null for what is on its way, or has arrived. */
export function causeOf(effect: { id: string; status: string; error: unknown }): Cause | null {
  switch (effect.status) {
    case 'failed':
      return { at: 'letter', id: effect.id }
    case 'held':
    case 'uncertain':
      return { at: 'resting' }
    case 'pending':
      return effect.error === null ? null : { at: 'queue' }
    default:
      return null
  }
}
