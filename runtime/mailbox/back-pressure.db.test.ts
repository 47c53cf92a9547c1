// What senders hear while the database cannot follow: a time to come back, soon, and never a 2xx for nothing.

import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isFluxoError } from '#machines/contracts/errors.ts'
import { leadOf, messageOf, newPhone } from '../testing/arrivals.ts'
import { createTestLine, type TestLine } from '../testing/line.ts'

let line: TestLine
beforeAll(async () => {
  line = await createTestLine()
})
afterAll(() => line.close())

/** Events cannot be written until it is released. */
async function holdEvents(): Promise<() => Promise<void>> {
  const blocker = new pg.Client({ connectionString: line.url })
  await blocker.connect()
  await blocker.query('begin')
  await blocker.query('lock table events in access exclusive mode')
  return async () => {
    await blocker.query('rollback')
    await blocker.end()
  }
}

const isToldToWait = (error: unknown): boolean =>
  isFluxoError(error, 'DATABASE_UNAVAILABLE') && (error.retryAfter ?? 99) <= 3

test('I1: nobody waits three seconds for an answer, and the same again is stored once', async () => {
  const lead = leadOf(line.tenant)
  const release = await holdEvents()
  const started = performance.now()
  const outcomes = await Promise.allSettled([
    line.accept(lead),
    ...Array.from({ length: 20 }, () => line.accept(leadOf(line.tenant))),
  ])
  expect(performance.now() - started).toBeLessThan(3_000)
  for (const outcome of outcomes)
    expect(outcome.status === 'rejected' && isToldToWait(outcome.reason)).toBe(true)
  await release()
  const { eventId } = await line.accept(lead)
  expect(await line.rows('select id from events where id = $1', [eventId])).toHaveLength(1)
  const keys = 'select 1 from accepted_keys where key = $1'
  expect(await line.rows(keys, [lead.dedupeKey])).toHaveLength(1)
})

test('I1: what waits is bounded in bytes; beyond it the sender is told at once and nothing is kept', async () => {
  const release = await holdEvents()
  const MB = 1024 * 1024
  const large = (bytes: number) => line.acceptor.accept(line.tenant.id, leadOf(line.tenant), bytes)
  const first = [large(30 * MB), large(30 * MB)]
  const refused = leadOf(line.tenant)
  const started = performance.now()
  const error = await line.acceptor
    .accept(line.tenant.id, refused, 30 * MB)
    .catch((reason: unknown) => reason)
  expect(isToldToWait(error)).toBe(true)
  expect(performance.now() - started).toBeLessThan(200)
  await release()
  expect((await Promise.all(first)).map(({ duplicate }) => duplicate)).toEqual([false, false])
  const keys = 'select 1 from accepted_keys where key = $1'
  expect(await line.rows(keys, [refused.dedupeKey])).toEqual([])
  // What was answered counts no more.
  await Promise.all([large(30 * MB), large(30 * MB)])
})

test('I3: what one person sends at once is in the mailbox in the order in which it came, over many groups', async () => {
  const phone = newPhone()
  const sent = Array.from({ length: 1_200 }, (_, n) =>
    messageOf(line.tenant, { address: { phone }, text: String(n) }),
  )
  await Promise.all(sent.map((message) => line.accept(message)))
  const rows = await line.rows<{ text: string }>(
    `select envelope->'payload'->>'text' as text from mailbox
      where envelope->'contact'->>'phone' = $1 order by id`,
    [phone],
  )
  expect(rows.map(({ text }) => Number(text))).toEqual(sent.map((_, n) => n))
})
