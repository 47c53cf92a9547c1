// What Meta tells of a template by webhook: status, quality, category, content. Read, not yet believed by any tenant.

import { z } from 'zod'
import { TEMPLATE_QUALITIES } from '#machines/contracts/whatsapp-template.ts'
import { statusOf } from './template-status.ts'

const STATUS = 'message_template_status_update'
const QUALITY = 'message_template_quality_update'
const COMPONENTS = 'message_template_components_update'
const CATEGORY = 'template_category_update'

/** Fields of webhooks that speak of templates. */
export const TEMPLATE_FIELDS: ReadonlySet<string> = new Set([STATUS, QUALITY, COMPONENTS, CATEGORY])

export interface TemplateChange {
  /** The business account that the template belongs to. */
  wabaId: string
  /** Meta's id of the template. */
  providerId: string
  name: string
  language: string
  at: Date
  news:
    | {
        type: 'status'
        status: string
        /** Meta's code, `INVALID_FORMAT`; null for none. */
        reason: string | null
        pausedUntil: Date | null
      }
    | { type: 'quality'; quality: string }
    | { type: 'category'; category: string }
    /** A move that Meta has announced. */
    | { type: 'category_due'; to: string; at: Date }
    /** Somebody changed it beside the platform; it has to be read again. */
    | { type: 'components' }
}

const Id = z.union([z.string(), z.number()]).transform(String).pipe(z.string().min(1).max(200))
const ValueSchema = z.looseObject({
  message_template_id: Id,
  message_template_name: z.string().min(1).max(512),
  message_template_language: z.string().min(2).max(20),
  event: z.string().max(60).optional(),
  reason: z.string().max(200).nullish(),
  other_info: z.looseObject({ title: z.string().max(100).optional() }).nullish(),
  new_quality_score: z.string().max(60).optional(),
  new_category: z.string().max(60).optional(),
  correct_category: z.string().max(60).nullish(),
  category_update_timestamp: z.union([z.string(), z.number()]).optional(),
})
type Value = z.infer<typeof ValueSchema>

export interface GivenChange {
  /** `entry[].id`. */
  wabaId: string
  field: string
  value: unknown
  /** `entry[].time`, or now. */
  at: Date
}

/** Reads one change; null when it is not of the documented form. */
export function readTemplateChange({
  wabaId,
  field,
  value,
  at,
}: GivenChange): TemplateChange | null {
  const parsed = ValueSchema.safeParse(value)
  if (!parsed.success) return null
  const news = newsOf(field, parsed.data, at)
  if (!news) return null
  const { message_template_id, message_template_name, message_template_language } = parsed.data
  return {
    wabaId,
    providerId: message_template_id,
    name: message_template_name,
    language: message_template_language,
    at,
    news,
  }
}

function newsOf(field: string, value: Value, at: Date): TemplateChange['news'] | null {
  switch (field) {
    case STATUS:
      return statusNews(value, at)
    case QUALITY: {
      const { new_quality_score: given } = value
      const quality = TEMPLATE_QUALITIES.find((known) => known === given?.toUpperCase())
      return given === undefined ? null : { type: 'quality', quality: quality ?? 'UNKNOWN' }
    }
    case CATEGORY:
      return categoryNews(value, at)
    case COMPONENTS:
      return { type: 'components' }
    default:
      return null
  }
}

const HOUR_MS = 3_600_000
/** How long a template that few like is held back: the first time, the second; the third it is disabled. */
const PAUSES_MS: Record<string, number> = { FIRST_PAUSE: 3 * HOUR_MS, SECOND_PAUSE: 6 * HOUR_MS }

function statusNews(
  { event, reason, other_info: info }: Value,
  at: Date,
): TemplateChange['news'] | null {
  const status = statusOf(event)
  if (status === null) return null
  const pauseMs = PAUSES_MS[info?.title ?? ''] ?? null
  const pausedUntil =
    status === 'PAUSED' && pauseMs !== null ? new Date(at.getTime() + pauseMs) : null
  const isNone = reason === null || reason === undefined || reason.toUpperCase() === 'NONE'
  return { type: 'status', status, reason: isNone ? null : reason.toUpperCase(), pausedUntil }
}

const DAY_MS = 24 * HOUR_MS

function categoryNews(value: Value, at: Date): TemplateChange['news'] | null {
  const { new_category: now, correct_category: to, category_update_timestamp: stamp } = value
  if (to) {
    const seconds = Number(stamp)
    const due = seconds > 1e9 ? new Date(seconds * 1000) : new Date(at.getTime() + DAY_MS)
    return { type: 'category_due', to: to.toUpperCase(), at: due }
  }
  return now === undefined ? null : { type: 'category', category: now.toUpperCase() }
}
