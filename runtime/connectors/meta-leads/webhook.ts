// Meta's webhook of pages: which leads it tells of. It carries no answers; those are fetched.

import { z } from 'zod'
import { parseProviderBody } from '../json-body.ts'

export const META_BODY_LIMIT = 1024 * 1024

const id = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().regex(/^\d{1,40}$/))

const LeadgenSchema = z.object({
  leadgen_id: id,
  page_id: id.optional(),
  form_id: id.optional().catch(undefined),
  ad_id: id.optional().catch(undefined),
  adgroup_id: id.optional().catch(undefined),
  created_time: z.number().optional().catch(undefined),
})

const BodySchema = z.object({
  entry: z
    .array(
      z.object({
        id: id.optional().catch(undefined),
        changes: z.array(z.object({ field: z.string(), value: z.unknown() })).catch([]),
      }),
    )
    .catch([]),
})

/** A lead that Meta tells of. */
export interface ToldLead {
  pageId: string
  leadgenId: string
  formId: string | null
  told: Record<string, string | number>
}

/**
 * Reads what a body tells of; nothing of it is believed before its signature.
 * @throws {FluxoError} EVENT_TOO_LARGE, WEBHOOK_BODY_TOO_DEEP, WEBHOOK_BODY_INVALID
 */
export function readMetaWebhook(rawBody: Buffer): {
  pageIds: string[]
  leads: ToldLead[]
  ignored: number
} {
  const body = BodySchema.parse(parseProviderBody(rawBody, META_BODY_LIMIT))
  const pageIds = new Set<string>()
  const leads: ToldLead[] = []
  let ignored = 0
  for (const entry of body.entry) {
    if (entry.id !== undefined) pageIds.add(entry.id)
    for (const { field, value } of entry.changes) {
      const lead = field === 'leadgen' ? leadOf(value, entry.id) : null
      if (lead) {
        leads.push(lead)
        pageIds.add(lead.pageId)
      } else ignored += 1
    }
  }
  return { pageIds: [...pageIds], leads, ignored }
}

function leadOf(value: unknown, entryId: string | undefined): ToldLead | null {
  const read = LeadgenSchema.safeParse(value)
  const pageId = read.data?.page_id ?? entryId
  if (!read.success || pageId === undefined) return null
  const { leadgen_id: leadgenId, form_id: formId, ...rest } = read.data
  const told = Object.fromEntries(
    Object.entries({ ...rest, form_id: formId }).filter(([, said]) => said !== undefined),
  ) as ToldLead['told']
  return { pageId, leadgenId, formId: formId ?? null, told }
}
