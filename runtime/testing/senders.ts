// Executors and dispatchers of several processes on one database, and effects by the hundred for them to send.

import type { Pool } from 'pg'
import { createId } from '../ids.ts'
import { createDispatcher } from '../outbox/dispatcher.ts'
import { createExecutor, type Executor, type ExecutorOptions } from '../outbox/executor/executor.ts'
import type { EffectJob, EffectQueue } from '../outbox/queue.ts'
import { newPhone } from './arrivals.ts'
import type { TestTenant } from './tenant.ts'

export interface Senders {
  executors: Executor[]
  stop(): Promise<void>
}

/** Starts them; what one has no room for goes to all in turn, as over a queue. */
export function startSenders(count: number, options: ExecutorOptions): Senders {
  const executors = Array.from({ length: count }, () => createExecutor(options))
  let turn = 0
  const add = async (jobs: EffectJob[]): Promise<void> => {
    for (const job of jobs) void executors[turn++ % count]?.perform(job)
    return Promise.resolve()
  }
  const queue: Pick<EffectQueue, 'add'> = { add }
  const dispatchers = executors.map((executor) =>
    createDispatcher({ ...options, queue, executor: options.isDirect ? executor : null }),
  )
  for (const dispatcher of dispatchers) dispatcher.start()
  return {
    executors,
    stop: async () => {
      await Promise.all(dispatchers.map((dispatcher) => dispatcher.stop()))
      await Promise.all(executors.map((executor) => executor.stop(AbortSignal.abort())))
    },
  }
}

/**
 * Puts messages into the outbox, each for a contact of its own.
 * @param lane of one contact: all for the same one, one behind the other
 */
export async function queueMessages(
  pool: Pool,
  tenant: TestTenant,
  { count, isOneLane = false }: { count: number; isOneLane?: boolean },
): Promise<EffectJob[]> {
  const contacts = Array.from({ length: isOneLane ? 1 : count }, () => createId('contact'))
  const ids = Array.from({ length: count }, () => createId('effect'))
  const of = (index: number): string => contacts[isOneLane ? 0 : index] ?? ''
  await pool.query(
    `insert into contacts (tenant_id, id, phone_e164, shard)
     select $1, id, phone, 0 from unnest($2::text[], $3::text[]) as item(id, phone)`,
    [tenant.id, contacts, contacts.map(() => newPhone())],
  )
  await pool.query(
    `insert into outbox (tenant_id, id, contact_id, shard, run_id, node_id, kind, channel_id, lane, command,
       correlation_id)
     select $1, id, contact, 0, 'run_x', 'n', 'whatsapp.send_text', $4, contact || ':' || $4,
       json_build_object('kind', 'whatsapp.send_text', 'text', 'Oi ' || n, 'previewUrl', false), 'evt_x'
     from unnest($2::text[], $3::text[]) with ordinality as item(id, contact, n) order by n`,
    [tenant.id, ids, ids.map((_, index) => of(index)), tenant.channelId],
  )
  return ids.map((effectId) => ({ tenantId: tenant.id, effectId }))
}
