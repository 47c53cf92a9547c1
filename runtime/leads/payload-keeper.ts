// The last payloads of each source, for people who set it up or look for an error. They are samples and no record: an
// arrival never waits for them, so they are gathered for a moment and written together.

import type { Pool } from 'pg'
import { isFluxoError } from '#machines/contracts/errors.ts'
import { run } from '../db/pool.ts'
import { createId } from '../ids.ts'
import type { Logger } from '../log.ts'

/** So many of each source are kept. */
export const KEPT_PAYLOADS = 20
/** A larger one is kept by its size and fate alone. */
const MAX_BYTES = 64 * 1024
const MAX_HELD_BYTES = 8 * 1024 * 1024
const FLUSH_MS = 500

export interface HeardPayload {
  tenantId: string
  sourceId: string
  body: Buffer
  outcome: 'accepted' | 'duplicate' | 'refused'
  error?: unknown
  eventId?: string | null
}

export interface PayloadKeeper {
  /** Keeps it soon; never throws. */
  note(heard: HeardPayload): void
  /** Writes what was noted. */
  flush(): Promise<void>
  stop(): Promise<void>
}

interface Kept extends HeardPayload {
  id: string
  at: string
}

/** Creates the keeper; without a database it forgets. */
export function createPayloadKeeper(pool: Pool, logger: Logger): PayloadKeeper {
  let held = new Map<string, Kept[]>()
  let bytes = 0
  let timer: NodeJS.Timeout | null = null

  async function flush(): Promise<void> {
    if (timer) clearTimeout(timer)
    timer = null
    const payloads = [...held.values()].flat()
    held = new Map()
    bytes = 0
    if (payloads.length === 0) return
    await write(pool, payloads).catch((error: unknown) =>
      logger.warn({ err: error }, 'payloads of sources were not kept'),
    )
  }

  return {
    note: (heard) => {
      if (bytes > MAX_HELD_BYTES) return
      const key = `${heard.tenantId} ${heard.sourceId}`
      const known = held.get(key) ?? []
      known.push({ ...heard, id: createId('event').slice(4), at: new Date().toISOString() })
      bytes += Math.min(heard.body.length, MAX_BYTES)
      held.set(key, known.slice(-KEPT_PAYLOADS))
      timer ??= setTimeout(() => void flush(), FLUSH_MS).unref()
    },
    flush,
    stop: flush,
  }
}

async function write(pool: Pool, payloads: Kept[]): Promise<void> {
  const errors = payloads.map(({ error }) => (isFluxoError(error) ? error : null))
  await run(pool, WRITE, [
    payloads.map((one) => one.tenantId),
    payloads.map((one) => one.sourceId),
    payloads.map((one) => one.id),
    payloads.map(({ body }) => (body.length > MAX_BYTES ? '' : body.toString('base64'))),
    payloads.map(({ body }) => body.length),
    payloads.map((one) => one.outcome),
    errors.map((error) => error?.code ?? null),
    errors.map((error) => error?.field ?? null),
    errors.map((error) => error?.message.slice(0, 500) ?? null),
    payloads.map((one) => one.eventId ?? null),
    payloads.map((one) => one.at),
  ])
  const sources = [...new Set(payloads.map((one) => `${one.tenantId} ${one.sourceId}`))]
  await run(pool, TRIM, [
    sources.map((key) => key.split(' ')[0]),
    sources.map((key) => key.split(' ')[1]),
    KEPT_PAYLOADS,
  ])
}

/** A source that was removed meanwhile has no payloads. */
const WRITE = {
  name: 'keep_source_payloads',
  text: `insert into source_payloads (tenant_id, source_id, id, body, bytes, outcome, code, field,
      reason, event_id, received_at)
    select i.tenant_id, i.source_id, i.id, decode(i.body, 'base64'), i.bytes, i.outcome, i.code, i.field,
      i.reason, i.event_id, i.at
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::text[], $7::text[],
      $8::text[], $9::text[], $10::text[], $11::timestamptz[])
      as i(tenant_id, source_id, id, body, bytes, outcome, code, field, reason, event_id, at)
    where exists (select 1 from lead_sources s where s.tenant_id = i.tenant_id and s.id = i.source_id)`,
}

const TRIM = {
  name: 'trim_source_payloads',
  text: `delete from source_payloads p using unnest($1::text[], $2::text[]) as item(tenant_id, source_id)
    where p.tenant_id = item.tenant_id and p.source_id = item.source_id and p.id < (
      select min(id) from (select id from source_payloads k where k.tenant_id = p.tenant_id
        and k.source_id = p.source_id order by id desc limit $3) newest)`,
}
