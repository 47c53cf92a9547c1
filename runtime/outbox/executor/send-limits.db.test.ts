// Limits hold for all processes together, and no tenant waits behind another's backlog.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestLine, type TestLine } from '../../testing/line.ts'
import { createTestOutbox, type TestOutbox } from '../../testing/outbox.ts'
import { createScriptConnector, type ScriptConnector } from '../../testing/script-connector.ts'
import { queueMessages, startSenders } from '../../testing/senders.ts'
import { createTenant, type TestTenant } from '../../testing/tenant.ts'
import { until } from '../../testing/until.ts'
import { claimEffects } from './claim-effects.ts'
import { restEffects } from '../settle/rest-effects.ts'

let line: TestLine
let outbox: TestOutbox
let provider: ScriptConnector
let other: TestTenant
beforeAll(async () => {
  line = await createTestLine()
  provider = createScriptConnector()
  outbox = createTestOutbox(line, line.createWorker(), provider.registry)
  other = await createTenant(line.pool)
})
beforeEach(async () => {
  await line.pool.query('truncate outbox, circuits, send_limits, messages, conversations')
  provider.sent.length = 0
  provider.answers.length = 0
})
afterAll(() => line.close())

const limit = (tenant: TestTenant, key: string, perSecond: number): Promise<unknown> =>
  line.pool.query('insert into send_limits (tenant_id, key, per_second) values ($1, $2, $3)', [
    tenant.id,
    key,
    perSecond,
  ])

const rests = (): Promise<{ rest: number }[]> =>
  line.rows(`select extract(epoch from next_at - clock_timestamp())::float8 as rest from outbox
    where status = 'waiting' order by next_at`)

test('ten times what a number may send, by four executors: no second sees more, and little is left unused', async () => {
  const perSecond = 80
  await queueMessages(line.pool, line.tenant, { count: perSecond * 10 })
  const sentAt: number[] = []
  const started = performance.now()
  provider.answers.push(
    ...Array.from({ length: 1_000 }, () => () => {
      sentAt.push(performance.now() - started)
      return { type: 'accepted', providerMessageId: null, output: null } as const
    }),
  )
  const senders = startSenders(4, { ...outbox.options, isDirect: true })
  await until('three seconds have passed', () => performance.now() - started > 3_500)
  await senders.stop()
  const first = sentAt[0] ?? 0
  const inWindow = (from: number): number =>
    sentAt.filter((at) => at >= from && at < from + 1000).length
  // A claim's chunk may arrive late and meet the next one at the provider.
  for (const at of sentAt) expect(inWindow(at)).toBeLessThanOrEqual(perSecond * 1.1)
  expect(inWindow(first + 1000) + inWindow(first + 2000)).toBeGreaterThan(perSecond)
})

test('what waits for its turn is asked for again once or twice and not all the time', async () => {
  const jobs = await queueMessages(line.pool, line.tenant, { count: 100 })
  const { claimed, deferred } = await claimEffects(line.pool, jobs, 'token')
  expect(claimed).toHaveLength(10)
  // Their turns are one after the other, at the pace of the number.
  const waits = deferred.map(({ waitMs }) => waitMs).toSorted((a, b) => a - b)
  expect(waits[89]).toBeGreaterThan(1_300)
  expect(new Set(waits.map(Math.round)).size).toBe(90)
  // Whoever comes new stands behind them.
  const late = await queueMessages(line.pool, line.tenant, { count: 1 })
  expect((await claimEffects(line.pool, late, 'token 2')).claimed).toEqual([])
  const last = "select id from outbox where status = 'waiting' order by next_at desc limit 1"
  expect(await line.rows(last)).toEqual([{ id: late[0]?.effectId }])
})

test("a tenant's limit holds over its channels; another tenant does not notice", async () => {
  await limit(line.tenant, 'tenant', 20)
  const mine = await queueMessages(line.pool, line.tenant, { count: 8 })
  const theirs = await queueMessages(line.pool, other, { count: 8 })
  const { claimed } = await claimEffects(line.pool, [...mine, ...theirs], 'token')
  expect(claimed.filter(({ tenantId }) => tenantId === line.tenant.id)).toHaveLength(2)
  expect(claimed.filter(({ tenantId }) => tenantId === other.id)).toHaveLength(8)
})

