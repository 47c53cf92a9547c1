// Where a contact came from: what a touch says, and what is known of a contact's touches and purchases.

import { z } from 'zod'

const word = z.string().max(500).optional()

/** What brought a person to us once: a campaign's link, an ad that led to WhatsApp, a form within an ad. */
export const TouchSchema = z.object({
  /** `link`: campaign fields of an address; `ctwa`: an ad or post that opened WhatsApp; `meta_ad`: a lead ad. */
  kind: z.enum(['link', 'ctwa', 'meta_ad']),
  /** `utm_source`, `utm_medium`, … */
  source: word,
  medium: word,
  campaign: word,
  term: word,
  content: word,
  adId: word,
  adName: word,
  adsetId: word,
  adsetName: word,
  campaignId: word,
  /** Of the provider or ours. */
  formId: word,
  /** `gclid`, `fbclid`, `ctwa_clid`, …, and its value. */
  clickKind: word,
  clickId: word,
  /** The post or page that was clicked. */
  url: word,
  headline: word,
  referrer: word,
})
export type Touch = z.infer<typeof TouchSchema>

export const ConversionSchema = z.object({
  eventId: z.string(),
  type: z.string(),
  /** Hundredths of the currency; null where the purchase did not say. */
  valueCents: z.number().nullable(),
  /** ISO 4217. */
  currency: z.string().nullable(),
  at: z.string(),
  /** The touch that came last before it. */
  touch: TouchSchema.nullable(),
})

const TouchedSchema = TouchSchema.extend({ at: z.string() })

export const AttributionSchema = z
  .object({
    first: TouchedSchema.nullable(),
    last: TouchedSchema.nullable(),
    touches: z.number(),
    /** The latest 50. */
    conversions: z.array(ConversionSchema),
    revenue: z.array(z.object({ currency: z.string().nullable(), cents: z.number() })),
  })
  .meta({ id: 'ContactAttribution' })
export type Attribution = z.infer<typeof AttributionSchema>
