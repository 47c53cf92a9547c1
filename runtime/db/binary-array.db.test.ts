// What arrives in the database is what the driver's own text form would have brought, and is refused alike.

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Pool } from 'pg'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { withBinaryArrays } from './binary-array.ts'
import { createPool, run } from './pool.ts'

let database: TestDatabase
let pool: Pool
beforeAll(async () => {
  database = await createTestDatabase()
  pool = createPool(database.url, { max: 1, name: 'test' })
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})

const texts = ['', 'plain', 'ção 🎈', '"quoted" \\ {a,b}', 'NULL', null, '\n\t', '\ud800']
const documents = texts.map((value) => (value === null ? null : JSON.stringify({ value })))

test.each([
  ['text', texts],
  ['json', documents],
  ['jsonb', documents.slice(0, -1)],
  ['smallint', [0, 1, -1, 32_767, -32_767, null]],
  ['int', [0, 2 ** 31 - 1, 1 - 2 ** 31, null]],
  ['bigint', [0, 2 ** 53 - 1, 1 - 2 ** 53, -5, null]],
  ['text', ['same', 'same', null, 'same', 'é'.repeat(5_000), '🎈'.repeat(5_000)]],
  ['jsonb', ['{"a": 1}', '{"a": 1}', null, '{"a": 1}']],
  ['timestamptz', ['2026-01-15T12:00:00.123Z', '1999-12-31T23:59:59.999Z', null]],
  ['timestamptz', []],
  ['text', []],
  ['json', []],
  ['bigint', []],
  ['text', [null, null]],
  ['int', [null]],
])('%s[] of %j arrives as it is', async (type, values) => {
  const text = `select array_agg(v::text order by n) as found, count(*)::int as count
    from unnest($1::${type}[]) with ordinality as item(v, n)`
  const binary = await run(pool, { name: `binary ${type}`, text }, [values])
  const { rows } = await pool.query(text, [values])
  expect(binary).toEqual(rows)
  expect(binary[0]?.['count']).toBe(values.length)
  const [sent] = withBinaryArrays(text, [values])
  expect(Buffer.isBuffer(sent)).toBe(true)
})

test.each([
  ['text', ['nul \0']],
  ['json', ['{"nul": "\0"}']],
  ['json', ['not JSON']],
  ['jsonb', ['{']],
  ['jsonb', documents.slice(-1)],
  ['smallint', [40_000]],
  ['int', [2 ** 40]],
  ['int', [1.5]],
])('%s[] of %j is refused as bad data', async (type, values) => {
  const text = `select * from unnest($1::${type}[])`
  const refused = run(pool, { name: `refused ${type}`, text }, [values])
  await expect(refused).rejects.toMatchObject({ code: expect.stringMatching(/^22/) })
})

test.each(['text', 'json', 'jsonb'])('%s[] of bytes arrives as their text', async (type) => {
  const documents_ = documents.filter((document) => document !== null).slice(0, -1)
  const text = `select v from unnest($1::${type}[]) v`
  const found = await run(pool, { name: `bytes ${type}`, text }, [
    documents_.map((each) => Buffer.from(each)),
  ])
  expect(found).toEqual((await pool.query(text, [documents_])).rows)
})

test('an instant in another form than our own is read by the database', async () => {
  const values = ['2026-01-15T12:00:00.123456+00:00', '2026-01-15 12:00', 'infinity']
  const text = 'select v::text from unnest($1::timestamptz[]) v'
  const found = await run(pool, { name: 'other instants', text }, [values])
  expect(found).toEqual((await pool.query(text, [values])).rows)
})

test('several arrays, single values and other types stand side by side', async () => {
  const text = `select * from unnest($1::text[], $3::bigint[], $4::timestamptz[]) as item(a, b, c) where b > $2`
  const at = new Date('2026-01-15T12:00:00Z')
  const rows = await run(pool, { name: 'mixed', text }, [['x', 'y'], 1, [1, 2], [at, at]])
  expect(rows).toEqual([{ a: 'y', b: 2, c: at }])
})
