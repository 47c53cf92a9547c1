// The gate as people see and open it. It belongs to the whole installation: where several tenants share one, only
// whoever runs it opens it, and nobody learns of anybody else's sends (I9).

import type { Pool } from 'pg'
import type { Gate, ReleaseRequest, RestingEffect } from '#machines/contracts/deliveries.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import { inTransaction, type Queryable, run } from '../../db/pool.ts'
import { inTenantTransaction } from '../../db/tenant-transaction.ts'
import type { Actor, Page, PageQuery } from '../../face.ts'
import { createId } from '../../ids.ts'
import { type DispatchGate, openGate } from '../../outbox/gate/gate.ts'
import { writeAudit } from '../audit.ts'
import { pageOf, readCursor } from '../cursor.ts'
import {
  RESTING_COLUMNS,
  RESTING_TABLES,
  restingItem,
  type RestingRow,
} from './delivery-resting.ts'

const OPENERS: readonly Actor['role'][] = ['owner', 'admin']

export async function readGate(pool: Pool, gate: DispatchGate, actor: Actor): Promise<Gate> {
  const { isOpen, reason, closedAt, signs, lost } = await gate.read()
  const [counts] = await inTenantTransaction(pool, actor.tenantId, (db) =>
    run<Gate['suspects']>(db, COUNT, [actor.tenantId]),
  )
  const canRelease =
    reason === 'restored' && OPENERS.includes(actor.role) && (await isOnlyTenant(pool))
  return {
    open: isOpen,
    reason,
    closedAt,
    signs,
    lost,
    suspects: { tried: counts?.tried ?? 0, untried: counts?.untried ?? 0 },
    canRelease,
  }
}

async function isOnlyTenant(db: Queryable): Promise<boolean> {
  const tenants = await run(db, TWO_TENANTS)
  return tenants.length < 2
}

/** Those of the tenant that were open when the gate closed and still are. */
export async function listSuspects(
  db: Queryable,
  actor: Actor,
  { cursor, limit }: PageQuery,
): Promise<Page<RestingEffect>> {
  const [position] = readCursor(cursor, 1)
  const rows = await run<RestingRow>(db, LIST, [actor.tenantId, position, limit + 1])
  return pageOf(rows, limit, { item: restingItem, key: (row) => [String(row.position)] })
}

interface Release {
  pool: Pool
  gate: DispatchGate
  actor: Actor
  request: ReleaseRequest
}

/** @throws {FluxoError} AUTH_FORBIDDEN, ACTION_NOT_POSSIBLE */
export async function releaseGate({ pool, gate, actor, request }: Release): Promise<Gate> {
  if (!OPENERS.includes(actor.role)) throw new FluxoError('AUTH_FORBIDDEN')
  await inTransaction(pool, async (db) => {
    if (!(await isOnlyTenant(db))) {
      const message = 'Several tenants share this installation: whoever runs it opens the gate'
      throw new FluxoError('ACTION_NOT_POSSIBLE', { message })
    }
    const opened = await openGate(db, { ...request, by: actor.userId })
    if (!opened) {
      throw new FluxoError('ACTION_NOT_POSSIBLE', { message: 'No restore keeps the gate closed' })
    }
    await writeAudit(db, actor, {
      id: createId('event').replace(/^evt_/, 'aud_'),
      action: 'open_dispatch_gate',
      subject: 'dispatch_gate',
      reason: request.reason,
      details: { tried: request.tried, untried: request.untried, ...opened },
    })
  })
  return readGate(pool, gate, actor)
}

const COUNT = {
  name: 'count_suspects',
  text: `select count(*) filter (where s.is_tried)::int as tried,
      count(*) filter (where not s.is_tried)::int as untried
    from dispatch_suspects s join outbox o on o.tenant_id = s.tenant_id and o.id = s.effect_id
    where s.tenant_id = $1`,
}

const TWO_TENANTS = { name: 'two_tenants', text: 'select 1 from tenants limit 2' }

const LIST = {
  name: 'list_suspects',
  text: `select ${RESTING_COLUMNS}, s.is_tried
    from dispatch_suspects s join outbox o on o.tenant_id = s.tenant_id and o.id = s.effect_id
    ${RESTING_TABLES}
    where s.tenant_id = $1 and ($2::bigint is null or o.position > $2)
    order by o.position limit $3`,
}
