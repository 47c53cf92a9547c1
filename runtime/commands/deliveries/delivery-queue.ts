// What waits in the outbox, in numbers: by status and channel, how old the oldest is, which providers are not asked.

import type { Queue } from '#machines/contracts/deliveries.ts'
import { type Queryable, run } from '../../db/pool.ts'
import type { Actor } from '../../face.ts'

interface QueueRow {
  status: Queue['rows'][number]['status']
  channel: string
  channel_id: string | null
  address: string | null
  count: number
  oldest: Date
}

interface BreakerRow {
  channel_id: string
  address: string
  probe_at: Date | null
  is_due: boolean
}

export async function readQueue(db: Queryable, { tenantId }: Actor): Promise<Queue> {
  const rows = await run<QueueRow>(db, COUNTS, [tenantId])
  const [letters] = await run<{ count: number }>(db, LETTERS, [tenantId])
  const breakers = await run<BreakerRow>(db, BREAKERS, [tenantId])
  return {
    rows: rows.map(({ status, channel, channel_id: channelId, address, count, oldest }) => ({
      status,
      channel,
      channelId,
      address,
      count,
      oldestAt: oldest.toISOString(),
    })),
    letters: letters?.count ?? 0,
    breakers: breakers.map(
      ({ channel_id: channelId, address, probe_at: until, is_due: isDue }) => ({
        channelId,
        address,
        state: isDue ? 'half_open' : 'open',
        until: until?.toISOString() ?? null,
      }),
    ),
  }
}

const COUNTS = {
  name: 'outbox_overview',
  text: `select o.status, coalesce(ch.kind, 'other') as channel, o.channel_id, ch.display_address as address,
      count(*)::int as count, min(o.created_at) as oldest
    from outbox o left join channels ch on ch.tenant_id = o.tenant_id and ch.id = o.channel_id
    where o.tenant_id = $1
    group by o.status, ch.kind, o.channel_id, ch.display_address
    order by 2, 1`,
}

const LETTERS = {
  name: 'open_letter_count',
  text: `select count(*)::int as count from dead_letters where tenant_id = $1 and resolved_at is null`,
}

const BREAKERS = {
  name: 'open_circuits',
  text: `select b.channel_id, ch.display_address as address,
      case when isfinite(b.probe_at) then b.probe_at end as probe_at, b.probe_at <= clock_timestamp() as is_due
    from circuits b join channels ch on ch.tenant_id = b.tenant_id and ch.id = b.channel_id
    where b.tenant_id = $1 and b.opened_at is not null
    order by b.opened_at`,
}
