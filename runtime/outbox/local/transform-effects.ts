// `transform.json`: evaluated beside the database, then settled. Two dispatchers may evaluate the same one; only the
// first settles it (I2).

import type { Pool } from 'pg'
import type { Command } from '#machines/contracts/effect.ts'
import { inTransaction, run } from '../../db/pool.ts'
import { settleEffects } from '../settle/settle.ts'
import { createTransformer, type Transformer } from './transformer.ts'

export const TRANSFORM_KINDS = ['transform.json'] as const

/** Few at a time: the messages of all tenants leave between two batches. */
const BATCH_SIZE = 10

interface TransformRow {
  id: string
  tenant_id: string
  command: Extract<Command, { kind: 'transform.json' }>
}

/** Performs waiting transforms. @returns true when there may be more */
export async function performTransforms(pool: Pool): Promise<boolean> {
  const rows = await run<TransformRow>(pool, WAITING, [TRANSFORM_KINDS, BATCH_SIZE])
  if (rows.length === 0) return false
  const transformer = createTransformer()
  try {
    for (const row of rows) await performOne(pool, row, transformer)
  } finally {
    await transformer.stop()
  }
  return rows.length === BATCH_SIZE
}

async function performOne(pool: Pool, row: TransformRow, transformer: Transformer): Promise<void> {
  const { tenant_id: tenantId, id: effectId, command } = row
  const result = await transformer.transform(command.expression, command.input)
  const settlement = { tenantId, effectId, claimToken: null }
  await inTransaction(pool, (db) =>
    settleEffects(db, [
      {
        ...settlement,
        result: result.ok
          ? { type: 'done', providerMessageId: null, output: result.output }
          : { type: 'failed', error: result.error },
      },
    ]),
  )
}

const WAITING = {
  name: 'waiting_transforms',
  text: `select tenant_id, id, command from outbox
    where status = 'waiting' and channel_id is null and kind = any($1::text[])
      and next_at <= statement_timestamp()
    order by position limit $2`,
}
