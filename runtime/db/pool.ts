// PostgreSQL connections of the hot path and of listeners. Named statements are prepared once per connection.

import { Pool, types, type PoolClient, type QueryResultRow } from 'pg'
import { FluxoError, isFluxoError } from '#machines/contracts/errors.ts'
import { withBinaryArrays } from './binary-array.ts'

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
    // A server that cannot be reached any more does not cut anything.
    query_timeout: (options.statementTimeout ?? 10_000) + 5_000,
    idle_in_transaction_session_timeout: 5_000,
    connectionTimeoutMillis: 3_000,
    keepAlive: true,
  })
  // An idle connection that breaks is no news; the next query reports what is wrong.
  pool.on('error', () => {})
  // Nor is one that breaks while it is lent out: its query fails, but the event alone would end the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** One statement by name; the text is prepared once per connection. */
export interface Statement {
  name: string
  text: string
}

export type Queryable = Pick<PoolClient, 'query'>

/**
 * Runs a named statement and gives its rows.
 * @throws {FluxoError} DATABASE_UNAVAILABLE; what the database refuses is thrown as it is
 */
export async function run<Row extends QueryResultRow>(
  db: Queryable,
  statement: Statement,
  values: unknown[] = [],
): Promise<Row[]> {
  try {
    const sent = withBinaryArrays(statement.text, values)
    const result = await db.query<Row>({ ...statement, values: sent })
    return result.rows
  } catch (error) {
    throw asUnavailable(error)
  }
}

/**
 * Runs the work in one transaction on one connection.
 * @throws {FluxoError} DATABASE_UNAVAILABLE, also when nobody knows whether the commit happened
 */
export async function inTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
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
    throw asUnavailable(error)
  }
}

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect()
  } catch (cause) {
    throw new FluxoError('DATABASE_UNAVAILABLE', { retryAfter: RETRY_AFTER_SECONDS, cause })
  }
}

const RETRY_AFTER_SECONDS = 2

/** The error for the caller: DATABASE_UNAVAILABLE for a broken connection, else the given one. */
export function asUnavailable(error: unknown): unknown {
  if (error instanceof FluxoError || !isConnectionError(error)) return error
  return new FluxoError('DATABASE_UNAVAILABLE', { retryAfter: RETRY_AFTER_SECONDS, cause: error })
}

const BROKEN_CONNECTION =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|not queryable|after calling end/

/**
 * True for errors of the connection or the server, not of the statement: SQLSTATE classes 08, 53, 57, and 25P03,
 * the cut of a transaction that did nothing for too long.
 */
export function isConnectionError(error: unknown): boolean {
  if (isFluxoError(error)) return error.code === 'DATABASE_UNAVAILABLE'
  const code = sqlState(error)
  if (code !== null && (/^(08|53|57)/.test(code) || code === '25P03' || /^E[A-Z]+$/.test(code)))
    return true
  return error instanceof Error && BROKEN_CONNECTION.test(error.message)
}

/** True when the same transaction may succeed at once: a deadlock or a serialization failure (class 40). */
export function isWorthRepeating(error: unknown): boolean {
  return sqlState(error)?.startsWith('40') ?? false
}

/** True for errors about the data of a statement (SQLSTATE 21, 22, 23, 54), not about the server or the code. */
export function isWriteRefused(error: unknown): boolean {
  return /^(21|22|23|54)/.test(sqlState(error) ?? '')
}

/** True for text that PostgreSQL cannot keep or read as the wanted type: what was given is wrong. */
export function isBadInput(error: unknown): boolean {
  return /^(22003|22007|22008|22021|22P02|22P05)$/.test(sqlState(error) ?? '')
}

function sqlState(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : null
}
