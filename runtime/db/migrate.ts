// Brings a database to the current schema. Safe to run from several processes: one advisory lock.

import { Migrator } from '@mikro-orm/migrations'
import { MikroORM } from '@mikro-orm/postgresql'
import { Client } from 'pg'
import { FluxoError } from '#machines/contracts/errors.ts'
import { MIGRATIONS } from '#migrations/index.ts'
import { isWorthRepeating } from './pool.ts'

const LOCK = 7_305_001
const MAX_TRIES = 10

/**
 * Applies the migrations that are missing.
 * @returns names of those applied now
 * @throws {FluxoError} SETUP_FAILED with what an administrator has to run when the user may not do it
 */
export async function migrate(url: string): Promise<string[]> {
  const lock = new Client({ connectionString: url })
  // Whoever holds the lock uses it again at the end, and hears there that it is gone.
  lock.on('error', () => {})
  await lock.connect()
  try {
    await lock.query('select pg_advisory_lock($1)', [LOCK])
    const applied = await applyPatiently(url)
    await tryRole(lock)
    return applied
  } catch (error) {
    if (NOT_ALLOWED.has(String((error as { code?: unknown }).code)))
      throw await notAllowed(lock, error as Error)
    throw error
  } finally {
    await lock.end()
  }
}

/** Insufficient privilege, and no schema that the user may create in. */
const NOT_ALLOWED = new Set(['42501', '3F000'])

/** I9 rests on this role: a user who may not take it must hear of it now and not at the first request. */
async function tryRole(client: Client): Promise<void> {
  await client.query('begin')
  try {
    await client.query('set local role fluxo_tenant')
  } finally {
    await client.query('rollback')
  }
}

async function notAllowed(client: Client, cause: Error): Promise<FluxoError> {
  const { rows } = await client.query<{ name: string }>('select quote_ident(current_user) as name')
  const user = rows[0]?.name ?? 'the user of DATABASE_URL'
  const message = `the database user ${user} may not prepare the database (${cause.message}); an administrator has to run once:
  create role fluxo_tenant nologin;
  grant fluxo_tenant to ${user};
  create extension if not exists pg_trgm;
  grant usage, create on schema public to ${user};`
  return new FluxoError('SETUP_FAILED', { message, cause })
}

/** Processes of the version before still work: PostgreSQL may end this transaction for the sake of one of theirs. */
async function applyPatiently(url: string, tries = 1): Promise<string[]> {
  try {
    return await applyMissing(url)
  } catch (error) {
    if (!isWorthRepeating(error) || tries === MAX_TRIES) throw error
    return applyPatiently(url, tries + 1)
  }
}

async function applyMissing(url: string): Promise<string[]> {
  const orm = await MikroORM.init({
    clientUrl: url,
    entities: [],
    discovery: { warnWhenNoEntities: false },
    extensions: [Migrator],
    migrations: {
      migrationsList: MIGRATIONS,
      snapshot: false,
      transactional: true,
      allOrNothing: true,
    },
    logger: () => {},
  })
  try {
    const applied = await orm.migrator.up()
    return applied.map((migration) => migration.name)
  } finally {
    await orm.close()
  }
}
