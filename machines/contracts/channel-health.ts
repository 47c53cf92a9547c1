// How well a channel stands with its provider: what a settings page shows and what may soon keep messages from leaving.

import { z } from 'zod'

const word = z.string().max(300)

/** Something that a provider told of a channel. */
export const HealthEventSchema = z.object({
  /** The provider's own name of it, `phone_number_quality_update.FLAGGED`. */
  code: word,
  /** ISO 8601. */
  at: z.string(),
  /** What it said beside, by the provider's names. */
  details: z.record(z.string(), word),
})
export type HealthEvent = z.infer<typeof HealthEventSchema>

export const ChannelHealthSchema = z
  .object({
    /** `GREEN`, `YELLOW`, `RED`, `UNKNOWN`. */
    quality: word.nullable().default(null),
    /** True from the provider's warning on until it is taken back. */
    flagged: z.boolean().default(false),
    /** How many people may be written to first in a rolling day, `TIER_1K`. */
    limit: word.nullable().default(null),
    /** `STANDARD`, `HIGH`. */
    throughput: word.nullable().default(null),
    /** Of the number, `CONNECTED`. */
    status: word.nullable().default(null),
    /** Of the account behind it; null while nothing was said against it. */
    account: word.nullable().default(null),
    review: word.nullable().default(null),
    name: word.nullable().default(null),
    nameStatus: word.nullable().default(null),
    /** When the provider was last asked. ISO 8601. */
    checkedAt: z.string().nullable().default(null),
    /** The latest first, twenty of them. */
    events: z.array(HealthEventSchema).default([]),
  })
  .meta({ id: 'ChannelHealth' })
export type ChannelHealth = z.infer<typeof ChannelHealthSchema>

/** What changed; what is left out stays as it was. */
export type HealthChange = Partial<Omit<ChannelHealth, 'events'>>

const MAX_EVENTS = 20

/** The health after a change; an event that was told before changes nothing. */
export function withHealth(
  before: unknown,
  { change, event }: { change: HealthChange; event?: HealthEvent },
): ChannelHealth {
  const known = ChannelHealthSchema.safeParse(before)
  const health = known.success ? known.data : ChannelHealthSchema.parse({})
  if (!event) return { ...health, ...change }
  const isKnown = health.events.some(({ code, at }) => code === event.code && at === event.at)
  if (isKnown) return health
  const events = [event, ...health.events]
    .toSorted((left, right) => (left.at < right.at ? 1 : -1))
    .slice(0, MAX_EVENTS)
  // What comes late tells of the past: what has been heard since holds.
  const isLatest = !health.events.some(
    ({ code, at }) => fieldOf(code) === fieldOf(event.code) && at > event.at,
  )
  return { ...health, ...(isLatest && change), events }
}

function fieldOf(code: string): string {
  return code.split('.')[0] ?? code
}
