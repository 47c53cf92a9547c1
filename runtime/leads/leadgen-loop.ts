// Fetches the leads that Meta told of and takes each in as a lead, once. A row is done only after its lead is stored, so
// whoever dies in between leaves it to the next one; the lead's key makes a second fetch harmless (I1, I2).

import type { Pool } from 'pg'
import { isFluxoError } from '#machines/contracts/errors.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import { pageAccessOf } from '../connectors/meta-leads/connector.ts'
import { fetchLead, type GraphAnswer, type MetaGraph } from '../connectors/meta-leads/graph.ts'
import { readMetaLead } from '../connectors/meta-leads/lead.ts'
import type { SecretBox } from '../db/secret-box.ts'
import type { Logger } from '../log.ts'
import { createLoop, type Loop } from '../loop.ts'
import type { Acceptor } from '../mailbox/accept.ts'
import { whyUnstorable } from '../mailbox/quarantine.ts'
import { keepHealth } from './leadgen-health.ts'
import {
  claimFetches,
  type DueFetch,
  ensureSource,
  postponeFetch,
  restChannel,
  settleFetch,
} from './leadgen-store.ts'

export interface LeadgenOptions {
  pool: Pool
  acceptor: Acceptor
  secretBox: SecretBox
  graph: MetaGraph
  logger: Logger
}

const POLL_MS = 1_000
const AT_ONCE = 10
/** Seconds: 5, 10, 20, … up to an hour. */
const FIRST_WAIT = 5
const LONGEST_WAIT = 3_600
/** A token that is refused is not tried more often than this, in seconds. */
const TOKEN_WAIT = 600
/** What Meta refuses may be its own delay at first. */
const MOST_REFUSALS = 6

/** Creates the loop. */
export function createLeadgenLoop(options: LeadgenOptions): Loop {
  const { pool, logger } = options
  return createLoop({
    name: 'leadgen',
    pollMs: POLL_MS,
    logger,
    turn: () =>
      fetchDue(options).then(
        (count) => count === AT_ONCE,
        (error: unknown) => {
          logger.warn({ err: error, waiting: pool.waitingCount }, 'leads could not be fetched')
          return false
        },
      ),
  })
}

/** Fetches what is due. @returns how many were tried */
export async function fetchDue(options: LeadgenOptions): Promise<number> {
  const due = await claimFetches(options.pool, AT_ONCE)
  await Promise.all(due.map((fetch) => take(fetch, options)))
  return due.length
}

async function take(fetch: DueFetch, options: LeadgenOptions): Promise<void> {
  const { graph, secretBox } = options
  const secrets = secretBox.open(fetch.tenant_id, fetch.ciphertext)
  const access = pageAccessOf({ address: fetch.address, secrets })
  const answer: GraphAnswer = fetch.lead
    ? { ok: true, data: fetch.lead }
    : await fetchLead(graph, access, fetch.leadgen_id)
  if (answer.ok) await store(fetch, answer.data, options)
  else await postpone(fetch, answer, options)
}

async function store(
  fetch: DueFetch,
  data: JsonObject,
  { pool, acceptor, logger }: LeadgenOptions,
): Promise<void> {
  const { id, mapping, window_seconds: windowSeconds } = await ensureSource(pool, fetch)
  const source = { id, windowSeconds, ...(mapping && { mapping }) }
  const lead = readMetaLead(data, { source, leadgenId: fetch.leadgen_id, now: new Date() })
  try {
    const { eventId, contactId } = await acceptor.accept(fetch.tenant_id, lead)
    await settleFetch(pool, fetch, { status: 'done', error: null, eventId, contactId })
  } catch (error) {
    const why = whyUnstorable(error)
    if (why) return void (await settleFetch(pool, fetch, { status: 'failed', error: why.reason }))
    if (!isFluxoError(error)) throw error
    logger.info({ code: error.code }, 'a lead of Meta waits')
    await postponeFetch(pool, fetch, { wait: waitOf(fetch), error: error.message })
  }
}

async function postpone(
  fetch: DueFetch,
  answer: GraphAnswer & { ok: false },
  { pool, logger }: LeadgenOptions,
): Promise<void> {
  const { message, kind, retryAfterMs = 0 } = answer
  if (kind === 'token') {
    const health = { token: 'expired', problem: message } as const
    const place = { tenantId: fetch.tenant_id, channelId: fetch.channel_id }
    await keepHealth(pool, place, { health, logger })
    await restChannel(pool, fetch, { wait: TOKEN_WAIT, error: message })
    return
  }
  if (kind === 'refused' && fetch.attempts >= MOST_REFUSALS) {
    await settleFetch(pool, fetch, { status: 'failed', error: message })
    return
  }
  const wait = Math.max(waitOf(fetch), Math.ceil(retryAfterMs / 1000))
  await postponeFetch(pool, fetch, { wait, error: message })
}

const waitOf = ({ attempts }: DueFetch): number =>
  Math.min(FIRST_WAIT * 2 ** Math.min(attempts - 1, 20), LONGEST_WAIT)
