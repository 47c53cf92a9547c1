// MikroORM over the records. Every unit of work is one tenant's: application filter and row level security, each alone enough (I9).

import { IsolationLevel, MikroORM, type SqlEntityManager } from '@mikro-orm/postgresql'
import type { Pool } from 'pg'
import { FluxoError } from '#machines/contracts/errors.ts'
import { ENTITIES } from './entities/index.ts'
import { asUnavailable, cutAll, isBadInput, watchClients } from './pool.ts'

export type Orm = MikroORM
export type Records = SqlEntityManager

/** Opens the ORM; no connection is made before the first query. */
export async function createOrm(url: string): Promise<Orm> {
  const opened: { pool: Pool | null } = { pool: null }
  const onPoolCreated = (pool: Pool): void => {
    opened.pool = pool
    watchClients(pool)
  }
  const orm = await MikroORM.init({
    clientUrl: url,
    entities: ENTITIES,
    driverOptions: {
      application_name: 'fluxolab-records',
      statement_timeout: 10_000,
      query_timeout: 15_000,
      idle_in_transaction_session_timeout: 10_000,
      connectionTimeoutMillis: 2_000,
      onPoolCreated,
    },
    pool: { min: 0, max: 10 },
    filters: {
      tenant: {
        cond: (args: { tenantId: string }) => ({ tenantId: args.tenantId }),
        entity: TENANT_ENTITIES,
      },
    },
    logger: () => {},
  })
  pools.set(orm, opened)
  return orm
}

/** Cuts every connection: who waits for an answer gets an error, and new ones are made when needed. */
export function cutOrm(orm: Orm): void {
  const pool = pools.get(orm)?.pool
  if (pool) cutAll(pool)
}

const pools = new WeakMap<Orm, { pool: Pool | null }>()

const TENANT_ENTITIES = ENTITIES.filter((entity) => entity.meta.tableName !== 'tenants').map(
  (entity) => entity.meta.className,
)

export interface UnitOfWork {
  /** Every statement sees the database as it was at the first one. */
  isConsistent: boolean
}

/**
 * Runs the work in one transaction that sees this tenant's rows only.
 * @throws {FluxoError} DATABASE_UNAVAILABLE; REQUEST_INVALID for values that PostgreSQL cannot read or keep
 */
export async function inTenant<T>(
  orm: Orm,
  tenantId: string,
  work: (records: Records) => Promise<T>,
  { isConsistent }: UnitOfWork = { isConsistent: false },
): Promise<T> {
  // An empty tenant would match rows that have none; nothing may ask that.
  if (!tenantId) throw new Error('a unit of work needs a tenant')
  const inside = async (records: Records): Promise<T> => {
    records.setFilterParams('tenant', { tenantId })
    await records.execute(
      "select set_config('role', 'fluxo_tenant', true), set_config('fluxo.tenant_id', ?, true)",
      [tenantId],
    )
    return work(records)
  }
  const isolationLevel = isConsistent
    ? IsolationLevel.REPEATABLE_READ
    : IsolationLevel.READ_COMMITTED
  try {
    return await (orm.em.fork() as Records).transactional(inside, { isolationLevel })
  } catch (error) {
    throw toFluxoError(error)
  }
}

function toFluxoError(error: unknown): unknown {
  if (!isBadInput(error)) return asUnavailable(error)
  return new FluxoError('REQUEST_INVALID', {
    message: 'A value cannot be read or kept',
    cause: error,
  })
}