test('two tenants, one with a backlog: both get their share from the start', async () => {
  for (const tenant of [line.tenant, other]) await limit(tenant, tenant.channelId, 5_000)
  await queueMessages(line.pool, line.tenant, { count: 1_200 })
  await queueMessages(line.pool, other, { count: 100 })
  const senders = startSenders(2, { ...outbox.options, isDirect: false, concurrency: 20 })
  await until('the small one is through', () => {
    return provider.sent.filter(({ tenantId }) => tenantId === other.id).length === 100
  })
  await senders.stop()
  const last = provider.sent.findLastIndex(({ tenantId }) => tenantId === other.id)
  expect(last).toBeLessThan(400)
})

test('of more than one dispatch can take, every tenant leaves as much, whoever was first', async () => {
  const third = await createTenant(line.pool)
  for (const tenant of [line.tenant, other, third]) {
    await queueMessages(line.pool, tenant, { count: 300 })
  }
  const jobs = await outbox.dispatch()
  expect(jobs).toHaveLength(500)
  for (const tenant of [line.tenant, other, third]) {
    const share = jobs.filter(({ tenantId }) => tenantId === tenant.id).length
    expect(Math.abs(share - 500 / 3)).toBeLessThan(1)
  }
})

test('a number writes to one person 45 times and then waits for the six seconds of each; others do not wait', async () => {
  const [job] = await queueMessages(line.pool, line.tenant, { count: 1 })
  const [someone] = await queueMessages(line.pool, line.tenant, { count: 1 })
  if (!job || !someone) throw new Error('no effects')
  const written = async (count: number, secondsAgo: number): Promise<void> => {
    await line.pool.query(
      `with v as (
         insert into conversations (tenant_id, id, contact_id, channel_id)
         select tenant_id, 'cnv_' || $3::int, contact_id, channel_id from outbox where id = $1
         on conflict (tenant_id, contact_id, channel_id) do update set status = 'open' returning *)
       insert into messages (tenant_id, id, conversation_id, contact_id, channel, direction, kind, content_json,
         status, status_rank, sent_at)
       select v.tenant_id, 'msg_' || $3::int || '_' || n, v.id, v.contact_id, 'whatsapp', 'out', 'text', '{}', 'accepted', 1,
         clock_timestamp() - $3::int * interval '1 s'
       from v, generate_series(1, $2::int) n`,
      [job.effectId, count, secondsAgo],
    )
  }
  await written(1, 200)
  await written(44, 10)
  const { claimed, deferred } = await claimEffects(line.pool, [job, someone], 'token')
  expect(claimed.map(({ id }) => id)).toEqual([someone.effectId])
  expect(deferred[0]?.waitMs).toBeGreaterThan(60_000)
  expect(deferred[0]?.waitMs).toBeLessThan(71_000)
})

test('a number that the provider calls too fast sends nothing for a while, in no process', async () => {
  const [first, second] = await queueMessages(line.pool, line.tenant, { count: 2 })
  const error = { code: 'WHATSAPP_130429', message: 'rate limit hit' }
  provider.answers.push(() => ({ type: 'retry', error }))
  await outbox.perform(first?.effectId ?? '')
  await outbox.perform(second?.effectId ?? '')
  expect(provider.sent).toHaveLength(1)
  expect(await outbox.row(second?.effectId ?? '')).toMatchObject({ status: 'waiting', attempts: 0 })
  expect((await outbox.row(second?.effectId ?? ''))?.rest).toBeGreaterThan(1.5)
})

test("a tenant's repetitions leave at the pace of its budget, however many failed together", async () => {
  await limit(line.tenant, line.tenant.channelId, 10_000)
  const jobs = await queueMessages(line.pool, line.tenant, { count: 200 })
  const { claimed } = await claimEffects(line.pool, jobs, 'token')
  expect(claimed).toHaveLength(125)
  await restEffects(
    line.pool,
    claimed.map(({ tenantId, id: effectId }) => {
      const error = { code: 'HTTP_503', message: 'busy' }
      const rest = { tenantId, effectId, claimToken: 'token', error, isFree: false }
      return { ...rest, status: 'waiting', delayMs: 1_000 }
    }),
  )
  const waiting = (await rests()).filter(({ rest }) => rest > 0.8)
  expect(waiting.at(-1)?.rest).toBeGreaterThan(4.5)
  expect(waiting.filter(({ rest }) => rest > 2 && rest <= 3).length).toBeLessThanOrEqual(21)
})
