// FluxoLab as so many worker processes on one database.

import { createPool } from '../../runtime/db/pool.ts'
import type { Ground } from '../lib/ground.ts'
import { startShardProcesses } from '../lib/shard-processes.ts'
import { countWritten, eventsIn, fillMailbox, makeTenant } from '../work/mailbox.ts'
import type { Contender } from './contender.ts'

export async function createFluxoLabProcesses(
  ground: Pick<Ground, 'createSchema'>,
  count: number,
): Promise<Contender> {
  const url = await ground.createSchema(`bench_workers_${count}`)
  const pool = createPool(url, { max: 2, name: 'bench', statementTimeout: 60_000 })
  const tenant = await makeTenant(pool)
  const processes = await startShardProcesses(url, count)
  return {
    name: count === 1 ? '1 worker' : `${count} workers`,
    settings: ['as many processes on one database'],
    fill: (size) => fillMailbox(pool, tenant, size),
    drain: (size) => processes.drain(eventsIn(size)),
    written: () => countWritten(pool),
    stop: async () => {
      await processes.stop()
      await pool.end()
    },
  }
}
