// Brings a database to the current schema. Safe to run from several processes: one advisory lock.

import { Migrator } from '@mikro-orm/migrations'
import { MikroORM } from '@mikro-orm/postgresql'
import { Client } from 'pg'
import { MIGRATIONS } from '#migrations/index.ts'

const LOCK = 7_305_001

/**
 * Applies the migrations that are missing.
 * @returns names of those applied now
 */
export async function migrate(url: string): Promise<string[]> {
  const lock = new Client({ connectionString: url })
  await lock.connect()
  try {
    await lock.query('select pg_advisory_lock($1)', [LOCK])
    return await applyMissing(url)
  } finally {
    await lock.end()
  }
}

async function applyMissing(url: string): Promise<string[]> {
  const orm = await MikroORM.init({
    clientUrl: url,
    entities: [],
    discovery: { warnWhenNoEntities: false },
    extensions: [Migrator],
    migrations: { migrationsList: MIGRATIONS, snapshot: false, transactional: true, allOrNothing: true },
    logger: () => {},
  })
  try {
    const applied = await orm.migrator.up()
    return applied.map((migration) => migration.name)
  } finally {
    await orm.close()
  }
}
