// Signed webhooks that cannot be stored as what they are: kept raw with the reason, so that their sender, who can do
// nothing about it, is answered instead of sending the same for days (I1).

import { createHash } from 'node:crypto'
import { isFluxoError } from '#machines/contracts/errors.ts'
import { isWriteRefused, type Queryable, run } from '../db/pool.ts'

export interface Quarantined {
  tenantId: string
  /** The channel or source that it came by. */
  source: string
  code: string
  reason: string
  /** The untouched bytes. */
  body: Buffer
}

const LONGEST_REASON = 2_000

/** Keeps the body; the same one again changes nothing. */
export async function quarantine(db: Queryable, kept: Quarantined): Promise<void> {
  const { tenantId, source, code, reason, body } = kept
  const digest = createHash('sha256').update(`${source}\n`).update(body).digest('hex')
  const told = reason.slice(0, LONGEST_REASON)
  await run(db, KEEP, [tenantId, digest, source, code, told, body])
}

/** Why this arrival can never be stored as it is; null when another try may go better, or the sender can mend it. */
export function whyUnstorable(error: unknown): { code: string; reason: string } | null {
  if (isFluxoError(error))
    return error.code === 'EVENT_TOO_LARGE' ? { code: error.code, reason: error.message } : null
  if (!isWriteRefused(error)) return null
  const { message, constraint } = error as Error & { constraint?: string }
  return { code: 'WEBHOOK_UNSTORABLE', reason: constraint ? `${constraint}: ${message}` : message }
}

const KEEP = {
  name: 'quarantine_webhook',
  text: `insert into quarantined_webhooks (tenant_id, digest, source, code, reason, body)
    values ($1, $2, $3, $4, $5, $6)
    on conflict do nothing`,
}
