import { afterAll, beforeAll, expect, test } from 'vitest'
import { withPressure } from './pressure.ts'
import { leadOf } from './testing/arrivals.ts'
import { createTestLine, type TestLine } from './testing/line.ts'
import { until } from './testing/until.ts'

let line: TestLine
beforeAll(async () => {
  line = await createTestLine()
})
afterAll(() => line.close())

test('senders are told to come again while too much waits, and are let in when it is worked off', async () => {
  const acceptor = withPressure(line.acceptor, { pool: line.pool, maxWaiting: 20 })
  const accept = () => acceptor.accept(line.tenant.id, leadOf(line.tenant))
  await Promise.all(Array.from({ length: 10 }, accept))
  await line.pool.query(
    `insert into mailbox (tenant_id, contact_id, shard, envelope)
     select tenant_id, contact_id, shard, envelope from mailbox, generate_series(1, 5)`,
  )
  let refused: unknown = null
  await until('somebody is refused', async () => {
    refused = await accept().then(
      () => null,
      (error: unknown) => error,
    )
    return refused !== null
  })
  expect(refused).toMatchObject({ code: 'MAILBOX_FULL', status: 503, retryAfter: 10 })
  await line.pool.query('delete from mailbox')
  await until('they are let in', () =>
    accept().then(
      () => true,
      () => false,
    ),
  )
})
