// What people did to one contact and its deliveries, the latest first: who, what and why.

import type { AuditItem } from '#machines/contracts/debugger.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { Records } from '../../db/orm.ts'
import type { Actor, Page, PageQuery } from '../../face/actor.ts'
import { pageOf, readCursor } from '../cursor.ts'

interface Row {
  id: string
  at: Date
  /** `at` to the microsecond. */
  position: string
  action: string
  userId: string
  userName: string | null
  reason: string | null
  details: JsonObject
}

/** @param about.contactIds the contact and those that became it */
export async function listAudit(
  records: Records,
  about: { actor: Actor; contactIds: string[] },
  query: PageQuery,
): Promise<Page<AuditItem>> {
  const { actor, contactIds } = about
  const [at, id] = readCursor(query.cursor, 2)
  const { tenantId } = actor
  const rows: Row[] = await records.execute(auditOf(contactIds), [
    ...contactIds,
    tenantId,
    ...contactIds,
    tenantId,
    ...contactIds,
    tenantId,
    at,
    at,
    id,
    query.limit + 1,
  ])
  return pageOf(rows, query.limit, {
    item: (row) => ({
      id: row.id,
      at: new Date(row.at).toISOString(),
      action: row.action,
      by: { id: row.userId, name: row.userName },
      reason: row.reason ?? '',
      details: row.details,
    }),
    key: (row) => [row.position, row.id],
  })
}

/** Deliveries are decided under their own ids, several of them under that of the place. */
const auditOf = (ids: string[]): string => {
  const list = ids.map(() => '?').join(', ')
  return `with about as (
      select unnest(array[${list}]::text[]) as id
      union select effect_id from messages where tenant_id = ? and contact_id in (${list})
      union select id from dead_letters where tenant_id = ? and contact_id in (${list}))
    select a.id, a.at, a.at::text as "position", a.action,
      a.user_id as "userId", u.name as "userName", a.reason, a.details_json as "details"
    from audit_log a left join users u on u.tenant_id = a.tenant_id and u.id = a.user_id
    where a.tenant_id = ? and (a.subject in (select id from about)
        or (a.subject in ('dead_letters', 'outbox')
          and jsonb_exists_any(a.details_json->'ids', array(select id from about where id is not null))))
      and (?::timestamptz is null or (a.at, a.id) < (?::timestamptz, ?))
    order by a.at desc, a.id desc limit ?`
}
