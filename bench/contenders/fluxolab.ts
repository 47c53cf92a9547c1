// FluxoLab: the real worker's loop over every shard, on a mailbox that is full. Nobody takes the effects out of the outbox.

import { createPool } from '../../runtime/db/pool.ts'
import { createTestShards } from '../../runtime/testing/shards.ts'
import type { Ground } from '../lib/ground.ts'
import { countWritten, eventsIn, fillMailbox, makeTenant } from '../work/mailbox.ts'
import type { Contender } from './contender.ts'

export async function createFluxoLab(ground: Pick<Ground, 'createSchema'>): Promise<Contender> {
  const pool = createPool(await ground.createSchema('bench_fluxolab'), { max: 8, name: 'bench' })
  const tenant = await makeTenant(pool)
  const shards = await createTestShards(pool)
  return {
    name: 'fluxolab',
    settings: [],
    fill: (size) => fillMailbox(pool, tenant, size),
    drain: (size) => shards.drain(eventsIn(size)),
    written: () => countWritten(pool),
    stop: () => pool.end(),
  }
}
