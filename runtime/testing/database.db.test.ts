import pg from 'pg'
import { expect, test } from 'vitest'
import { createTestDatabase } from './database.ts'

test('a test database is migrated, its own, and gone after drop', async () => {
  const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()])
  const client = new pg.Client({ connectionString: one.url })
  await client.connect()
  const { rows } = await client.query<{ n: number }>(
    "select count(*)::int as n from pg_tables where schemaname = 'public'",
  )
  expect(rows[0]?.n).toBeGreaterThan(10)
  await client.end()
  expect(two.url).not.toBe(one.url)
  await one.drop()
  await two.drop()
  await expect(new pg.Client({ connectionString: one.url }).connect()).rejects.toThrow(
    /does not exist/,
  )
})
