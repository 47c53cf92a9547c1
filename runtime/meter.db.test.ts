import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPools } from './db/pools.ts'
import { createFigures } from './figures.ts'
import { createProgress } from './health.ts'
import { createMeter } from './meter.ts'
import { createTeardown } from './teardown.ts'
import { leadOf } from './testing/arrivals.ts'
import { createTestLine, type TestLine } from './testing/line.ts'

let line: TestLine
beforeAll(async () => {
  line = await createTestLine()
})
afterAll(() => line.close())

const timer = (due: string): Promise<unknown> =>
  line.pool.query(
    `insert into timers (tenant_id, contact_id, run_id, timer_id, node_id, generation, shard, due_at)
     values ($1, 'cnt_x', 'run' || $2::text, 't', 'n', 1, 3, now() + $2::text::interval)`,
    [line.tenant.id, due],
  )

test('the figures tell what waits, how late it is, and what nobody answers for any more', async () => {
  const { contactId: sick } = await line.accept(leadOf(line.tenant))
  await line.accept(leadOf(line.tenant))
  await line.pool.query("update mailbox set accepted_at = now() - interval '90 s'")
  await line.pool.query(
    "update mailbox set attempts = 3, parked_at = now(), accepted_at = now() - interval '1 day' where contact_id = $1",
    [sick],
  )
  await timer('-40 s')
  await timer('1 day')
  await line.pool.query(
    `insert into dead_letters (tenant_id, id, kind, contact_id, code, reason, body)
     values ($1, 'eff_dead', 'effect', 'cnt_x', 'X', 'x', '{}')`,
    [line.tenant.id],
  )
  const teardown = createTeardown()
  const meter = createMeter(createProgress())
  const pools = openPools(line.url, teardown, meter.noteCommit)
  meter.watch({
    pools,
    figures: createFigures(pools.work),
    worker: () => ({ ownedShards: () => [1, 2], epochConflicts: () => 7 }),
  })
  meter.noteCommit('work', 0.004)
  const text = await meter.text()
  const valueOf = (name: string): number =>
    Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
  expect(valueOf('fluxo_mailbox_oldest_age_seconds')).toBeCloseTo(90, -1)
  expect(valueOf('fluxo_timer_lag_seconds')).toBeCloseTo(40, -1)
  expect(valueOf('fluxo_outbox_oldest_age_seconds')).toBe(0)
  expect(valueOf('fluxo_dlq_size')).toBe(1)
  expect(valueOf('fluxo_shard_owned')).toBe(2)
  expect(valueOf('fluxo_epoch_conflict_total')).toBe(7)
  expect(text).toContain('fluxo_batch_commit_seconds_bucket{le="0.005",pool="work"} 1')
  expect(text).toContain('fluxo_pg_pool_waiting{pool="webhooks"} 0')
  meter.stop()
  await teardown.run()
})

test('a database that does not answer leaves the other figures readable', async () => {
  const teardown = createTeardown()
  const meter = createMeter(createProgress())
  const pools = openPools('postgres://nobody@127.0.0.1:1/none', teardown, meter.noteCommit)
  meter.watch({ pools, figures: createFigures(pools.work), worker: () => null })
  const text = await meter.text()
  expect(text).toContain('fluxo_mailbox_oldest_age_seconds Nan')
  expect(text).toContain('fluxo_shard_owned 0')
  meter.stop()
  await teardown.run()
})
