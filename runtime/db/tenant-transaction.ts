// A transaction of one tenant on a plain connection: row level security lets it see that tenant's rows only (I9).

import type { Pool, PoolClient } from 'pg'
import { inTransaction, run } from './pool.ts'

/** Runs the work as the tenant's role. @throws {FluxoError} DATABASE_UNAVAILABLE */
export async function inTenantTransaction<T>(
  pool: Pool,
  tenantId: string,
  work: (db: PoolClient) => Promise<T>,
): Promise<T> {
  // An empty tenant would match rows that have none; nothing may ask that.
  if (!tenantId) throw new Error('a transaction needs a tenant')
  return inTransaction(pool, async (db) => {
    await run(db, ENTER, [tenantId])
    return work(db)
  })
}

const ENTER = {
  name: 'enter_tenant',
  text: "select set_config('role', 'fluxo_tenant', true), set_config('fluxo.tenant_id', $1, true)",
}
