// What a workflow's trigger asks of the clock, kept as a row beside its published version: written in the transaction
// that changes which version is published.

import { nextTimeOf } from '#machines/expression/cron.ts'
import { type ScheduleTrigger, scheduleOf } from '#machines/nodes/trigger-schedule.ts'
import type { Records } from '../db/orm.ts'

export interface PublishedVersion {
  tenantId: string
  workflowId: string
  versionId: string
  /** Of the published document. */
  trigger: unknown
}

/**
 * Notes when the workflow is due next; one that has no schedule any more, or nobody to send to, is forgotten.
 * A time that came before the publication still counts, and a firing under way goes on.
 */
export async function keepSchedule(records: Records, version: PublishedVersion): Promise<void> {
  const schedule = scheduleOf(version.trigger)
  const { tenantId, workflowId } = version
  if (!schedule?.audience) return void (await records.execute(FORGET, [tenantId, workflowId]))
  await write(records, version, { ...schedule, audience: schedule.audience })
}

async function write(
  records: Records,
  { tenantId, workflowId, versionId }: PublishedVersion,
  { cron, audience, ...trigger }: ScheduleTrigger & { audience: object },
): Promise<void> {
  const [tenant]: { zone: string; now: number }[] = await records.execute(CLOCK, [tenantId])
  if (!tenant) throw new Error(`no tenant ${tenantId}`)
  const zone = trigger.zone ?? tenant.zone
  const next = nextTimeOf(cron, new Date(tenant.now).toISOString(), zone)
  const row = [tenantId, workflowId, versionId, cron, zone, JSON.stringify(audience), next]
  await records.execute(KEEP, row)
}

const CLOCK = `select zone, floor(extract(epoch from clock_timestamp()) * 1000)::float8 as now
  from tenants where id = ?`

const FORGET = 'delete from schedules where tenant_id = ? and workflow_id = ?'

const KEEP = `insert into schedules (tenant_id, workflow_id, version_id, cron, zone, audience_json, next_at)
  values (?, ?, ?, ?, ?, ?::jsonb, ?::timestamptz)
  on conflict (tenant_id, workflow_id) do update set
    version_id = excluded.version_id, audience_json = excluded.audience_json,
    cron = excluded.cron, zone = excluded.zone,
    next_at = case when (schedules.cron, schedules.zone) = (excluded.cron, excluded.zone)
      then schedules.next_at else excluded.next_at end,
    firing_at = case when (schedules.cron, schedules.zone) = (excluded.cron, excluded.zone)
        or schedules.firing_at is not null or schedules.next_at > clock_timestamp()
      then schedules.firing_at else schedules.next_at end`
