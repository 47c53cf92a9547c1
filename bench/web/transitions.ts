// Transitions as a worker commits them, without the worker: places and counts of a workflow's contacts are written by the
// thousand, and each batch is told in the worker's own notices.

import { setTimeout as sleep } from 'node:timers/promises'
import { CHANNELS } from '../../runtime/live/channels.ts'
import { noticesOf } from '../../runtime/live/notice.ts'
import { noticeAfterCommit } from '../../runtime/live/notices.ts'
import { publish } from '../../runtime/testing/tenant.ts'
import { CONTACTS } from '../work/mailbox.ts'
import { largeWorkflow, stateId } from './large-workflow.ts'
import type { Stage } from './stage.ts'

const CONTACT_COUNT = 10_000
const STATES = 60
const BATCH = 1_000
const GROUPS = CONTACT_COUNT / BATCH

export interface Writer {
  workflowId: string
  /** @returns how many were written */
  writeFor(seconds: number, perSecond: number): Promise<number>
  stop(): Promise<void>
}

export async function openWriter({ pool, tenant }: Stage): Promise<Writer> {
  const workflow = largeWorkflow('wf_bench_behind', STATES)
  const versionId = await publish(pool, tenant, workflow)
  await pool.query(CONTACTS, [tenant.id, CONTACT_COUNT])
  for (let group = 0; group < GROUPS; group += 1) {
    const state = stateOf(group, 0)
    await pool.query(PLACES, [tenant.id, workflow.id, state, group * BATCH, BATCH])
    await pool.query(COUNTS, [tenant.id, workflow.id, versionId, state, BATCH])
  }
  let batches = 0

  /** The next thousand go on to another state. */
  async function writeBatch(): Promise<void> {
    const [group, turn] = [batches % GROUPS, Math.floor(batches / GROUPS)]
    const [from, to] = [stateOf(group, turn), stateOf(group, turn + 1)]
    const first = group * BATCH
    batches += 1
    await pool.query(MOVE, [tenant.id, first, BATCH, to])
    await pool.query(COUNT, [tenant.id, workflow.id, versionId, from, to, BATCH])
    const contacts = Array.from({ length: BATCH }, (_, index) => contactId(first + index + 1))
    const at = new Date().toISOString()
    const moves = contacts.map((id) => ({
      workflowId: workflow.id,
      contactId: id,
      name: 'Ana',
      from,
      to,
      at,
    }))
    for (const payload of noticesOf({
      tenantId: tenant.id,
      contacts,
      workflows: [workflow.id],
      moves,
    })) {
      noticeAfterCommit(pool, CHANNELS.live, payload)
    }
  }

  return {
    workflowId: workflow.id,
    async writeFor(seconds, perSecond) {
      const start = performance.now()
      const goal = (seconds * perSecond) / BATCH
      let done = 0
      while (done < goal && performance.now() - start < seconds * 1000) {
        await writeBatch()
        done += 1
        await sleep(Math.max(0, start + (done * 1000 * BATCH) / perSecond - performance.now()))
      }
      return done * BATCH
    },
    stop: async () => {
      await pool.query('truncate run_places, state_counts')
    },
  }
}

/** Those who move together are far from the others, so that much of the drawing changes. */
const stateOf = (group: number, turn: number): string =>
  stateId((group * (STATES / GROUPS) + turn) % STATES)

const contactId = (number: number): string => `cnt_${String(number).padStart(10, '0')}`

const PLACES = `insert into run_places (tenant_id, run_id, workflow_id, state, states, since)
  select $1::text, 'run_' || lpad(n::text, 10, '0'), $2, $3, array[$3::text], now()
  from generate_series($4::int + 1, $4::int + $5::int) n`

const COUNTS = `insert into state_counts (tenant_id, workflow_id, version_id, state, shard, contacts)
  values ($1, $2, $3, $4, 0, $5) on conflict do nothing`

const MOVE = `update run_places set state = $4, states = array[$4::text], since = now()
  where tenant_id = $1 and run_id in (
    select 'run_' || lpad(n::text, 10, '0') from generate_series($2::int + 1, $2::int + $3::int) n)`

const COUNT = `insert into state_counts as c (tenant_id, workflow_id, version_id, state, shard, contacts)
  values ($1, $2, $3, $4, 0, -$6::bigint), ($1, $2, $3, $5, 0, $6::bigint)
  on conflict (tenant_id, version_id, state, shard) do update set contacts = c.contacts + excluded.contacts`
