// Contacts that turn out to be one person: what a merge would do, merging, and the way back. All of it in transactions of
// the asking tenant, so another tenant's ids are unknown here (I9).

import type { Pool } from 'pg'
import { FluxoError } from '#machines/contracts/errors.ts'
import { inTenantTransaction } from '../../db/tenant-transaction.ts'
import type { ContactMergesFace } from '../../face/merges.ts'
import type { Actor } from '../../face.ts'
import { startMerge } from '../../merge/merge-contacts.ts'
import { startParting } from '../../merge/part-contacts.ts'
import type { TenantFactsCache } from '../../shard/tenant-facts.ts'
import { writeAudit } from '../audit.ts'
import { previewMerge } from './contact-merge-preview.ts'
import { dismissSuggestion, listMerges, listSuggestions } from './contact-merge-views.ts'

/** Creates the commands of merges. */
export function createContactMerges(pool: Pool, facts: TenantFactsCache): ContactMergesFace {
  const within = <T>(
    actor: Actor,
    work: Parameters<typeof inTenantTransaction<T>>[2],
  ): Promise<T> => inTenantTransaction(pool, actor.tenantId, work)
  return {
    preview: (actor, contactId, { sourceId }) =>
      previewMerge({ pool, facts, within: (work) => within(actor, work) }, actor, {
        sourceId,
        targetId: contactId,
      }),
    merge: (actor, contactId, { sourceId, reason }) =>
      within(actor, async (db) => {
        const { tenantId, userId } = actor
        const order = { tenantId, sourceId, targetId: contactId, reason, userId }
        const merged = await startMerge(db, { ...order, source: 'person' })
        if ('refused' in merged) throw refusal(merged.refused)
        const { mergeId } = merged
        await writeAudit(db, actor, {
          id: mergeId.replace(/^mrg_/, 'aud_'),
          action: 'contacts.merge',
          subject: contactId,
          reason,
          details: { mergeId, sourceId },
        })
        return { mergeId }
      }),
    undo: (actor, mergeId, { reason }) =>
      within(actor, async (db) => {
        const { tenantId, userId } = actor
        const parted = await startParting(db, { tenantId, mergeId, reason, userId })
        if ('refused' in parted) throw refusal(parted.refused)
        const { sourceId, targetId } = parted
        await writeAudit(db, actor, {
          id: `${mergeId.replace(/^mrg_/, 'aud_')}_undo`,
          action: 'contacts.part',
          subject: targetId,
          reason,
          details: { mergeId, sourceId },
        })
        return { mergeId }
      }),
    list: (actor, contactId) => within(actor, (db) => listMerges(db, actor, contactId)),
    suggestions: (actor, query) => within(actor, (db) => listSuggestions(db, actor, query)),
    dismiss: (actor, id) => within(actor, (db) => dismissSuggestion(db, actor, id)),
  }
}

function refusal(reason: string): FluxoError {
  return reason === 'unknown_contact' || reason === 'unknown_merge'
    ? new FluxoError('RESOURCE_NOT_FOUND')
    : new FluxoError('MERGE_NOT_POSSIBLE', { details: { reason } })
}
