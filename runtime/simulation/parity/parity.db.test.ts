// D6: the simulated database and PostgreSQL say the same to the same statements, in random orders of what the core
// does. FLUXO_SEEDS sets how many orders, FLUXO_SEED replays one.

import type { Server } from '../server/types.ts'
import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPool } from '../../db/pool.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { loadSchema } from '../schema.ts'
import { createRandom } from '../world/random.ts'
import { createContention } from './contention.ts'
import { operate } from './operations.ts'
import { differenceOf } from './same.ts'
import { askTwin, createTwinPool, createTwinServer, openTwin, saidOf } from './twin.ts'

const GIVEN = process.env['FLUXO_SEED']
const SEQUENCES = Number(process.env['FLUXO_SEEDS'] ?? 24)
const SEEDS =
  GIVEN === undefined ? Array.from({ length: SEQUENCES }, (_, index) => index + 1) : [Number(GIVEN)]
const OPERATIONS = 8
const MEETINGS = 20

let database: TestDatabase
let pool: Pool
let server: Server
let statements = 0

beforeAll(async () => {
  database = await createTestDatabase()
  pool = createPool(database.url, { max: 4, name: 'parity' })
  const schema = loadSchema()
  server = createTwinServer(schema)
  const session = openTwin(server)
  for (const text of schema.rows) await askTwin(server, session, { text })
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})

test(
  'D6 both databases answer each statement alike',
  { timeout: 20_000 + SEEDS.length * 2_000 },
  async () => {
    for (const seed of SEEDS) {
      const twin = createTwinPool(pool, server, ({ name, text }, real, simulated) => {
        statements += 1
        const isOrdered = /order by [^)]*$/.test(text) && !/^with|returning/.test(text)
        expect(differenceOf(real, simulated, isOrdered), `seed ${seed}: ${name ?? text}`).toBeNull()
      })
      await operate(twin, createRandom(`parity ${seed}`), OPERATIONS)
    }
    expect(statements).toBeGreaterThan(SEEDS.length * OPERATIONS)
  },
)

test('D6 both databases hold the same rows in the end', async () => {
  const session = openTwin(server)
  for (const [name, { columns }] of server.database.tables) {
    const text = `select ${columns.map((column) => `"${column.name}"`).join(', ')} from ${name}`
    const real = await pool.query<Record<string, unknown>>(text)
    const simulated = saidOf(await askTwin(server, session, { text }))
    expect(differenceOf({ rows: real.rows }, simulated, false), name).toBeNull()
  }
})

test(
  'D6 sessions that meet wait for each other alike',
  { timeout: 20_000 + SEEDS.length * 3_000 },
  async () => {
    const contention = await createContention(database.url, server)
    for (const seed of SEEDS) {
      const difference = await contention.play(createRandom(`contention ${seed}`), MEETINGS)
      expect(difference, `seed ${seed}`).toBeNull()
    }
    expect(contention.waits()).toBeGreaterThan(0)
    await contention.close()
  },
)
