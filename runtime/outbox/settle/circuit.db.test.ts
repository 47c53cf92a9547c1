// The breaker of a provider account: shared by all processes, found out about by one effect at a time.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestLine, type TestLine } from '../../testing/line.ts'
import { createTestOutbox, type TestOutbox } from '../../testing/outbox.ts'
import { createScriptConnector, type ScriptConnector } from '../../testing/script-connector.ts'
import { queueMessages, startSenders } from '../../testing/senders.ts'
import { createTenant, type TestTenant } from '../../testing/tenant.ts'
import { until } from '../../testing/until.ts'
import { claimEffects } from '../executor/claim-effects.ts'
import type { EffectJob } from '../queue.ts'
import { MAX_ATTEMPTS } from './retry.ts'

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
  await line.pool.query('truncate outbox, circuits, send_limits')
  await line.pool.query(
    'insert into send_limits (tenant_id, key, per_second) values ($1, $2, 5000), ($3, $4, 5000)',
    [line.tenant.id, line.tenant.channelId, other.id, other.channelId],
  )
  provider.sent.length = 0
  provider.answers.length = 0
})
afterAll(() => line.close())

const down = { type: 'retry', error: { code: 'HTTP_503', message: 'busy' } } as const
const silent = { type: 'uncertain', error: { code: 'TIMEOUT', message: 'no answer' } } as const

const circuit = async (): Promise<{ is_open: boolean; failures: number } | undefined> => {
  const text = 'select opened_at is not null as is_open, failures from circuits'
  return (await line.rows<{ is_open: boolean; failures: number }>(text))[0]
}

/** Lets so many different effects fail. */
async function failTimes(count: number, answer: typeof down | typeof silent): Promise<void> {
  for (const { effectId } of await queueMessages(line.pool, line.tenant, { count })) {
    provider.answers.push(() => answer)
    await outbox.perform(effectId)
  }
}

/** The time of the next attempt to find out has come. */
const probeNow = (): Promise<unknown> =>
  line.pool.query("update circuits set probe_at = now() - interval '1 ms'")

const due = (): Promise<unknown> =>
  line.pool.query(`update outbox set next_at = now() - interval '1 ms' where status = 'waiting'`)

test.each([
  ['5xx', down],
  ['hangs', silent],
])(
  'after five %s in a row of different effects the rest waits, and no attempt is lost',
  async (_, answer) => {
    await failTimes(4, answer)
    expect(await circuit()).toEqual({ is_open: false, failures: 4 })
    await failTimes(1, answer)
    expect(await circuit()).toMatchObject({ is_open: true })
    const jobs = await queueMessages(line.pool, line.tenant, { count: 3 })
    for (const { effectId } of jobs) await outbox.perform(effectId)
    expect(provider.sent).toHaveLength(5)
    for (const { effectId } of jobs) {
      const row = await outbox.row(effectId)
      expect(row).toMatchObject({ status: 'waiting', attempts: 0 })
      expect(row?.rest).toBeGreaterThan(8)
    }
    await due()
    expect(await outbox.dispatch()).toEqual([])
  },
)

test('an answer in between closes the count; what one effect alone does wrong never opens it', async () => {
  await failTimes(4, down)
  const [good, bad] = await queueMessages(line.pool, line.tenant, { count: 2 })
  await outbox.perform(good?.effectId ?? '')
  expect(await circuit()).toEqual({ is_open: false, failures: 0 })
  for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt++) {
    provider.answers.push(() => down)
    await outbox.perform(bad?.effectId ?? '')
    await due()
  }
  expect(await circuit()).toEqual({ is_open: false, failures: 1 })
})

test('a refusal of one message says that the account is there', async () => {
  await failTimes(4, down)
  const [refused] = await queueMessages(line.pool, line.tenant, { count: 1 })
  const error = { code: 'WHATSAPP_131026', message: 'undeliverable' }
  provider.answers.push(() => ({ type: 'failed', error }))
  await outbox.perform(refused?.effectId ?? '')
  expect(await circuit()).toMatchObject({ failures: 0 })
})

test('of many that could find out, in several processes at once, one does; the first answer lets the others go', async () => {
  await failTimes(5, down)
  const jobs = await queueMessages(line.pool, line.tenant, { count: 12 })
  await probeNow()
  const claims = await Promise.all(
    [0, 3, 6, 9].map((from) => claimEffects(line.pool, jobs.slice(from, from + 3), `t${from}`)),
  )
  expect(claims.flatMap(({ claimed }) => claimed)).toHaveLength(1)
  expect(claims.flatMap(({ deferred }) => deferred)).toHaveLength(11)
  // It hangs; the next one may try only when its time has come.
  await due()
  const waiting = jobs.filter(({ effectId }) => effectId !== claims[0]?.claimed[0]?.id)
  expect((await claimEffects(line.pool, waiting, 'again')).claimed).toEqual([])
  await due()
  await probeNow()
  await outbox.perform(waiting[0]?.effectId ?? '')
  expect(await circuit()).toEqual({ is_open: false, failures: 0 })
  await due()
  const after = await claimEffects(line.pool, waiting.slice(1), 'after')
  expect(after.claimed.length).toBeGreaterThan(4)
})

test('I5: an outage costs no attempts, so it buries nothing', async () => {
  await failTimes(5, down)
  const [job] = await queueMessages(line.pool, line.tenant, { count: 1 })
  for (let probe = 0; probe < MAX_ATTEMPTS + 2; probe++) {
    await due()
    await probeNow()
    provider.answers.push(() => down)
    await outbox.perform(job?.effectId ?? '')
  }
  expect(provider.sent).toHaveLength(5 + MAX_ATTEMPTS + 2)
  expect(await outbox.row(job?.effectId ?? '')).toMatchObject({ status: 'waiting', attempts: 0 })
})

test("a tenant whose provider hangs does not fill the room: another tenant's messages leave meanwhile", async () => {
  await queueMessages(line.pool, line.tenant, { count: 60 })
  const released = Promise.withResolvers<void>()
  const hang = async (): Promise<typeof silent> => {
    await released.promise
    return silent
  }
  const sender = startSenders(1, { ...outbox.options, isDirect: true, concurrency: 20 })
  provider.answers.push(...Array.from({ length: 10 }, () => hang))
  await until('the room of the first tenant is used', () => provider.sent.length === 10)
  const theirs: EffectJob[] = await queueMessages(line.pool, other, { count: 30 })
  sender.executors[0]?.offer(theirs)
  await until('the messages of the other tenant have left', () => provider.sent.length === 40)
  expect(provider.sent.filter(({ tenantId }) => tenantId === other.id)).toHaveLength(30)
  provider.answers.push(...Array.from({ length: 50 }, () => () => silent))
  released.resolve()
  await until('the account is cut off', async () => (await circuit())?.is_open === true)
  await sender.stop()
  const tried = provider.sent.filter(({ tenantId }) => tenantId === line.tenant.id)
  expect(tried.length).toBeLessThan(40)
})
