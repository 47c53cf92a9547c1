// MikroORM over the records. Every unit of work is one tenant's: application filter and row level security, each alone enough (I9).

import { MikroORM, type SqlEntityManager } from '@mikro-orm/postgresql'
import { ENTITIES } from './entities/index.ts'

export type Orm = MikroORM
export type Records = SqlEntityManager

/** Opens the ORM; no connection is made before the first query. */
export async function createOrm(url: string): Promise<Orm> {
  return MikroORM.init({
    clientUrl: url,
    entities: ENTITIES,
    driverOptions: { application_name: 'fluxolab-records', statement_timeout: 10_000 },
    pool: { min: 0, max: 10 },
    filters: {
      tenant: { cond: (args: { tenantId: string }) => ({ tenantId: args.tenantId }), entity: TENANT_ENTITIES },
    },
    logger: () => {},
  })
}

const TENANT_ENTITIES = ENTITIES.filter((entity) => entity.meta.tableName !== 'tenants').map(
  (entity) => entity.meta.className,
)

/** Runs the work in one transaction that sees this tenant's rows only. */
export async function inTenant<T>(
  orm: Orm,
  tenantId: string,
  work: (records: Records) => Promise<T>,
): Promise<T> {
  // An empty tenant would match rows that have none; nothing may ask that.
  if (!tenantId) throw new Error('a unit of work needs a tenant')
  return (orm.em.fork() as Records).transactional(async (records) => {
    records.setFilterParams('tenant', { tenantId })
    await records.execute(
      "select set_config('role', 'fluxo_tenant', true), set_config('fluxo.tenant_id', ?, true)",
      [tenantId],
    )
    return work(records)
  })
}
