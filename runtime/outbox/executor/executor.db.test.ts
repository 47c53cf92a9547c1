// The executor by itself: lanes without a poll between two messages, and a database that goes away at the worst moment.

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createPool, inTransaction } from '../../db/pool.ts'
import { createFaultyLink, type FaultyLink } from '../../testing/faulty-link.ts'
import { createTestLine, type TestLine } from '../../testing/line.ts'
import { createTestOutbox, type TestOutbox } from '../../testing/outbox.ts'
import {
  acceptedAs,
  createScriptConnector,
  type ScriptConnector,
} from '../../testing/script-connector.ts'
import { queueMessages } from '../../testing/senders.ts'
import { until } from '../../testing/until.ts'
import { claimEffects, releaseClaim } from './claim-effects.ts'
import { resolveUncertain } from '../dispatch.ts'
import { createExecutor, type Executor, type Ticket } from './executor.ts'

let line: TestLine
let outbox: TestOutbox
let provider: ScriptConnector
let executors: Executor[] = []
beforeAll(async () => {
  line = await createTestLine()
  provider = createScriptConnector()
  outbox = createTestOutbox(line, line.createWorker(), provider.registry)
})
beforeEach(async () => {
  await line.pool.query('truncate outbox, mailbox, circuits, send_limits, dead_letters')
  provider.sent.length = 0
  provider.answers.length = 0
})
afterEach(async () => {
  await Promise.all(executors.map((executor) => executor.stop(AbortSignal.abort())))
  executors = []
})
afterAll(() => line.close())

function start(pool = line.pool): Executor {
  const executor = createExecutor({ ...outbox.options, pool, isDirect: true })
  executors.push(executor)
  return executor
}

const left = async (): Promise<number> => (await line.rows('select 1 from outbox')).length

const results = (): Promise<{ type: string; effect: string }[]> =>
  line.rows(`select envelope->>'type' as type, envelope->'payload'->>'effectId' as effect
    from mailbox order by id`)

test('the messages of one contact leave in order, one at a time, the next right after the one before', async () => {
  const jobs = await queueMessages(line.pool, line.tenant, { count: 6, isOneLane: true })
  let underWay = 0
  let most = 0
  provider.answers.push(
    ...jobs.map(({ effectId }) => async () => {
      most = Math.max(most, ++underWay)
      await new Promise((resolve) => setTimeout(resolve, 5))
      underWay -= 1
      return acceptedAs(effectId)
    }),
  )
  const started = performance.now()
  const [one, two] = [start(), start()]
  one.offer(jobs)
  two.offer(jobs)
  await until('all have left', async () => (await left()) === 0)
  expect(performance.now() - started).toBeLessThan(2_000)
  expect(most).toBe(1)
  expect(provider.sent.map(({ id }) => id)).toEqual(jobs.map(({ effectId }) => effectId))
})

test('I6: what two executors were both given leaves once, and each result is told once', async () => {
  const jobs = await queueMessages(line.pool, line.tenant, { count: 8 })
  const all = [start(), start(), start()]
  for (const executor of all) executor.offer(jobs)
  await Promise.all(all.flatMap((executor) => jobs.map((job) => executor.perform(job))))
  await until('all have left', async () => (await left()) === 0)
  expect(provider.sent.map(({ id }) => id).toSorted()).toEqual(
    jobs.map(({ effectId }) => effectId).toSorted(),
  )
  expect((await results()).map(({ effect }) => effect).toSorted()).toEqual(
    jobs.map(({ effectId }) => effectId).toSorted(),
  )
})

test('I4: what is claimed inside of a transaction leaves when that is committed, and not when it is undone', async () => {
  const jobs = await queueMessages(line.pool, line.tenant, { count: 2 })
  const executor = start()
  const claimIn = async (wish: 'commit' | 'undo'): Promise<void> => {
    const undone = new Error('undone')
    const tickets: Ticket[] = []
    const done = inTransaction(line.pool, async (db) => {
      const ticket = executor.claimWithin(db, jobs)
      if (ticket) tickets.push(ticket)
      expect((await ticket?.claim)?.claimed).toHaveLength(2)
      if (wish === 'undo') throw undone
    })
    await done.then(
      () => tickets.forEach((ticket) => ticket.begin()),
      () => tickets.forEach((ticket) => ticket.giveUp()),
    )
  }
  await claimIn('undo')
  expect(provider.sent).toEqual([])
  expect(await line.rows('select distinct status, attempts from outbox')).toEqual([
    { status: 'waiting', attempts: 0 },
  ])
  await claimIn('commit')
  executor.offer(jobs)
  await until('both have left', async () => (await left()) === 0)
  expect(provider.sent).toHaveLength(2)
})

