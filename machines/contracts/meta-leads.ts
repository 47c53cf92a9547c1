// Pages whose lead ads are read: how each is doing, and what of it could not be read.

import { z } from 'zod'
import { idSchema } from './ids.ts'

export const LeadPageSchema = z
  .object({
    channelId: z.string(),
    pageId: z.string(),
    name: z.string(),
    /** `expired`: Meta takes the token no more; `expiring`: within 14 days; `unknown`: not asked yet. */
    token: z.enum(['good', 'expiring', 'expired', 'unknown']),
    tokenExpiresAt: z.string().nullable(),
    /** Whether Meta tells of new leads; null: not asked yet. */
    isSubscribed: z.boolean().nullable(),
    problem: z.string().nullable(),
    checkedAt: z.string().nullable(),
    waiting: z.number(),
    failed: z.number(),
    done: z.number(),
    lastLeadAt: z.string().nullable(),
    /** When the page was read whole the last time, and how many leads no webhook had told of. */
    readAt: z.string().nullable(),
    found: z.number(),
  })
  .meta({ id: 'LeadAdsPage' })
export type LeadPage = z.infer<typeof LeadPageSchema>
export const LeadPageListSchema = z.object({ items: z.array(LeadPageSchema) })
export const LeadPageParamsSchema = z.object({ id: idSchema('channel') })

export const LeadFetchListSchema = z.object({
  items: z.array(
    z.object({
      leadgenId: z.string(),
      formId: z.string().nullable(),
      status: z.enum(['waiting', 'done', 'failed']),
      foundBy: z.enum(['webhook', 'reconcile']),
      attempts: z.number(),
      error: z.string().nullable(),
      contactId: z.string().nullable(),
      createdAt: z.string(),
    }),
  ),
})
export type LeadFetchList = z.infer<typeof LeadFetchListSchema>
