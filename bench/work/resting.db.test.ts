// Copies of an actor at rest are actors: messages and timers move each of them as they would have moved the pattern.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRestingActors, type RestingActors } from '../contenders/resting-actors.ts'
import { createTestDatabase, type TestDatabase } from '../../runtime/testing/database.ts'
import { checkWritten } from '../lib/rounds.ts'

const RESTING = 7
let database: TestDatabase
let actors: RestingActors

beforeAll(async () => {
  database = await createTestDatabase()
  const ground = { createSchema: async () => Promise.resolve(database.url) }
  actors = await createRestingActors(ground, { database: 'test', name: 'test' })
  await actors.rest(RESTING)
})
afterAll(async () => {
  await actors.stop()
  await database.drop()
})

async function valuesOf(query: string): Promise<unknown[]> {
  const { rows } = await actors.pool.query<{ value: unknown }>(query)
  return rows.map(({ value }) => value)
}

test('a message wakes the chosen ones, each with effects of its own', async () => {
  await actors.start()
  const size = { contacts: 3, messages: 2 }
  await actors.fill(size)
  await actors.drain(size)
  await checkWritten(actors, size)
  expect(new Set(await valuesOf('select id as value from outbox')).size).toBe(6)
  expect(await valuesOf('select seq as value from actor_snapshots order by seq desc')).toEqual([
    4, 4, 4, 2, 2, 2, 2,
  ])
  expect(await valuesOf('select count(*) as value from timers')).toEqual([RESTING])
})

test('others are woken each time, until all have been', () => {
  const woken = [...actors.pick(4), ...actors.pick(RESTING)]
  expect(new Set(woken.slice(0, 4)).size).toBe(4)
  expect(new Set(woken).size).toBe(RESTING)
})
