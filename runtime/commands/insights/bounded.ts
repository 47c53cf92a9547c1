// Figures over journals may cost so much and no more: a statement of people must not stand in the way of work.

import type { Pool } from 'pg'
import { type Queryable, run } from '../../db/pool.ts'
import { inTenantTransaction } from '../../db/tenant-transaction.ts'

const LIMIT_MS = 4_000
const CUT_BY_TIME = '57014'

/** Runs the work as the tenant; null when a statement in it took too long. */
export async function bounded<T>(
  pool: Pool,
  tenantId: string,
  work: (db: Queryable) => Promise<T>,
): Promise<T | null> {
  try {
    return await inTenantTransaction(pool, tenantId, async (db) => {
      await run(db, SET_LIMIT, [String(LIMIT_MS)])
      return work(db)
    })
  } catch (error) {
    if (wasCut(error)) return null
    throw error
  }
}

function wasCut(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return (error as { code?: unknown }).code === CUT_BY_TIME || wasCut(error.cause)
}

const SET_LIMIT = {
  name: 'limit_statement',
  text: "select set_config('statement_timeout', $1, true)",
}
