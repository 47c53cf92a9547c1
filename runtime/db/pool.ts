// PostgreSQL connections of the hot path and of listeners. Named statements are prepared once per connection.

import {
  type ClientBase,
  Pool,
  types,
  type PoolClient,
  type QueryResult,
  type QueryResultRow,
} from 'pg'
import { FluxoError, isFluxoError } from '#machines/contracts/errors.ts'
import { collectNotices, forgetNotices } from '../live/notices.ts'
import { withBinaryArrays } from './binary-array.ts'
import { learnOutcome } from './commit-outcome.ts'

const INT8 = 20
/** Sequences and counts stay far below 2^53. */
types.setTypeParser(INT8, Number)

export interface PoolOptions {
  max: number
  name: string
  /** Milliseconds after which a statement is cut. */
  statementTimeout?: number
  /** Milliseconds after which a COMMIT without an answer counts as lost; its outcome is then asked for. */
  commitTimeout?: number
  /** Its statements name the rows that they want by key: each is planned once, and by index. */
  arePointed?: boolean
  /** Milliseconds that a connection may take. */
  connectTimeout?: number
  /** Told how many seconds a COMMIT took. */
  onCommit?: (seconds: number) => void
}

/** Opens a pool; connections are made when needed and a broken idle one is replaced. */
export function createPool(url: string, options: PoolOptions): Pool {
  const { statementTimeout = 10_000, commitTimeout = 5_000, connectTimeout = 2_000 } = options
  const pool = new Pool({
    connectionString: withSession(url, options.arePointed === true),
    max: options.max,
    application_name: options.name,
    statement_timeout: statementTimeout,
    // A server that cannot be reached any more does not cut anything.
    query_timeout: statementTimeout + (options.statementTimeout === undefined ? 5_000 : 500),
    idle_in_transaction_session_timeout: 5_000,
    connectionTimeoutMillis: connectTimeout,
    keepAlive: true,
    // Statements that are not waited for one by one go out at once.
    pipeline: true,
    keepAliveInitialDelayMillis: 1_000,
  })
  // An idle connection that breaks is no news; the next query reports what is wrong.
  pool.on('error', () => {})
  // Nor is one that breaks while it is lent out: its query fails, but the event alone would end the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  watchClients(pool)
  const { onCommit = () => {} } = options
  commits.set(pool, { limit: commitTimeout, onCommit })
  return pool
}

/** Of the pools whose transactions learn their outcome when the answer to COMMIT is lost. */
const commits = new WeakMap<Pool, { limit: number; onCommit: (seconds: number) => void }>()

/** The server too gives up a connection that leads nowhere, and with it what its transaction holds. */
function withSession(url: string, arePointed: boolean): string {
  if (!URL.canParse(url)) return url
  const given = new URL(url)
  const options = [given.searchParams.get('options'), SESSION, arePointed ? POINTED : null]
  given.searchParams.set('options', options.filter(Boolean).join(' '))
  return given.href
}

/**
 * Tables like queues are empty whenever somebody counts them. What is planned by such a count reads whole tables later,
 * and what is planned by the length of an array is planned anew each time.
 */
const POINTED =
  '-c plan_cache_mode=force_generic_plan -c jit=off -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off'

const SESSION =
  process.platform === 'linux'
    ? '-c tcp_user_timeout=8000 -c tcp_keepalives_idle=3 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3'
    : '-c tcp_keepalives_idle=3'

/** One statement by name; the text is prepared once per connection. */
export interface Statement {
  name: string
  text: string
  /** What is right for a table that is empty is wrong for a full one: it is planned by what is there each time. */
  isPlannedAnew?: true
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
    const { name, text, isPlannedAnew } = statement
    const result = await db.query<Row>({ ...(!isPlannedAnew && { name }), text, values: sent })
    return result.rows
  } catch (error) {
    throw asUnavailable(error)
  }
}

/**
 * Runs the work in one transaction on one connection; what it has to tell is told after the commit. A COMMIT whose
 * answer was lost counts as what it was, where that can be learned.
 * @throws {FluxoError} DATABASE_UNAVAILABLE; nothing is written then, or nobody knows whether it is
 */
export async function inTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await connect(pool)
  const tell = collectNotices(pool, client)
  let id: string | null
  let result: T
  let lost: Error | null
  try {
    id = await begin(pool, client)
    result = await work(client)
    lost = await commit(pool, client)
  } catch (error) {
    await giveUp(client, error)
    throw asUnavailable(error)
  } finally {
    forgetNotices(client)
  }
  if (lost === null) client.release()
  else {
    discard(client, lost)
    const outcome = id === null ? 'unknown' : await learnOutcome(pool, id, outcomeLimit(pool))
    // Who looks for nothing loses nothing.
    if (outcome === 'unknown') tell()
    if (outcome !== 'committed') throw asUnavailable(lost)
  }
  tell()
  return result
}

/** How long the outcome of a lost COMMIT is asked for, in milliseconds. */
function outcomeLimit(pool: Pool): number {
  return Math.min(commits.get(pool)?.limit ?? 0, MAX_OUTCOME_MS)
}

const MAX_OUTCOME_MS = 2_000

/** @returns the transaction's id, for a pool that learns outcomes; it costs no round trip of its own */
async function begin(pool: Pool, client: PoolClient): Promise<string | null> {
  if (!commits.has(pool)) {
    await client.query('begin')
    return null
  }
  const text = 'begin; select pg_current_xact_id()::text as id'
  const results = (await client.query(text)) as unknown as QueryResult<{ id: string }>[]
  return results[1]?.rows[0]?.id ?? null
}

/** @returns null, or what kept the answer away */
async function commit(pool: Pool, client: PoolClient): Promise<Error | null> {
  const watched = commits.get(pool)
  const startedAt = performance.now()
  try {
    const text = 'commit'
    const asked = watched ? { text, query_timeout: watched.limit } : text
    const { command } = await client.query(asked)
    watched?.onCommit((performance.now() - startedAt) / 1000)
    if (command === 'ROLLBACK') throw new Error('a refused statement was passed over')
    return null
  } catch (error) {
    if (isConnectionError(error)) return error as Error
    throw error
  }
}

async function giveUp(client: PoolClient, error: unknown): Promise<void> {
  if (isConnectionError(error)) return discard(client, error as Error)
  await client.query('rollback').then(
    () => client.release(),
    (broken: Error) => discard(client, broken),
  )
}

function discard(client: PoolClient, error: Error): void {
  cut(client)
  client.release(error)
}

/** The connection ends, and with it what it still does: nobody waits for its farewell. */
export function cut(client: ClientBase): void {
  const { connection } = client as { connection?: { stream: { destroy(): void } } }
  connection?.stream.destroy()
}

const clientsOf = new WeakMap<Pool, Set<PoolClient>>()

/** Keeps track of the pool's connections, so that all of them can be cut. */
export function watchClients(pool: Pool): void {
  const clients = new Set<PoolClient>()
  clientsOf.set(pool, clients)
  pool.on('connect', (client) => clients.add(client))
  pool.on('remove', (client) => clients.delete(client))
}

/** Cuts every connection of the pool: who waits for an answer gets an error, and new ones are made when needed. */
export function cutAll(pool: Pool): void {
  for (const client of clientsOf.get(pool) ?? []) cut(client)
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