test('a claim inside of a transaction never waits for another one that holds the limits', async () => {
  const jobs = await queueMessages(line.pool, line.tenant, { count: 1 })
  const earlier = await queueMessages(line.pool, line.tenant, { count: 1 })
  await claimEffects(line.pool, earlier, 'makes the rows')
  const executor = start()
  await inTransaction(line.pool, async (frozen) => {
    await frozen.query('select 1 from send_limits for update')
    await inTransaction(line.pool, async (db) => {
      const ticket = executor.claimWithin(db, jobs)
      expect(await ticket?.claim).toEqual({ claimed: [], deferred: [] })
      ticket?.giveUp()
    })
  })
})

async function withLink(work: (link: FaultyLink) => Promise<void>): Promise<void> {
  const link = await createFaultyLink(line.url)
  const pool = createPool(link.url, { max: 3, name: 'far', statementTimeout: 1_000 })
  try {
    executors.push(start(pool))
    await work(link)
  } finally {
    await Promise.all(executors.map((executor) => executor.stop(AbortSignal.abort())))
    executors = []
    await pool.end()
    await link.close()
  }
}

test('I5 I6: the database is away for three seconds right after a send; it ends as accepted, once', async () => {
  await withLink(async (link) => {
    const jobs = await queueMessages(line.pool, line.tenant, { count: 2 })
    provider.answers.push(() => {
      link.goSilent()
      setTimeout(link.heal, 3_000)
      return acceptedAs('wamid.kept')
    })
    executors[0]?.offer(jobs)
    await until('both are settled', async () => (await left()) === 0)
    expect(provider.sent).toHaveLength(2)
    expect((await results()).map(({ type }) => type)).toEqual(['effect.done', 'effect.done'])
  })
})

test('I6: a claim whose answer never came is taken back, because nothing of it was sent', async () => {
  await withLink(async (link) => {
    const [job] = await queueMessages(line.pool, line.tenant, { count: 1 })
    link.goSilent()
    executors[0]?.offer(job ? [job] : [])
    setTimeout(link.heal, 500)
    await until('it is there again', async () => {
      const row = await outbox.row(job?.effectId ?? '')
      return row?.status === 'waiting'
    })
    expect(provider.sent).toEqual([])
  })
  const [job] = await queueMessages(line.pool, line.tenant, { count: 1 })
  if (!job) throw new Error('no effect')
  await claimEffects(line.pool, [job], 'mine')
  await releaseClaim(line.pool, [job], 'of another')
  expect(await outbox.row(job.effectId)).toMatchObject({ status: 'sending', attempts: 1 })
  await releaseClaim(line.pool, [job], 'mine')
  expect(await outbox.row(job.effectId)).toMatchObject({ status: 'waiting', attempts: 0 })
})

test('I6: a process that dies between claim and settle leaves an uncertain effect that no other sends', async () => {
  const jobs = await queueMessages(line.pool, line.tenant, { count: 3 })
  await claimEffects(line.pool, jobs, 'token of the dead')
  const alive = start()
  alive.offer(jobs)
  await Promise.all(jobs.map((job) => alive.perform(job)))
  await line.pool.query("update outbox set moved_at = now() - interval '40 s'")
  await resolveUncertain(line.pool, 60)
  await Promise.all(jobs.map((job) => alive.perform(job)))
  expect(provider.sent).toEqual([])
  expect(await line.rows('select distinct status from outbox')).toEqual([{ status: 'uncertain' }])
})

test('I5: a result that cannot be kept ends in the dead letters and takes no neighbour along', async () => {
  const jobs = await queueMessages(line.pool, line.tenant, { count: 3 })
  provider.answers.push(() => ({
    type: 'accepted',
    providerMessageId: null,
    output: 'x'.repeat(300_000),
  }))
  start().offer(jobs)
  await until('all are settled', async () => (await left()) === 0)
  expect(await line.rows('select code, is_uncertain from dead_letters')).toEqual([
    { code: 'RESULT_NOT_STORABLE', is_uncertain: true },
  ])
  expect((await results()).map(({ type }) => type).toSorted()).toEqual([
    'effect.done',
    'effect.done',
    'effect.failed',
  ])
})

test('a stop waits for what is under way and begins nothing more', async () => {
  const jobs = await queueMessages(line.pool, line.tenant, { count: 2 })
  const answered = Promise.withResolvers<void>()
  provider.answers.push(async () => {
    await answered.promise
    return acceptedAs('wamid.last')
  })
  const executor = start()
  const [first, second] = jobs
  const performed = executor.perform(first ?? { tenantId: '', effectId: '' })
  await until('it is under way', () => provider.sent.length === 1)
  const stopped = executor.stop(new AbortController().signal)
  expect(executor.offer(second ? [second] : [])).toEqual([second])
  answered.resolve()
  await Promise.all([performed, stopped])
  expect(await line.rows('select id from outbox')).toEqual([{ id: second?.effectId }])
})
