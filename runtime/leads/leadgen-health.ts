// How a page of lead ads is doing: whether Meta takes its token and until when, whether it tells of new leads. Kept
// beside the channel, told in the log when somebody has to act.

import { isJsonObject, type Json, type JsonObject } from '#machines/contracts/json.ts'
import {
  debugToken,
  type GraphAnswer,
  type MetaGraph,
  type PageAccess,
  readSubscription,
} from '../connectors/meta-leads/graph.ts'
import { type Queryable, run } from '../db/pool.ts'
import type { Logger } from '../log.ts'

export interface PageHealth {
  token: 'good' | 'expiring' | 'expired' | 'unknown'
  tokenExpiresAt: string | null
  isSubscribed: boolean | null
  problem: string | null
}

/** A token that ends within this time has to be renewed soon. */
const SOON_MS = 14 * 24 * 3_600_000

/** Asks Meta; what it does not say is unknown. */
export async function askHealth(
  graph: MetaGraph,
  access: PageAccess,
  now = Date.now(),
): Promise<PageHealth> {
  const [token, subscription] = await Promise.all([
    debugToken(graph, access),
    readSubscription(graph, access),
  ])
  const isSubscribed = subscription.ok ? tellsOfLeads(subscription.data) : null
  return { ...tokenHealth(token, now), isSubscribed }
}

function tokenHealth(answer: GraphAnswer, now: number): Omit<PageHealth, 'isSubscribed'> {
  if (!answer.ok) {
    const token = answer.kind === 'token' ? 'expired' : 'unknown'
    return { token, tokenExpiresAt: null, problem: answer.message }
  }
  const data = isJsonObject(answer.data['data']) ? answer.data['data'] : {}
  const { expires_at: end, data_access_expires_at: dataEnd, is_valid: isValid, error } = data
  const ends = [end, dataEnd].filter((at): at is number => typeof at === 'number' && at > 0)
  const at = ends.length === 0 ? null : Math.min(...ends) * 1000
  const tokenExpiresAt = at === null ? null : new Date(at).toISOString()
  if (isValid !== true || (at !== null && at <= now)) {
    const said = isJsonObject(error) ? error['message'] : null
    const problem = typeof said === 'string' ? said : 'the token is not valid any more'
    return { token: 'expired', tokenExpiresAt, problem }
  }
  const token = at !== null && at - now < SOON_MS ? 'expiring' : 'good'
  return { token, tokenExpiresAt, problem: null }
}

function tellsOfLeads({ data }: JsonObject): boolean {
  const fieldsOf = (app: Json): Json[] =>
    isJsonObject(app) && Array.isArray(app['subscribed_fields']) ? app['subscribed_fields'] : []
  return Array.isArray(data) && data.flatMap(fieldsOf).includes('leadgen')
}

interface Place {
  tenantId: string
  channelId: string
}

/** Keeps it beside the channel; a token that was good and is not any more is an alarm. */
export async function keepHealth(
  db: Queryable,
  { tenantId, channelId }: Place,
  { health, logger }: { health: Partial<PageHealth>; logger: Logger },
): Promise<void> {
  await run(db, KEEP, [
    tenantId,
    channelId,
    JSON.stringify({ ...health, checkedAt: new Date().toISOString() }),
  ])
  if (health.token === 'expired' || health.token === 'expiring')
    logger.warn(
      { tenantId, channelId, token: health.token, expiresAt: health.tokenExpiresAt },
      'the token of a page with lead ads has to be renewed',
    )
}

const KEEP = {
  name: 'keep_page_health',
  text: `update channels set health_json = health_json || $3::jsonb, updated_at = now()
    where tenant_id = $1 and id = $2`,
}
