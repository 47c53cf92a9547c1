// What runs on its own for lead capture: leads of Meta that are fetched, pages that are read, lists that are imported, and
// what is forgotten in time.

import type { Pool } from 'pg'
import { run } from '../db/pool.ts'
import type { Logger } from '../log.ts'
import { createLoop, type Loop } from '../loop.ts'
import { createImportLoop } from './import-loop.ts'
import { createLeadgenLoop, type LeadgenOptions } from './leadgen-loop.ts'
import { createReconcileLoop } from './leadgen-reconcile.ts'

export interface LeadJobs {
  /** There is a lead to fetch. */
  wake(): void
  stop(): Promise<void>
}

const HOUR_MS = 3_600_000

/** Starts the loops of a process that works. */
export function startLeadJobs(options: LeadgenOptions): LeadJobs {
  const leadgen = createLeadgenLoop(options)
  const loops = [
    leadgen,
    createReconcileLoop({ ...options, onFound: leadgen.wake }),
    createImportLoop(options),
    createForgetting(options),
  ]
  for (const loop of loops) loop.start()
  return {
    wake: leadgen.wake,
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()))
    },
  }
}

function createForgetting({ pool, logger }: { pool: Pool; logger: Logger }): Loop {
  return createLoop({
    name: 'lead upkeep',
    pollMs: HOUR_MS,
    logger,
    turn: async () => {
      for (const statement of [FORGET_WINDOWS, FORGET_ROWS, FORGET_UPLOADS])
        await run(pool, statement).catch((error: unknown) =>
          logger.warn({ err: error }, 'old leads were not forgotten'),
        )
      return false
    },
  })
}

const FORGET_WINDOWS = {
  name: 'forget_lead_windows',
  text: `delete from lead_windows where until < now() - interval '1 hour'`,
}

/** Lists are full of people; what was not imported can be fetched for a month. */
const FORGET_ROWS = {
  name: 'forget_import_rows',
  text: `delete from import_rows r using imports i where i.tenant_id = r.tenant_id and i.id = r.import_id
    and i.finished_at < now() - interval '30 days'`,
}

const FORGET_UPLOADS = {
  name: 'forget_broken_uploads',
  text: `delete from imports where status = 'uploading' and created_at < now() - interval '1 day'`,
}
