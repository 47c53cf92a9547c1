// Who did what to whom, and why: written in the transaction of the deed itself. Only ever added to.

import type { JsonObject } from '#machines/contracts/json.ts'
import type { Records } from '../db/orm.ts'
import { type Queryable, run } from '../db/pool.ts'
import type { Actor } from '../face.ts'

export interface AuditEntry {
  /** `aud_…`, a function of the deed's own id. */
  id: string
  action: string
  /** Id of what it was done to. */
  subject: string
  reason: string
  details: JsonObject
}

/** Adds an entry as part of the caller's transaction. */
export async function writeAudit(db: Queryable, actor: Actor, entry: AuditEntry): Promise<void> {
  const { id, action, subject, reason, details } = entry
  await run(db, WRITE, [
    actor.tenantId,
    id,
    actor.userId,
    action,
    subject,
    reason,
    JSON.stringify(details),
  ])
}

/** The same in a unit of work on records. */
export async function recordAudit(
  records: Records,
  actor: Actor,
  { id, action, subject, reason, details }: AuditEntry,
): Promise<void> {
  const { tenantId, userId } = actor
  await records.execute(RECORD, [
    tenantId,
    id,
    userId,
    action,
    subject,
    reason,
    JSON.stringify(details),
  ])
}

const RECORD = `insert into audit_log (tenant_id, id, user_id, action, subject, reason, details_json)
  values (?, ?, ?, ?, ?, ?, ?::jsonb)`

const WRITE = {
  name: 'write_audit',
  text: `insert into audit_log (tenant_id, id, user_id, action, subject, reason, details_json)
    values ($1, $2, $3, $4, $5, $6, $7)`,
}
