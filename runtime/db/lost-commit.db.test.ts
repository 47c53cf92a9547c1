// What the three writers of the line make of a COMMIT without an answer: each of them is right whether it happened,
// did not happen, or nobody can say.

import type { Pool } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createAcceptor } from '../mailbox/accept.ts'
import { settleEffects } from '../outbox/settle/settle.ts'
import { leadOf } from '../testing/arrivals.ts'
import { type CommitFault, createFaultyLink, type FaultyLink } from '../testing/faulty-link.ts'
import { createTestLine, type TestLine } from '../testing/line.ts'
import { publish } from '../testing/tenant.ts'
import { until } from '../testing/until.ts'
import { WELCOME } from '../testing/workflows.ts'
import { forgetWorkers } from '../shard/lease.ts'
import { createPool, inTransaction } from './pool.ts'

let line: TestLine
let link: FaultyLink
let pool: Pool
beforeAll(async () => {
  line = await createTestLine()
  await publish(line.pool, line.tenant, WELCOME)
})
beforeEach(async () => {
  await forgetWorkers(line.pool)
  link = await createFaultyLink(line.url)
  pool = createPool(link.url, {
    max: 3,
    name: 'test',
    statementTimeout: 1000,
    commitTimeout: 300,
    connectTimeout: 500,
  })
})
afterEach(async () => {
  await link.close()
  await pool.end()
})
afterAll(() => line.close())

const FAULTS: CommitFault[] = ['answer lost', 'answer hung', 'lost']

/** The COMMIT happens, and then nothing can be asked any more. */
async function loseAll(work: Promise<unknown>): Promise<void> {
  await until('the commit is under way', () => link.met > 0)
  link.goSilent()
  await expect(work).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
  link.heal()
}

const journalOf = (contactId: string) =>
  line.rows('select seq from journal where contact_id = $1 order by seq', [contactId])
const effectsOf = (contactId: string) =>
  line.rows<{ id: string }>('select id from outbox where contact_id = $1', [contactId])

test.each(FAULTS)('I2, I4: a batch whose COMMIT is met by "%s" is applied once', async (fault) => {
  const { contactId } = await line.accept(leadOf(line.tenant))
  const worker = line.createWorker({ pool })
  await worker.leases.renew()
  link.loseCommit(fault)
  await until('it is worked off', async () => {
    await worker.workOnce().catch(() => {})
    return (await journalOf(contactId ?? '')).length > 0
  })
  await worker.drain()
  expect(link.met).toBe(1)
  expect(await journalOf(contactId ?? '')).toHaveLength(1)
  expect(await effectsOf(contactId ?? '')).toHaveLength(1)
})

test('I2: a batch of whose COMMIT nobody can say anything is applied once', async () => {
  const { contactId } = await line.accept(leadOf(line.tenant))
  const worker = line.createWorker({ pool })
  await worker.leases.renew()
  link.loseCommit('answer hung')
  await loseAll(worker.drain())
  await worker.leases.renew()
  await line.enqueue(contactId ?? '', { type: 'came.after' })
  await worker.drain()
  expect(await journalOf(contactId ?? '')).toHaveLength(2)
  expect(await effectsOf(contactId ?? '')).toHaveLength(1)
})

test.each(FAULTS)(
  'I1, I2: an arrival whose COMMIT is met by "%s" is answered as what it is',
  async (fault) => {
    const acceptor = createAcceptor(pool)
    const lead = leadOf(line.tenant)
    link.loseCommit(fault)
    const first = acceptor.accept(line.tenant.id, lead)
    if (fault === 'lost') {
      await expect(first).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
      expect(await acceptor.accept(line.tenant.id, lead)).toMatchObject({ duplicate: false })
    } else expect(await first).toMatchObject({ duplicate: false })
    const again = await acceptor.accept(line.tenant.id, lead)
    expect(again).toMatchObject({ duplicate: true })
    const stored = await line.rows('select 1 from mailbox where envelope->>$1 = $2', [
      'event_id',
      again.eventId,
    ])
    expect(stored).toHaveLength(1)
  },
)

test('I1: an arrival of whose COMMIT nobody can say anything is no success, and the same again is safe', async () => {
  const acceptor = createAcceptor(pool)
  const lead = leadOf(line.tenant)
  link.loseCommit('answer hung')
  await loseAll(acceptor.accept(line.tenant.id, lead))
  expect(await acceptor.accept(line.tenant.id, lead)).toMatchObject({ duplicate: true })
})

test.each(FAULTS)(
  'I6: an effect whose settlement is met by "%s" at COMMIT is settled once',
  async (fault) => {
    const { contactId } = await line.accept(leadOf(line.tenant))
    const worker = line.createWorker()
    await worker.leases.renew()
    await worker.drain()
    const [effect] = await effectsOf(contactId ?? '')
    const result = { type: 'done' as const, providerMessageId: `wamid.${fault}`, output: null }
    const settlement = {
      tenantId: line.tenant.id,
      effectId: effect?.id ?? '',
      claimToken: null,
      result,
    }
    link.loseCommit(fault)
    const settle = () => inTransaction(pool, (db) => settleEffects(db, [settlement]))
    if (fault === 'lost')
      await expect(settle()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
    const counts = [await settle(), await settle()]
    expect(counts.map(Number)).toEqual([1, 0])
    const results = await line.rows(
      "select 1 from mailbox where contact_id = $1 and envelope->>'type' = 'effect.done'",
      [contactId],
    )
    expect(results).toHaveLength(1)
  },
)
