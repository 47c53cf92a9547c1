// The database of DATABASE_URL before anything is asked of it: is it there, does it let us in, is it new enough, and
// does it keep what it says it has kept.

import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { FluxoError } from '#machines/contracts/errors.ts'

const OLDEST = 16
const CONNECT_MS = 15_000
const ASK_AGAIN_MS = 500

export interface DatabaseExpectations {
  /** Seconds for which a server that is not up yet is waited for. */
  waitSeconds?: number
  /** Settings under which a commit may be lost are refused, instead of only told. */
  isProduction?: boolean
  /** Told in a few words what takes a moment or is not as it should be. */
  onProgress?: (text: string) => void
}

/** @throws {FluxoError} SETUP_FAILED naming DATABASE_URL, without its password */
export async function checkGivenDatabase(
  url: string,
  { waitSeconds = 0, isProduction = false, onProgress = () => {} }: DatabaseExpectations = {},
): Promise<void> {
  const server = await askPatiently(url, { waitSeconds, onProgress })
  checkVersion(server.version)
  const problems = listUnsafe(server)
  if (problems.length > 0 && isProduction) throw refused(unsafe(problems))
  if (problems.length > 0) onProgress(`warning: ${unsafe(problems)}`)
  if (server.isSuperuser) {
    onProgress(
      'warning: the user of DATABASE_URL is a superuser; one that owns the schema is enough',
    )
  }
}

interface Server {
  /** `server_version_num`, e.g. 160004 for 16.4. */
  version: number
  isSuperuser: boolean
  /** Values of the settings on which a commit's durability rests. */
  settings: Record<string, string>
}

async function askPatiently(
  url: string,
  { waitSeconds, onProgress }: { waitSeconds: number; onProgress: (text: string) => void },
): Promise<Server> {
  const end = performance.now() + waitSeconds * 1000
  for (let tries = 0; ; tries++) {
    try {
      return await ask(url)
    } catch (error) {
      if (performance.now() > end || !isComingUp(error)) {
        throw refused(`the database of DATABASE_URL cannot be used: ${reasonOf(error)}`, error)
      }
      if (tries === 0) onProgress(`waiting for the database of DATABASE_URL: ${reasonOf(error)}`)
      await sleep(ASK_AGAIN_MS)
    }
  }
}

async function ask(url: string): Promise<Server> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<Server>(
      `select current_setting('server_version_num')::int as version,
        (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) as "isSuperuser",
        (select json_object_agg(name, setting) from pg_settings
          where name in ('fsync', 'full_page_writes', 'synchronous_commit')) as settings`,
    )
    return rows[0] as Server
  } finally {
    await client.end().catch(() => {})
  }
}

/** Nobody listens yet, the name is not known yet, or the server says that it is starting (57P03). */
function isComingUp(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isComingUp)
  const code = String((error as { code?: unknown }).code)
  return ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ECONNRESET', '57P03'].includes(code)
}

/** A host with several addresses fails with one error for each, and no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  return (error as Error).message
}

function listUnsafe({ settings }: Server): string[] {
  return Object.keys(settings).filter((name) => settings[name] === 'off')
}

const unsafe = (settings: string[]): string =>
  `${settings.join(', ')} of the database ${settings.length > 1 ? 'are' : 'is'} off: what was confirmed could be lost`

/** @param number PostgreSQL's `server_version_num`, e.g. 160004 for 16.4 */
export function checkVersion(number: number): void {
  const major = Math.trunc(number / 10_000)
  if (major >= OLDEST) return
  throw refused(
    `the database of DATABASE_URL is PostgreSQL ${major}: FluxoLab needs PostgreSQL ${OLDEST} or later`,
  )
}

function refused(message: string, cause?: unknown): FluxoError {
  return new FluxoError('SETUP_FAILED', { message, field: 'DATABASE_URL', cause })
}
