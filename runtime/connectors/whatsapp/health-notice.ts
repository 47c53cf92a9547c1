// What Meta tells of a number or of the account behind it, and what it answers when it is asked.

import { z } from 'zod'
import type { HealthChange, HealthEvent } from '#machines/contracts/channel-health.ts'
import { isJsonObject, type Json, type JsonObject } from '#machines/contracts/json.ts'
import { toStorableText } from '../json-body.ts'

/** A change of channels' health, and which of the account's channels it is for. */
export interface HealthNotice {
  field: string
  /** Meta's id of the WhatsApp Business account; null where the webhook lacks it. */
  accountId: string | null
  /** Digits of the number that it is about; null: every number of the account. */
  displayPhone: string | null
  change: HealthChange
  event: HealthEvent
}

type Reader = (value: JsonObject) => HealthChange

const READERS: Record<string, Reader> = {
  phone_number_quality_update: ({ event, current_limit: limit }) => ({
    ...(event === 'FLAGGED' && { flagged: true }),
    ...(event === 'UNFLAGGED' && { flagged: false }),
    ...(event === 'THROUGHPUT_UPGRADE' && { throughput: 'HIGH' }),
    ...(isWord(limit) && { limit: wordOf(limit) }),
  }),
  phone_number_name_update: ({ decision, requested_verified_name: name }) => ({
    ...(isWord(decision) && { nameStatus: wordOf(decision) }),
    ...(decision === 'APPROVED' && isWord(name) && { name: wordOf(name) }),
  }),
  business_capability_update: (value) => {
    const limit =
      value['max_daily_conversations_per_business'] ?? value['max_daily_conversation_per_phone']
    return isWord(limit) ? { limit: wordOf(limit) } : {}
  },
  account_update: ({ event, ban_info: ban }) => ({
    ...(isWord(event) && { account: accountOf(wordOf(event), ban) }),
  }),
  account_review_update: ({ decision }) => (isWord(decision) ? { review: wordOf(decision) } : {}),
  security: () => ({}),
}

/** What is over with these is over. */
const HARMLESS: ReadonlySet<string> = new Set([
  'VERIFIED_ACCOUNT',
  'ACCOUNT_REINSTATED',
  'PARTNER_ADDED',
  'PARTNER_APP_INSTALLED',
])

/** True for fields that speak of the health of numbers. */
export function isHealthField(field: string): boolean {
  return Object.hasOwn(READERS, field)
}

/** Reads one change of such a field; null when it is not of the documented form. */
export function readHealthNotice(
  { field, accountId, raw }: { field: string; accountId: string | null; raw: unknown },
  at: Date,
): HealthNotice | null {
  if (!isHealthField(field) || !isJsonObject(raw as Json)) return null
  const value = raw as JsonObject
  const { event, decision, display_phone_number: display, phone_number: phone } = value
  const number = isWord(display) ? display : phone
  const digits = isWord(number) ? wordOf(number).replaceAll(/\D/g, '') : ''
  const what = isWord(event) ? event : decision
  return {
    field,
    accountId,
    displayPhone: digits === '' ? null : digits,
    change: READERS[field]?.(value) ?? {},
    event: {
      code: isWord(what) ? `${field}.${wordOf(what)}` : field,
      at: at.toISOString(),
      details: detailsOf(value),
    },
  }
}

function accountOf(event: string, ban: Json | undefined): string | null {
  if (HARMLESS.has(event)) return null
  const state = isJsonObject(ban) ? ban['waba_ban_state'] : undefined
  return isWord(state) ? (wordOf(state) === 'REINSTATE' ? null : wordOf(state)) : event
}

const MAX_DETAILS = 20

function detailsOf(value: JsonObject): Record<string, string> {
  const flat = Object.entries(value).flatMap(([key, given]): [string, Json][] =>
    isJsonObject(given) ? Object.entries(given) : [[key, given]],
  )
  const words = flat.flatMap(([key, given]) =>
    isWord(given) ? [[key, wordOf(given)] as const] : [],
  )
  return Object.fromEntries(
    words.slice(0, MAX_DETAILS).map(([key, word]) => [key.slice(0, 100), word]),
  )
}

function isWord(value: Json | undefined): value is string | number {
  return (typeof value === 'string' && value !== '') || typeof value === 'number'
}

function wordOf(value: string | number): string {
  return toStorableText(String(value).slice(0, 300))
}

/** Fields of a number that are asked for. */
export const HEALTH_FIELDS =
  'quality_rating,status,throughput,verified_name,name_status,messaging_limit_tier,display_phone_number'

const text = z.string().max(300).optional().catch(undefined)
const AnswerSchema = z.looseObject({
  quality_rating: text,
  status: text,
  verified_name: text,
  name_status: text,
  messaging_limit_tier: text,
  throughput: z.looseObject({ level: text }).optional().catch(undefined),
})

/** What Meta answered about a number; null when it is no such answer. */
export function readHealthAnswer(body: unknown, now: Date): HealthChange | null {
  const parsed = AnswerSchema.safeParse(body)
  if (!parsed.success) return null
  const { quality_rating: quality, messaging_limit_tier: limit, throughput, ...rest } = parsed.data
  return {
    checkedAt: now.toISOString(),
    ...(quality !== undefined && { quality, ...(quality === 'GREEN' && { flagged: false }) }),
    ...(limit !== undefined && { limit }),
    ...(throughput?.level !== undefined && { throughput: throughput.level }),
    ...(rest.status !== undefined && { status: rest.status }),
    ...(rest.verified_name !== undefined && { name: rest.verified_name }),
    ...(rest.name_status !== undefined && { nameStatus: rest.name_status }),
  }
}
