// The Graph API as far as lead ads use it: a lead's answers, a page's forms and their leads, subscriptions, tokens.

import { createHmac } from 'node:crypto'
import type { Reply, Route, SandboxRequest } from '../http.ts'
import type { SandboxGround } from '../provider.ts'
import { playScripted } from '../scripted.ts'
import type { MetaLead, MetaPage, MetaStore } from './record.ts'

export interface MetaContext extends SandboxGround {
  store: MetaStore
}

const GRAPH = String.raw`^\/meta_leads\/v\d{1,3}\.\d{1,2}`
const PAGE_SIZE = 25

/** Makes the routes below `/meta_leads/v24.0`. */
export function graphRoutes(context: MetaContext): Route[] {
  const route = (method: Route['method'], path: string, handle: Handle): Route => ({
    method,
    path: new RegExp(`${GRAPH}${path}$`),
    handle: (request) => answer(request, context, handle),
  })
  return [
    route('GET', String.raw`\/debug_token`, debugToken),
    route('GET', String.raw`\/(?<id>\d+)`, readNode),
    route('GET', String.raw`\/(?<id>\d+)\/subscribed_apps`, readSubscription),
    route('POST', String.raw`\/(?<id>\d+)\/subscribed_apps`, subscribe),
    route('GET', String.raw`\/(?<id>\d+)\/leadgen_forms`, listForms),
    route('GET', String.raw`\/(?<id>\d+)\/leads`, listLeads),
  ]
}

interface Asked {
  request: SandboxRequest
  page: MetaPage
  store: MetaStore
}
type Handle = (asked: Asked) => Reply

/** By the token's page; scripts name the call by its last word: `leads`, `subscribed_apps`, or the id that is read. */
async function answer(
  request: SandboxRequest,
  context: MetaContext,
  handle: Handle,
): Promise<Reply> {
  const { store, now } = context
  const page = pageOfToken(request, store)
  const kind = request.path.split('/').at(-1) ?? ''
  const reply = await playScripted(
    context,
    { provider: 'meta_leads', to: request.params['id'] ?? '', kind },
    {
      accept: () =>
        page ? handle({ request, page, store }) : refusal(190, 'Invalid OAuth access token'),
      refuse: ({ status, error, retryAfter }) => ({
        ...refusal(error ?? 1, 'Scripted', status),
        ...(retryAfter !== undefined && { headers: { 'retry-after': String(retryAfter) } }),
      }),
    },
  )
  const { method, path } = request
  const at = new Date(now()).toISOString()
  store.append([{ type: 'arrival', arrival: { at, method, path, status: reply.status } }])
  return reply
}

/** As Meta does: the token says who asks, its proof that the app does. */
function pageOfToken({ headers, query }: SandboxRequest, { pages }: MetaStore): MetaPage | null {
  const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? query.get('access_token')
  const page = [...pages.values()].find(({ accessToken }) => accessToken === token)
  if (!page?.isTokenValid) return null
  const proof = query.get('appsecret_proof')
  const expected = createHmac('sha256', page.appSecret).update(page.accessToken).digest('hex')
  return proof === null || proof === expected ? page : null
}

function refusal(code: number, message: string, status?: number): Reply {
  const usual = code === 190 ? 401 : code === 1 || code === 2 ? 500 : 400
  const error = { message, type: 'OAuthException', code, fbtrace_id: 'sandbox' }
  return { status: status ?? usual, body: { error } }
}

const unknown = (id: string): Reply =>
  refusal(100, `Unsupported get request. Object with ID '${id}' does not exist`)

function readNode({ request: { params }, page, store }: Asked): Reply {
  const { id = '' } = params
  if (id === page.pageId) return { status: 200, body: { id, name: page.name } }
  const lead = store.leads.get(id)
  return lead?.pageId === page.pageId ? { status: 200, body: leadBody(lead) } : unknown(id)
}

function leadBody(lead: MetaLead): Record<string, unknown> {
  return {
    id: lead.id,
    created_time: new Date(lead.at)
      .toISOString()
      .replace('.000Z', '+0000')
      .replace(/\.\d{3}Z$/, '+0000'),
    form_id: lead.formId,
    is_organic: lead.ad['ad_id'] === undefined,
    ...lead.ad,
    field_data: Object.entries(lead.answers).map(([name, values]) => ({ name, values })),
    ...(Object.keys(lead.disclaimers).length > 0 && {
      custom_disclaimer_responses: Object.entries(lead.disclaimers).map(([key, isChecked]) => ({
        checkbox_key: key,
        is_checked: isChecked ? '1' : '',
      })),
    }),
  }
}

function debugToken({ request: { query }, page, store }: Asked): Reply {
  const asked = [...store.pages.values()].find(
    ({ accessToken }) => accessToken === query.get('input_token'),
  )
  const data = {
    app_id: '1',
    type: 'PAGE',
    is_valid: asked !== undefined,
    expires_at: (asked ?? page).tokenExpiresAt,
    data_access_expires_at: 0,
    scopes: ['leads_retrieval', 'pages_manage_metadata'],
    profile_id: page.pageId,
  }
  return { status: 200, body: { data } }
}

function readSubscription({ request: { params }, page }: Asked): Reply {
  if (params['id'] !== page.pageId) return unknown(params['id'] ?? '')
  const app = { id: '1', name: 'FluxoLab', subscribed_fields: ['leadgen'] }
  return { status: 200, body: { data: page.isSubscribed ? [app] : [] } }
}

function subscribe({ request: { params, query }, page, store }: Asked): Reply {
  if (params['id'] !== page.pageId) return unknown(params['id'] ?? '')
  const isSubscribed = (query.get('subscribed_fields') ?? '').split(',').includes('leadgen')
  store.append([{ type: 'page', page: { ...page, isSubscribed } }])
  return { status: 200, body: { success: true } }
}

function listForms({ request: { params, query }, page, store }: Asked): Reply {
  if (params['id'] !== page.pageId) return unknown(params['id'] ?? '')
  const ids = [...store.leads.values()].filter(({ pageId }) => pageId === page.pageId)
  const forms = [...new Set(ids.map(({ formId }) => formId))].map((id) => ({ id }))
  return listReply(forms, query)
}

function listLeads({ request: { params, query }, page, store }: Asked): Reply {
  const since = sinceOf(query.get('filtering'))
  const leads = [...store.leads.values()].filter(
    ({ pageId, formId, at }) =>
      pageId === page.pageId && formId === params['id'] && at / 1000 > since,
  )
  return listReply(leads.map(leadBody), query)
}

function sinceOf(filtering: string | null): number {
  const filters = JSON.parse(filtering ?? '[]') as { field: string; value: number }[]
  return filters.find(({ field }) => field === 'time_created')?.value ?? 0
}

/** Pages of 25 at most, so that whoever reads only the first one is found out. */
function listReply(items: object[], query: URLSearchParams): Reply {
  const from = Number(query.get('after') ?? 0)
  const data = items.slice(from, from + PAGE_SIZE)
  const end = from + data.length
  const cursors = { before: String(from), after: String(end) }
  const next = end < items.length ? { next: `https://graph.facebook.com/?after=${end}` } : {}
  return { status: 200, body: { data, ...(data.length > 0 && { paging: { cursors, ...next } }) } }
}
