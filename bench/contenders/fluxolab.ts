// FluxoLab: the real worker's loop over every shard, on a mailbox that is full. Nobody takes the effects out of the outbox.

import { createPool } from '../../runtime/db/pool.ts'
import { openPools } from '../../runtime/db/pools.ts'
import { createTeardown } from '../../runtime/teardown.ts'
import { createTestShards } from '../../runtime/testing/shards.ts'
import type { Ground } from '../lib/ground.ts'
import { countWritten, eventsIn, fillMailbox, makeTenant } from '../work/mailbox.ts'
import type { Contender } from './contender.ts'

const STATEMENT_MS = 60_000

/** @param batchSize envelopes of a batch; left out, the product's */
export async function createFluxoLab(
  ground: Pick<Ground, 'createSchema'>,
  batchSize?: number,
): Promise<Contender> {
  const database = batchSize === undefined ? 'bench_fluxolab' : `bench_batches_${batchSize}`
  const url = await ground.createSchema(database)
  const pool = createPool(url, { max: 2, name: 'bench', statementTimeout: STATEMENT_MS })
  const tenant = await makeTenant(pool)
  const teardown = createTeardown()
  const { work } = openPools(url, teardown, () => {})
  const shards = await createTestShards(work, batchSize === undefined ? {} : { batchSize })
  return {
    name: batchSize === undefined ? 'fluxolab' : `batches of ${batchSize}`,
    settings: [],
    fill: (size) => fillMailbox(pool, tenant, size),
    drain: (size) => shards.drain(eventsIn(size)),
    written: () => countWritten(pool),
    stop: async () => {
      await teardown.run()
      await pool.end()
    },
  }
}
