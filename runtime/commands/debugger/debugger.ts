// One contact taken apart, for people: its Steps by number, its state after any of them, another version's way, and what
// people did to it.

import type { Pool } from 'pg'
import { inTenant, type Orm, type Records } from '../../db/orm.ts'
import type { Actor } from '../../face/actor.ts'
import type { DebuggerFace } from '../../face/debugger.ts'
import { loadTenantFacts, type TenantFactsCache } from '../../shard/tenant-facts.ts'
import { listJournal } from '../actors/journal-view.ts'
import { contactIdsOf, getContact } from '../contacts/contacts.ts'
import { cursorOf } from '../cursor.ts'
import { listAudit } from './audit-view.ts'
import { retell } from './retelling.ts'
import { createStateReader } from './state-at.ts'
import { locate, readStep, stepView } from './step-view.ts'

export function createDebugger(orm: Orm, pool: Pool, facts: TenantFactsCache): DebuggerFace {
  const states = createStateReader(pool, facts)
  return {
    steps: (actor, contactId, { before, limit }) =>
      about(orm, { actor, contactId }, async (records, contactIds) => {
        const cursor = before === undefined ? undefined : cursorOf([String(before)])
        const query = { cursor, limit }
        const page = await listJournal(records, { actor, contactIds, query })
        return { items: page.items, more: page.nextCursor !== null }
      }),
    step: (actor, contactId, seq) =>
      about(orm, { actor, contactId }, async (records, contactIds) => {
        const step = await readStep(records, { actor, contactIds, seq })
        const place = locate(contactIds, seq)
        const around = place && (await states.around({ tenantId: actor.tenantId, ...place }))
        return stepView(records, {
          actor,
          step,
          around,
          facts: (versionIds) => loadTenantFacts(pool, facts, actor.tenantId, versionIds),
        })
      }),
    audit: (actor, contactId, query) =>
      about(orm, { actor, contactId }, (records, contactIds) =>
        listAudit(records, { actor, contactIds }, query),
      ),
    retell: (actor, contactId, request) =>
      about(orm, { actor, contactId }, (records, contactIds) =>
        retell(records, { actor, contactIds, request }),
      ),
  }
}

/** The contact and those that became it. @throws {FluxoError} RESOURCE_NOT_FOUND */
function about<T>(
  orm: Orm,
  { actor, contactId }: { actor: Actor; contactId: string },
  work: (records: Records, contactIds: string[]) => Promise<T>,
): Promise<T> {
  return inTenant(orm, actor.tenantId, async (records) => {
    const { id } = await getContact(records, actor, contactId)
    return work(records, await contactIdsOf(records, actor, id))
  })
}
