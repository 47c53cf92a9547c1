// Meta's Graph API as far as lead ads need it: one request, one answer told by what can be done about it.

import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { isJsonObject, type JsonObject } from '#machines/contracts/json.ts'
import type { Egress } from '../../egress/egress.ts'
import { parseAnswer } from '../json-body.ts'
import { readRetryAfter } from '../retry-after.ts'

export interface MetaGraph {
  egress: Egress
  /** `https://graph.facebook.com`, or a sandbox's address. */
  baseUrl: string
  /** `v24.0`. */
  version: string
}

export interface PageAccess {
  pageId: string
  accessToken: string
  /** Proves that the token is used by its app. */
  appSecret: string
}

export type GraphAnswer =
  | { ok: true; data: JsonObject }
  | {
      ok: false
      /** `token`: somebody has to renew it; `refused`: the same again will be refused again, as far as Meta says. */
      kind: 'retry' | 'token' | 'refused'
      message: string
      retryAfterMs?: number
    }

export const META_GRAPH_URL = 'https://graph.facebook.com'
const TIMEOUT_MS = 15_000
const MAX_BYTES = 4 * 1024 * 1024
/** Unknown, service, too many calls of app, user, page, account, lead ads, temporarily blocked. */
const TRANSIENT = new Set([1, 2, 4, 17, 32, 341, 368, 613, 80005])
/** Token expired or not valid; permission missing, session of the wrong kind. */
const OF_TOKEN = new Set([190, 102, 10, 200, 104])

const ErrorSchema = z.object({
  error: z.object({
    code: z.number(),
    error_subcode: z.number().optional(),
    message: z.string().default(''),
    is_transient: z.boolean().optional(),
  }),
})

interface Ask {
  method?: 'GET' | 'POST'
  path: string
  query?: Record<string, string>
}

/** Asks Graph once; what it may answer is a value. */
export async function askGraph(
  { egress, baseUrl, version }: MetaGraph,
  { accessToken, appSecret }: Pick<PageAccess, 'accessToken' | 'appSecret'>,
  { method = 'GET', path, query = {} }: Ask,
): Promise<GraphAnswer> {
  const proof = createHmac('sha256', appSecret).update(accessToken).digest('hex')
  const search = new URLSearchParams({ ...query, appsecret_proof: proof }).toString()
  try {
    const answer = await egress.request({
      url: `${baseUrl}/${version}${path}?${search}`,
      method,
      headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json' },
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
    })
    const data = parseAnswer(answer.body, MAX_BYTES)
    if (answer.status < 300 && isJsonObject(data)) return { ok: true, data }
    const retryAfterMs = readRetryAfter(answer.headers['retry-after'], new Date())
    return { ...failureOf(answer.status, data), ...(retryAfterMs !== null && { retryAfterMs }) }
  } catch (error) {
    return { ok: false, kind: 'retry', message: (error as Error).message }
  }
}

function failureOf(status: number, data: unknown): GraphAnswer & { ok: false } {
  const said = ErrorSchema.safeParse(data)
  if (!said.success) {
    const kind = status >= 500 || status === 429 ? 'retry' : 'refused'
    return { ok: false, kind, message: `HTTP ${status}` }
  }
  const { code, error_subcode: subcode, message, is_transient: isTransient } = said.data.error
  const told = `(#${code}${subcode === undefined ? '' : `/${subcode}`}) ${message}`.slice(0, 500)
  if (OF_TOKEN.has(code)) return { ok: false, kind: 'token', message: told }
  const isPassing = isTransient === true || TRANSIENT.has(code) || status >= 500
  return { ok: false, kind: isPassing ? 'retry' : 'refused', message: told }
}

export const LEAD_FIELDS =
  'id,created_time,ad_id,ad_name,adset_id,adset_name,campaign_id,campaign_name,form_id,is_organic,platform,field_data,custom_disclaimer_responses'

export const fetchLead = (graph: MetaGraph, access: PageAccess, id: string): Promise<GraphAnswer> =>
  askGraph(graph, access, { path: `/${id}`, query: { fields: LEAD_FIELDS } })

/** Whether Meta tells of the page's new leads. */
export const readSubscription = (graph: MetaGraph, access: PageAccess): Promise<GraphAnswer> =>
  askGraph(graph, access, { path: `/${access.pageId}/subscribed_apps` })

export const subscribePage = (graph: MetaGraph, access: PageAccess): Promise<GraphAnswer> =>
  askGraph(graph, access, {
    method: 'POST',
    path: `/${access.pageId}/subscribed_apps`,
    query: { subscribed_fields: 'leadgen' },
  })

export const debugToken = (graph: MetaGraph, access: PageAccess): Promise<GraphAnswer> =>
  askGraph(graph, access, { path: '/debug_token', query: { input_token: access.accessToken } })

export const readPage = (graph: MetaGraph, access: PageAccess): Promise<GraphAnswer> =>
  askGraph(graph, access, { path: `/${access.pageId}`, query: { fields: 'id,name' } })

const MOST_PAGES = 1_000

/**
 * Walks a list to its end.
 * @throws {GraphFailure} for whatever is no answer: half a list is no list
 */
export async function* walkGraph(
  graph: MetaGraph,
  access: PageAccess,
  ask: Ask,
): AsyncGenerator<JsonObject> {
  let after: string | undefined
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = { limit: '100', ...ask.query, ...(after !== undefined && { after }) }
    const answer = await askGraph(graph, access, { ...ask, query })
    if (!answer.ok) throw new GraphFailure(answer)
    const { data, paging } = answer.data
    for (const item of Array.isArray(data) ? data : []) if (isJsonObject(item)) yield item
    after = nextOf(paging)
    if (after === undefined) return
  }
}

function nextOf(paging: unknown): string | undefined {
  if (!isJsonObject(paging) || typeof paging['next'] !== 'string') return undefined
  const { cursors } = paging
  const after = isJsonObject(cursors) ? cursors['after'] : undefined
  return typeof after === 'string' ? after : undefined
}

/** A list that could not be read to its end. */
export class GraphFailure extends Error {
  readonly answer: GraphAnswer & { ok: false }

  constructor(answer: GraphAnswer & { ok: false }) {
    super(answer.message)
    this.answer = answer
  }
}
