// The database of DATABASE_URL before anything is asked of it: is it there, does it let us in, is it new enough.

import { Client } from 'pg'
import { FluxoError } from '#machines/contracts/errors.ts'

const OLDEST = 16
const CONNECT_MS = 15_000

/** @throws {FluxoError} SETUP_FAILED naming DATABASE_URL, without its password */
export async function checkGivenDatabase(url: string): Promise<void> {
  checkVersion(await askVersion(url))
}

async function askVersion(url: string): Promise<number> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS })
  try {
    await client.connect()
    const { rows } = await client.query<{ number: string }>(
      `select current_setting('server_version_num') as number`,
    )
    return Number(rows[0]?.number)
  } catch (error) {
    throw refused(`the database of DATABASE_URL cannot be used: ${reasonOf(error)}`, error)
  } finally {
    await client.end().catch(() => {})
  }
}

/** A host with several addresses fails with one error for each, and no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  return (error as Error).message
}

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
