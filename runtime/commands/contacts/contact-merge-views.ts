// Merges of a contact, and pairs that may be one person until somebody decides.

import { FluxoError } from '#machines/contracts/errors.ts'
import type { ContactMerge, MergeSuggestion, SuggestionQuery } from '#machines/contracts/merges.ts'
import { type Queryable, run } from '../../db/pool.ts'
import type { Actor } from '../../face.ts'

type MergeRow = Omit<ContactMerge, 'at' | 'undoneAt'> & { at: Date; undoneAt: Date | null }

/** @throws {FluxoError} RESOURCE_NOT_FOUND */
export async function listMerges(
  db: Queryable,
  { tenantId }: Actor,
  contactId: string,
): Promise<{ items: ContactMerge[] }> {
  const known = await run(db, KNOWN, [tenantId, contactId])
  if (known.length === 0) throw new FluxoError('RESOURCE_NOT_FOUND')
  const rows = await run<MergeRow>(db, MERGES, [tenantId, contactId])
  const items = rows.map(({ at, undoneAt, ...row }) => {
    return { ...row, at: at.toISOString(), undoneAt: undoneAt?.toISOString() ?? null }
  })
  return { items }
}

type SuggestionRow = Omit<MergeSuggestion, 'at'> & { at: Date }

export async function listSuggestions(
  db: Queryable,
  { tenantId }: Actor,
  { contactId }: SuggestionQuery,
): Promise<{ items: MergeSuggestion[] }> {
  const rows = await run<SuggestionRow>(db, SUGGESTIONS, [tenantId, contactId ?? null])
  return { items: rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() })) }
}

/** @throws {FluxoError} RESOURCE_NOT_FOUND */
export async function dismissSuggestion(
  db: Queryable,
  { tenantId }: Actor,
  id: string,
): Promise<void> {
  const rows = await run(db, DISMISS, [tenantId, id])
  if (rows.length === 0) throw new FluxoError('RESOURCE_NOT_FOUND')
}

const KNOWN = {
  name: 'contact_of_merges',
  text: 'select 1 from contacts where tenant_id = $1 and id = $2',
}

const MERGES = {
  name: 'list_merges',
  text: `select m.id, m.source_id as "sourceId", m.before_json->'source'->>'name' as "sourceName",
      m.target_id as "targetId", m.status, m.source, m.reason, m.created_at as at, m.undone_at as "undoneAt"
    from contact_merges m where m.tenant_id = $1 and (m.source_id = $2 or m.target_id = $2)
    order by m.created_at desc, m.id desc limit 100`,
}

/** Of a contact that became another one, that one is meant; a pair that became one says nothing any more. */
const SUGGESTIONS = {
  name: 'list_merge_suggestions',
  text: `select s.id, s.reason, s.evidence_json->>'value' as value, s.created_at as at, json_build_array(
      json_build_object('id', a.id, 'name', a.name, 'phone', a.phone_e164, 'email', a.email),
      json_build_object('id', b.id, 'name', b.name, 'phone', b.phone_e164, 'email', b.email)) as contacts
    from contact_merge_suggestions s
    join contacts x on x.tenant_id = s.tenant_id and x.id = s.first_id
    join contacts y on y.tenant_id = s.tenant_id and y.id = s.second_id
    join contacts a on a.tenant_id = s.tenant_id and a.id = coalesce(x.merged_into, x.id)
    join contacts b on b.tenant_id = s.tenant_id and b.id = coalesce(y.merged_into, y.id)
    where s.tenant_id = $1 and s.status = 'open' and a.id <> b.id and ($2::text is null or $2 in (a.id, b.id))
    order by s.created_at desc, s.id desc limit 100`,
}

const DISMISS = {
  name: 'dismiss_suggestion',
  text: `update contact_merge_suggestions set status = 'dismissed', settled_at = now()
    where tenant_id = $1 and id = $2 and status = 'open' returning id`,
}
