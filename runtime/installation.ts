// What lies below the runtime in one place: the database (embedded or given), its schema, and the secrets.

import { FluxoError } from '#machines/contracts/errors.ts'
import type { Config } from './config.ts'
import { migrate } from './db/migrate.ts'
import { startEmbeddedPostgres } from './embedded/postgres.ts'
import { checkGivenDatabase } from './given-database.ts'
import { checkGivenRedis } from './given-redis.ts'
import { type InstallationSecrets, loadSecrets } from './secrets-file.ts'

const DATABASE = 'fluxolab'
/** In production the database and this process may be started together. */
const WAIT_SECONDS = 60

export interface Installation {
  databaseUrl: string
  secrets: InstallationSecrets
  /** True when the database is this process's own. */
  isEmbedded: boolean
  stop(): Promise<void>
}

/**
 * Makes the ground ready.
 * @param onProgress told in a few words what is done or takes a moment
 * @throws {FluxoError} SETUP_FAILED with what stands in the way
 */
export async function prepareInstallation(
  config: Config,
  onProgress: (text: string) => void,
): Promise<Installation> {
  const database = await openDatabase(config, onProgress)
  try {
    const secrets = loadSecrets(config)
    const applied = await migrate(database.url)
    onProgress(applied.length > 0 ? `schema brought up to ${applied.at(-1)}` : 'schema is current')
    return {
      databaseUrl: database.url,
      secrets,
      isEmbedded: database.isEmbedded,
      stop: database.stop,
    }
  } catch (error) {
    await database.stop()
    if (error instanceof FluxoError) throw error
    const cause = error as Error
    throw new FluxoError('SETUP_FAILED', {
      message: `the database refused: ${cause.message}`,
      cause,
    })
  }
}

async function openDatabase(config: Config, onProgress: (text: string) => void) {
  if (config.databaseUrl !== undefined) {
    const isProduction = config.production
    const waitSeconds = isProduction ? WAIT_SECONDS : 0
    await checkGivenDatabase(config.databaseUrl, { waitSeconds, isProduction, onProgress })
    onProgress('using the database of DATABASE_URL')
    if (config.redisUrl) await checkGivenRedis(config.redisUrl, { isProduction, onProgress })
    return { url: config.databaseUrl, isEmbedded: false, stop: () => Promise.resolve() }
  }
  const { dataDir, databasePort } = config
  const postgres = await startEmbeddedPostgres({
    dataDir,
    ...(databasePort === 0 ? {} : { port: databasePort }),
    onProgress,
  })
  await postgres.ensureDatabase(DATABASE)
  onProgress(`PostgreSQL on port ${postgres.port}`)
  return { url: postgres.url(DATABASE), isEmbedded: true, stop: postgres.stop }
}
