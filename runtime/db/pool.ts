// PostgreSQL connections of the hot path and of listeners. Named statements are prepared once per connection.

import { Pool, types, type PoolClient, type QueryResultRow } from 'pg'
import { FluxoError } from '#machines/contracts/errors.ts'

const INT8 = 20
/** Sequences and counts stay far below 2^53. */
types.setTypeParser(INT8, Number)

export interface PoolOptions {
  max: number
  name: string
  /** Milliseconds after which a statement is cut. */
  statementTimeout?: number
}

/** Opens a pool; connections are made when needed and a broken idle one is replaced. */
export function createPool(url: string, options: PoolOptions): Pool {
  const pool = new Pool({
    connectionString: url,
    max: options.max,
    application_name: options.name,
    statement_timeout: options.statementTimeout ?? 10_000,
    idle_in_transaction_session_timeout: 5_000,
    connectionTimeoutMillis: 3_000,
    keepAlive: true,
  })
  // An idle connection that breaks is no news; the next query reports what is wrong.
  pool.on('error', () => {})
  return pool
}

/** One statement by name; the text is prepared once per connection. */
export interface Statement {
  name: string
  text: string
}

export type Queryable = Pick<PoolClient, 'query'>

/** Runs a named statement and gives its rows. */
export async function run<Row extends QueryResultRow>(
  db: Queryable,
  statement: Statement,
  values: unknown[] = [],
): Promise<Row[]> {
  const result = await db.query<Row>({ ...statement, values })
  return result.rows
}

/** Runs the work in one transaction on one connection. */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await connect(pool)
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    client.release()
    return result
  } catch (error) {
    await client.query('rollback').then(
      () => client.release(),
      (broken: Error) => client.release(broken),
    )
    throw error
  }
}

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect()
  } catch (cause) {
    throw new FluxoError('DATABASE_UNAVAILABLE', { retryAfter: 2, cause })
  }
}

/** True for errors of the connection or the server, not of the statement. SQLSTATE classes 08, 53, 57. */
export function isConnectionError(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  if (typeof code === 'string' && /^(08|53|57)/.test(code)) return true
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) return true
  return error instanceof Error && /Connection terminated|timeout exceeded when trying to connect/.test(error.message)
}
