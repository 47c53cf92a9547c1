// Which draft somebody has seen, and which one is there: nobody saves over or publishes what he has not seen.

import { FluxoError } from '#machines/contracts/errors.ts'
import type { Json } from '#machines/contracts/json.ts'
import type { WorkflowSaving } from '#machines/contracts/saving.ts'
import type { WorkflowConflict } from '#machines/contracts/versions.ts'
import type { Records } from '../../db/orm.ts'
import type { Actor, SeenDraft } from '../../face.ts'

/** Columns that say who saved a draft last; `SAVING` selects them. */
export interface SavingRow {
  revision: number
  savedAt: Date | string
  savedBy: string | null
  saverName: string | null
}

/** Of the workflow `w` and the person `u`. What was saved before anybody wrote it down counts from its last change. */
export const SAVING = `w.revision, coalesce(w.saved_at, w.updated_at) as "savedAt", w.saved_by as "savedBy",
    u.name as "saverName"`

/** Who saved the draft last. A person who is gone has no name any more. */
export function savingOf({ revision, savedAt, savedBy, saverName }: SavingRow): WorkflowSaving {
  return {
    revision,
    savedBy: savedBy === null ? null : { id: savedBy, name: saverName ?? '' },
    savedAt: new Date(savedAt).toISOString(),
  }
}

/** True when the draft that is there is one that the person has seen. */
export function isSeen(revision: number, seen: SeenDraft): boolean {
  return seen === 'any' || seen.includes(revision)
}

/** The refusal that shows the draft as it is now. */
export async function conflictWith(
  records: Records,
  actor: Actor,
  { id, definition }: { id: string; definition: Json },
): Promise<FluxoError> {
  const rows: SavingRow[] = await records.execute(
    `select ${SAVING} from workflows w
      left join users u on u.tenant_id = w.tenant_id and u.id = w.saved_by
      where w.tenant_id = ? and w.id = ?`,
    [actor.tenantId, id],
  )
  if (!rows[0]) return new FluxoError('RESOURCE_NOT_FOUND')
  const details: WorkflowConflict = { definition, ...savingOf(rows[0]) }
  return new FluxoError('WORKFLOW_CONFLICT', { details })
}
