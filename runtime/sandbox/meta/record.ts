// What the stand-in for Meta's lead ads remembers, one JSON line each. Written before the answer leaves.

import { join } from 'node:path'
import { z } from 'zod'
import { type LogFile, openLogFile } from '../log-file.ts'

const Digits = z.string().regex(/^\d{5,30}$/)

/** A page that somebody registered. */
export const PageSchema = z.strictObject({
  pageId: Digits,
  name: z.string().max(200).default('Página de teste'),
  accessToken: z.string().min(1).max(1000),
  appSecret: z.string().min(1).max(1000),
  webhookUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** Seconds since 1970; 0: never. */
  tokenExpiresAt: z.int().min(0).default(0),
  /** False: every call is answered with error 190. */
  isTokenValid: z.boolean().default(true),
  isSubscribed: z.boolean().default(true),
})
export type MetaPage = z.infer<typeof PageSchema>

export const LeadSchema = z.object({
  id: z.string(),
  pageId: z.string(),
  formId: z.string(),
  /** Milliseconds since 1970. */
  at: z.number(),
  answers: z.record(z.string(), z.array(z.string())),
  ad: z.record(z.string(), z.string()),
  disclaimers: z.record(z.string(), z.boolean()),
})
export type MetaLead = z.infer<typeof LeadSchema>

const WebhookSchema = z.object({
  id: z.string(),
  pageId: z.string(),
  dueAt: z.number(),
  body: z.record(z.string(), z.json()),
})
export type MetaWebhook = z.infer<typeof WebhookSchema>

const ArrivalSchema = z.object({
  at: z.string(),
  method: z.string(),
  path: z.string(),
  status: z.number(),
})
export type MetaArrival = z.infer<typeof ArrivalSchema>

const RecordSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('page'), page: PageSchema }),
  z.object({ type: z.literal('lead'), lead: LeadSchema }),
  z.object({ type: z.literal('webhook'), webhook: WebhookSchema }),
  z.object({ type: z.literal('delivered'), id: z.string() }),
  z.object({ type: z.literal('arrival'), arrival: ArrivalSchema }),
])
type MetaRecord = z.infer<typeof RecordSchema>

export interface MetaStore extends LogFile<MetaRecord> {
  readonly pages: ReadonlyMap<string, MetaPage>
  readonly leads: ReadonlyMap<string, MetaLead>
  readonly pending: ReadonlyMap<string, MetaWebhook>
  readonly arrivals: readonly MetaArrival[]
}

/** Opens `meta-leads.jsonl` in `storeDir`. */
export function openStore(storeDir: string): MetaStore {
  const pages = new Map<string, MetaPage>()
  const leads = new Map<string, MetaLead>()
  const pending = new Map<string, MetaWebhook>()
  const arrivals: MetaArrival[] = []
  const file = openLogFile<MetaRecord>({
    path: join(storeDir, 'meta-leads.jsonl'),
    schema: RecordSchema,
    apply: (record) => {
      if (record.type === 'page') pages.set(record.page.pageId, record.page)
      else if (record.type === 'lead') leads.set(record.lead.id, record.lead)
      else if (record.type === 'webhook') pending.set(record.webhook.id, record.webhook)
      else if (record.type === 'delivered') pending.delete(record.id)
      else arrivals.push(record.arrival)
    },
    compact: () => [
      ...[...pages.values()].map((page) => ({ type: 'page' as const, page })),
      ...[...leads.values()].map((lead) => ({ type: 'lead' as const, lead })),
      ...[...pending.values()].map((webhook) => ({ type: 'webhook' as const, webhook })),
      ...arrivals.map((arrival) => ({ type: 'arrival' as const, arrival })),
    ],
  })
  return { ...file, pages, leads, pending, arrivals }
}
