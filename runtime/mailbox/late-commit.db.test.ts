// F29: an envelope whose id is given before others and whose commit comes after theirs.

import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { messageOf, newPhone } from '../testing/arrivals.ts'
import type { Acceptance } from './incoming.ts'
import { createTestLine, type TestLine, type TestWorker } from '../testing/line.ts'

let line: TestLine
let worker: TestWorker
beforeAll(async () => {
  line = await createTestLine()
  worker = line.createWorker()
  await worker.leases.renew()
})
afterAll(() => line.close())

const journalOf = async ({ contactId }: Acceptance): Promise<string[]> => {
  const text = 'select event_id as id from journal where contact_id = $1 order by seq'
  return (await line.rows<{ id: string }>(text, [contactId])).map(({ id }) => id)
}
/** A message of each person. */
const write = async (people: string[]): Promise<[Acceptance, Acceptance]> =>
  (await Promise.all(
    people.map((phone) => line.accept(messageOf(line.tenant, { address: { phone } }))),
  )) as [Acceptance, Acceptance]

/** An envelope with its id in a transaction that is still open. */
async function holdOpen(contactId: string | null) {
  const client = new pg.Client({ connectionString: line.url })
  await client.connect()
  await client.query('begin')
  const { rows } = await client.query<{ id: string }>(
    `insert into mailbox (tenant_id, contact_id, shard, envelope)
      select tenant_id, contact_id, shard, json_build_object('event_id', 'evt_late', 'tenant_id', tenant_id,
        'contact_id', contact_id, 'type', 'purchase.approved', 'source', 'test', 'occurred_at', now(),
        'correlation_id', 'evt_late', 'payload', '{}'::json)
      from actor_snapshots where contact_id = $1 returning id`,
    [contactId],
  )
  return {
    id: Number(rows[0]?.id),
    commit: async () => {
      await client.query('commit')
      await client.end()
    },
  }
}

test('I2 F29: a webhook that commits after later ones were applied is applied, not skipped', async () => {
  const people = [newPhone(), newPhone()]
  const [late, other] = await write(people)
  await worker.drain()
  const slow = await holdOpen(late.contactId)
  const [lateNext, otherNext] = await write(people)
  const [first] = await line.rows<{ id: string }>('select min(id) as id from mailbox')
  expect(Number(first?.id)).toBeGreaterThan(slow.id)
  await worker.drain()
  expect(await journalOf(late)).toEqual([late.eventId, lateNext.eventId])
  await slow.commit()
  await worker.drain()
  expect(await journalOf(late)).toEqual([late.eventId, lateNext.eventId, 'evt_late'])
  expect(await journalOf(other)).toEqual([other.eventId, otherNext.eventId])
  expect(await line.rows('select id from mailbox')).toEqual([])
})
