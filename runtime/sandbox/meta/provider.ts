// The stand-in for Meta's lead ads: the Graph API, and the webhooks that it signs when a lead is made.

import { randomInt, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { sign } from '../../connectors/signature.ts'
import { createDelivery, type Delivery } from '../delivery.ts'
import { parseBody, Refusal, type Reply, type Route } from '../http.ts'
import type { SandboxGround, SandboxProvider } from '../provider.ts'
import { graphRoutes, type MetaContext } from './graph-routes.ts'
import { type MetaLead, type MetaPage, type MetaWebhook, openStore, PageSchema } from './record.ts'

const NewLeadSchema = z.strictObject({
  /** Default the page registered last. */
  pageId: z.string().optional(),
  formId: z
    .string()
    .regex(/^\d{1,30}$/)
    .default('700000000000001'),
  /** Answers by the question's name. */
  answers: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  /** `ad_id`, `ad_name`, `adset_id`, …; left out: an organic lead. */
  ad: z.record(z.string(), z.string()).default({}),
  disclaimers: z.record(z.string(), z.boolean()).default({}),
  /** False: no webhook tells of it, as when one is lost. */
  isTold: z.boolean().default(true),
  /** How often its webhook is sent. */
  copies: z.int().min(1).max(20).default(1),
  /** ISO 8601; default now. */
  at: z.iso.datetime({ offset: true }).optional(),
  /** To make the same lead again. */
  id: z
    .string()
    .regex(/^\d{5,30}$/)
    .optional(),
})

/** Opens it. */
export function openMeta(ground: SandboxGround): SandboxProvider {
  const store = openStore(ground.storeDir)
  const delivery = createDelivery<MetaWebhook>({
    waiting: store.pending.values(),
    requestOf: ({ pageId, body: given }) => {
      const page = store.pages.get(pageId)
      if (!page?.webhookUrl) return null
      const body = JSON.stringify(given)
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'facebookexternalua',
        'x-hub-signature-256': sign(page.appSecret, [body]),
      }
      return { url: page.webhookUrl, headers, body }
    },
    onDelivered: ({ id }) => store.append([{ type: 'delivered', id }]),
    now: ground.now,
  })
  const context: MetaContext = { ...ground, store }
  return {
    name: 'meta_leads',
    routes: [...graphRoutes(context), ...controlRoutes(context, delivery)],
    close: async () => {
      await delivery.close()
      store.close()
    },
  }
}

function controlRoutes(context: MetaContext, delivery: Delivery<MetaWebhook>): Route[] {
  const { store } = context
  return [
    {
      method: 'POST',
      path: /^\/meta_leads\/configure$/,
      handle: ({ body }) => {
        const page = parseBody(PageSchema, body)
        store.append([{ type: 'page', page }])
        return { status: 200, body: { pageId: page.pageId } }
      },
    },
    {
      method: 'POST',
      path: /^\/meta_leads\/leads$/,
      handle: ({ body }) => makeLead(parseBody(NewLeadSchema, body), context, delivery),
    },
    {
      method: 'GET',
      path: /^\/meta_leads\/arrivals$/,
      handle: () => ({ status: 200, body: { items: store.arrivals } }),
    },
  ]
}

async function makeLead(
  given: z.infer<typeof NewLeadSchema>,
  { store, now }: MetaContext,
  delivery: Delivery<MetaWebhook>,
): Promise<Reply> {
  const page =
    given.pageId === undefined ? [...store.pages.values()].at(-1) : store.pages.get(given.pageId)
  if (!page) throw new Refusal(409, 'No such page is registered; POST /meta_leads/configure does')
  const lead: MetaLead = {
    id: given.id ?? `9${randomInt(1e13, 2.8e14)}`,
    pageId: page.pageId,
    formId: given.formId,
    at: given.at === undefined ? now() : Date.parse(given.at),
    answers: Object.fromEntries(
      Object.entries(given.answers).map(([name, value]) => [name, [value].flat()]),
    ),
    ad: given.ad,
    disclaimers: given.disclaimers,
  }
  const webhooks = given.isTold && page.isSubscribed ? told(page, lead, given.copies) : []
  store.append([
    { type: 'lead', lead },
    ...webhooks.map((webhook) => ({ type: 'webhook' as const, webhook })),
  ])
  const statuses = await Promise.all(webhooks.map((webhook) => delivery.deliver(webhook)))
  return { status: 200, body: { id: lead.id, statuses } }
}

function told(page: MetaPage, lead: MetaLead, copies: number): MetaWebhook[] {
  const seconds = Math.floor(lead.at / 1000)
  const value = {
    leadgen_id: lead.id,
    page_id: page.pageId,
    form_id: lead.formId,
    created_time: seconds,
    ...(lead.ad['ad_id'] !== undefined && { ad_id: lead.ad['ad_id'] }),
    ...(lead.ad['adset_id'] !== undefined && { adgroup_id: lead.ad['adset_id'] }),
  }
  const entry = [{ id: page.pageId, time: seconds, changes: [{ field: 'leadgen', value }] }]
  return Array.from({ length: copies }, () => ({
    id: randomUUID(),
    pageId: page.pageId,
    dueAt: lead.at,
    body: { object: 'page', entry },
  }))
}
