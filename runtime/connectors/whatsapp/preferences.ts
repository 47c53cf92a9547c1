// What people told WhatsApp itself of marketing messages: `stop` and `resume` are words about consent like any other.

import { z } from 'zod'
import type { EventArrival } from '../arrival.ts'
import { addressOf, instantOf, type Item, type Scope } from './inbound-item.ts'

const PreferenceSchema = z.looseObject({
  wa_id: z.string().max(40).optional(),
  user_id: z.string().max(200).optional(),
  category: z.string().max(100),
  value: z.string().max(40),
  timestamp: z.union([z.string().max(20), z.number()]).optional(),
})

/** Reads one entry of `user_preferences[]`. */
export function readPreference(given: unknown, scope: Scope): Item {
  const field = 'user_preferences'
  const parsed = PreferenceSchema.safeParse(given)
  if (!parsed.success) return { field, reason: 'a preference is not of the documented form' }
  const { wa_id: from, user_id: userId, category, value, timestamp } = parsed.data
  const address = addressOf({ from, from_user_id: userId })
  if (!address) return { field, reason: 'a preference says not whose it is' }
  if (category !== 'marketing_messages' || (value !== 'stop' && value !== 'resume')) {
    return { field, reason: `preference ${category} ${value} is not handled` }
  }
  const at = timestamp === undefined ? undefined : String(timestamp)
  const arrival: EventArrival = {
    type: 'event',
    sourceId: scope.channelId,
    eventId: `${from ?? userId}:${value}:${at ?? ''}`,
    eventType: value === 'stop' ? 'consent.revoked' : 'consent.granted',
    dedupeKey: `wa:${scope.phoneNumberId}:pref:${from ?? userId}:${value}:${at ?? ''}`,
    occurredAt: instantOf(at, scope.now),
    source: 'whatsapp',
    address,
    unknownContact: 'upsert',
    payload: { purpose: 'marketing', channel: 'whatsapp', preference: value },
  }
  return arrival
}
