// A database twice: each statement goes to PostgreSQL and then to the simulated one, and both have to say the same.

import type { Answer, Server, Session } from '../server/types.ts'
import type { Pool } from 'pg'
import type { Schema } from '../run-seed.ts'
import { createServer } from '../server/server.ts'
import { execute } from '../server/session.ts'
import { createDatabase } from '../store/database.ts'
import type { SimulatedProcess, World } from '../world/world.ts'

const NOBODY: SimulatedProcess = {
  name: 'parity',
  isAlive: true,
  frozenUntil: 0,
  skew: 0,
  startedAt: 0,
}
const NO_LIMIT = 10 ** 9

/** The simulated database on real time; what it plans happens at once. */
export function createTwinServer(schema: Schema): Server {
  const world = {
    now: Date.now,
    random: { next: () => 0 },
    schedule: (delay: number, _: unknown, act: () => void) => {
      if (delay < 1) setImmediate(act)
    },
    note: () => {},
    fail: (reason: string) => {
      throw new Error(reason)
    },
  } as unknown as World
  const database = createDatabase(schema.tables, { now: Date.now, random: Math.random })
  return createServer(world, database, {
    statements: schema.statements,
    onCommit: () => {},
    onStatement: () => {},
    noticeDelays: () => [],
  })
}

export const openTwin = (server: Server): Session =>
  server.open(NOBODY, { statement: NO_LIMIT, idle: NO_LIMIT })

interface Asked {
  name?: string
  text: string
  values?: unknown[]
}

export function askTwin(server: Server, session: Session, asked: Asked): Promise<Answer | Error> {
  const { name = null, text, values = [] } = asked
  return new Promise((resolve) => execute(server, session, { name, text, values }, resolve))
}

/** What a statement said: its rows, or its SQLSTATE. */
export type Said = { rows: Record<string, unknown>[] } | { code: string }

export function saidOf(answer: Answer | Error): Said {
  if (!(answer instanceof Error)) return { rows: answer.rows }
  return { code: String((answer as { code?: unknown }).code) }
}

/** Told of each statement that both have run. */
export type Compare = (asked: Asked, real: Said, simulated: Said) => void

/** A pool that asks both and gives what PostgreSQL said. */
export function createTwinPool(pool: Pool, server: Server, compare: Compare): Pool {
  async function both(
    session: Session,
    asked: Asked,
    ask: () => Promise<{ rows: Record<string, unknown>[] }>,
  ): Promise<unknown> {
    let result: { rows: Record<string, unknown>[] } | null = null
    let refused: Error | null = null
    try {
      result = await ask()
    } catch (error) {
      refused = error as Error
    }
    const simulated = saidOf(await askTwin(server, session, asked))
    compare(asked, refused ? saidOf(refused) : { rows: result?.rows ?? [] }, simulated)
    if (refused) throw refused
    return result
  }

  const askedOf = (given: string | Asked, values?: unknown[]): Asked =>
    typeof given === 'string' ? { text: given, values: values ?? [] } : given
  const alone = openTwin(server)
  const twin = {
    on: () => twin,
    query: (given: string | Asked, values?: unknown[]) => {
      const asked = askedOf(given, values)
      return both(alone, asked, () => pool.query(asked as never))
    },
    connect: async () => {
      const client = await pool.connect()
      const session = openTwin(server)
      // The driver sends one after the other; so does its twin.
      let last: Promise<unknown> = Promise.resolve()
      return {
        query: (given: string | Asked, values?: unknown[]) => {
          const asked = askedOf(given, values)
          const asking = last.then(() => both(session, asked, () => client.query(asked as never)))
          last = asking.catch(() => null)
          return asking
        },
        release: (error?: Error) => client.release(error),
      }
    },
    end: () => pool.end(),
  }
  return twin as unknown as Pool
}
