// Sources of leads as they are stored, and as people see them.

import { FluxoError } from '#machines/contracts/errors.ts'
import type { LeadMapping, Source } from '#machines/contracts/sources.ts'
import { type Queryable, run } from '../../db/pool.ts'
import type { SecretBox } from '../../db/secret-box.ts'

export interface SourceRow {
  id: string
  tenant_id: string
  type: Source['type']
  name: string
  active: boolean
  signing: Source['signing']
  unknown_contact: Source['unknownContact']
  window_seconds: number
  mapping: LeadMapping | null
  secret_id: string | null
  ciphertext: Buffer | null
  created_at: Date
  leads: number
  last_lead_at: Date | null
}

/** Newest first. */
export const listSources = (db: Queryable, tenantId: string): Promise<SourceRow[]> =>
  run<SourceRow>(db, LIST, [tenantId, null])

/** @throws {FluxoError} RESOURCE_NOT_FOUND, also for a source of another tenant */
export async function getSource(db: Queryable, tenantId: string, id: string): Promise<SourceRow> {
  const [row] = await run<SourceRow>(db, LIST, [tenantId, id])
  if (!row) throw new FluxoError('RESOURCE_NOT_FOUND')
  return row
}

export function sourceItem(row: SourceRow, secretBox: SecretBox): Source {
  const secret = row.ciphertext && secretBox.open(row.tenant_id, row.ciphertext)
  return {
    id: row.id,
    type: row.type,
    name: row.name,
    active: row.active,
    signing: row.signing,
    unknownContact: row.unknown_contact,
    windowSeconds: row.window_seconds,
    mapping: row.mapping,
    isRotating: secret?.['previous'] !== undefined,
    leads: row.leads,
    lastLeadAt: row.last_lead_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  }
}

/** A count that nobody reads to the end is not counted to the end. */
const LIST = {
  name: 'list_lead_sources',
  text: `select s.tenant_id, s.id, s.type, s.name, s.active, s.signing, s.unknown_contact, s.window_seconds,
      s.mapping_json as mapping, s.secret_id, k.ciphertext, s.created_at, n.leads, latest.last_lead_at
    from lead_sources s
    left join secrets k on k.tenant_id = s.tenant_id and k.id = s.secret_id
    left join lateral (select count(*)::int as leads from (
      select 1 from leads l where l.tenant_id = s.tenant_id and l.source_id = s.id limit 10000) few) n on true
    left join lateral (select max(l.created_at) as last_lead_at from leads l
      where l.tenant_id = s.tenant_id and l.source_id = s.id) latest on true
    where s.tenant_id = $1 and ($2::text is null or s.id = $2)
    order by s.created_at desc, s.id desc`,
}
