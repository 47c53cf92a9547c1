// The worker's lanes: whoever waits for a commit holds up only those who share its lane, and nobody's order.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { createId } from '../ids.ts'
import { createTestLine, type TestLine } from '../testing/line.ts'
import { until } from '../testing/until.ts'
import { createLeaseKeeper } from './lease.ts'
import { shardOf } from './shard-of.ts'
import { createShardWorker } from './shard-worker.ts'
import { createTenantFactsCache } from './tenant-facts.ts'

let line: TestLine
beforeAll(async () => {
  line = await createTestLine()
})
afterAll(() => line.close())

/** A contact whose shard is even or odd. */
async function addContact(parity: 0 | 1): Promise<{ id: string; shard: number }> {
  for (;;) {
    const id = createId('contact')
    const shard = shardOf(line.tenant.id, id)
    if (shard % 2 !== parity) continue
    const text = 'insert into contacts (tenant_id, id, shard) values ($1, $2, $3)'
    await line.rows(text, [line.tenant.id, id, shard])
    return { id, shard }
  }
}

const journalOf = async (contactId: string): Promise<string[]> => {
  const text = 'select event_type from journal where contact_id = $1 order by seq'
  const rows = await line.rows<{ event_type: string }>(text, [contactId])
  return rows.map((row) => row.event_type)
}

test('I3: a batch that waits for its commit stops its own lane only, and its contacts stay in order', async () => {
  const { pool, logger } = line
  const workerId = createId('worker')
  const leases = createLeaseKeeper(pool, workerId, 30)
  await leases.renew()
  const [held, free] = [await addContact(0), await addContact(1)]
  const blocker = await pool.connect()
  await blocker.query('begin')
  await blocker.query('select 1 from shard_leases where shard = $1 for update', [held.shard])
  const facts = createTenantFactsCache()
  const loop = createShardWorker({ pool, workerId, leases, facts, logger, onCommitted: () => {} })
  await line.enqueue(held.id, { type: 'first.happened' })
  loop.start()
  await line.enqueue(held.id, { type: 'second.happened' })
  await line.enqueue(free.id, { type: 'other.happened' })
  loop.wake()
  await until('the other lane goes on', async () => (await journalOf(free.id)).length === 1)
  expect(await journalOf(held.id)).toEqual([])
  await blocker.query('rollback')
  blocker.release()
  await until('the held lane goes on', async () => (await journalOf(held.id)).length === 2)
  expect(await journalOf(held.id)).toEqual(['first.happened', 'second.happened'])
  await loop.stop()
})
