// The gate for whoever runs the installation: looked at and opened at the terminal, past every tenant.

import { createPool, inTransaction, run } from '../../db/pool.ts'
import { type Opening, openGate } from '../../outbox/gate/gate.ts'

/**
 * Says in lines whether a restore keeps sends back, and opens the gate when asked to.
 * @param databaseUrl of a migrated database; DISPATCH_PAUSED of running processes is not seen from here
 * @param opening what becomes of effects that may have left already; null only looks
 * @throws {FluxoError} DATABASE_UNAVAILABLE
 */
export async function operateGate(databaseUrl: string, opening: Opening | null): Promise<string[]> {
  const pool = createPool(databaseUrl, { max: 1, name: 'fluxolab-operator' })
  try {
    if (opening) {
      const opened = await inTransaction(pool, (db) => openGate(db, opening))
      if (opened) return [`open: ${opened.held} kept for people, ${opened.sent} leave`]
    }
    const [row] = await run<StateRow>(pool, STATE)
    return linesOf(row)
  } finally {
    await pool.end()
  }
}

interface StateRow {
  closed_at: Date | null
  details: { signs?: string[]; lost?: number | null }
  tried: number
  untried: number
}

function linesOf(row: StateRow | undefined): string[] {
  if (!row?.closed_at) return ['open: no restore keeps sends back']
  const { signs = [], lost = null } = row.details
  return [
    `closed since ${row.closed_at.toISOString()}: the database was restored (${signs.join(', ')})`,
    `may have left already: ${row.tried} with a known attempt, ${row.untried} without one`,
    lost === null
      ? 'what left between the back-up and the restore cannot be known'
      : `up to ${lost} sends after the back-up are unknown to this database`,
  ]
}

const STATE = {
  name: 'operate_gate_state',
  text: `select g.closed_at, g.details_json as details,
      (select count(*)::int from dispatch_suspects where is_tried) as tried,
      (select count(*)::int from dispatch_suspects where not is_tried) as untried
    from dispatch_gate g`,
}
