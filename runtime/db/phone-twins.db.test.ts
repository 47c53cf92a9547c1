import { afterAll, beforeAll, expect, test } from 'vitest'
import { Migration0012Merges } from '#migrations/0012-merges.ts'
import { mergeTwins } from '../merge/merge-twins.ts'
import { createTestLine, type TestLine } from '../testing/line.ts'

let line: TestLine
beforeAll(async () => {
  line = await createTestLine()
})
afterAll(() => line.close())

const rowOf = async (id: string) =>
  (
    await line.rows<Record<string, unknown>>(
      'select phone_e164 as phone, merged_into from contacts where id = $1',
      [id],
    )
  )[0]

test('numbers in a form that is not stored any more get the one of now; who has it already is the same person', async () => {
  const insert = async (id: string, phone: string) => {
    const text = 'insert into contacts (tenant_id, id, phone_e164, shard) values ($1, $2, $3, 0)'
    await line.pool.query(text, [line.tenant.id, id, phone])
  }
  await insert('cnt_old', '+553188887777')
  await insert('cnt_twin', '+553188886666')
  await insert('cnt_new', '+5531988886666')
  await insert('cnt_mx', '+5215512345678')
  await insert('cnt_land', '+553133334444')
  const texts: string[] = []
  const migration = Object.create(Migration0012Merges.prototype as object) as {
    addSql(text: string): void
    up(): void
  }
  migration.addSql = (text) => texts.push(text)
  migration.up()
  await line.pool.query(texts.at(-1) ?? '')
  await mergeTwins(line.pool)
  expect(await rowOf('cnt_old')).toMatchObject({ phone: '+5531988887777' })
  expect(await rowOf('cnt_mx')).toMatchObject({ phone: '+525512345678' })
  expect(await rowOf('cnt_land')).toMatchObject({ phone: '+553133334444' })
  expect(await rowOf('cnt_twin')).toMatchObject({ merged_into: 'cnt_new' })
  const worker = line.createWorker()
  await worker.leases.renew()
  await worker.drain()
  const merges = await line.rows('select source, status, target_id from contact_merges')
  expect(merges).toEqual([{ source: 'twin', status: 'merged', target_id: 'cnt_new' }])
})
