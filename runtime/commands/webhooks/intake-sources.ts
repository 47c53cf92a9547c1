// Signed sources of leads and events, with their secrets opened, kept for a moment.

import { LRUCache } from 'lru-cache'
import type { Pool } from 'pg'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { LeadMapping } from '#machines/contracts/sources.ts'
import type { IntakeSource } from '../../connectors/intake/source.ts'
import { run } from '../../db/pool.ts'
import type { SecretBox } from '../../db/secret-box.ts'

/** A source switched off or a rotated secret takes effect within this time. */
const TTL_MS = 5_000

interface SourceRow {
  id: string
  tenant_id: string
  type: 'leads' | 'events'
  signing: 'full' | 'body'
  unknown_contact: 'reject' | 'upsert'
  ciphertext: Buffer
  mapping: LeadMapping | null
  window_seconds: number
}

export interface IntakeSources {
  /** @throws {FluxoError} WEBHOOK_SOURCE_UNKNOWN also for a source of another tenant */
  find(tenantId: string, sourceId: string): Promise<IntakeSource>
}

/** Creates the look-up. */
export function createIntakeSources(pool: Pool, secretBox: SecretBox): IntakeSources {
  const known = new LRUCache<string, IntakeSource>({ max: 10_000, ttl: TTL_MS })
  return {
    find: async (tenantId, sourceId) => {
      const key = `${tenantId} ${sourceId}`
      const cached = known.get(key)
      if (cached) return cached
      // What can be no id is not asked for: PostgreSQL takes no NUL.
      const [row] = key.includes('\0') ? [] : await run<SourceRow>(pool, FIND, [tenantId, sourceId])
      if (!row) throw new FluxoError('WEBHOOK_SOURCE_UNKNOWN', { field: 'source' })
      const source = sourceOf(row, secretBox)
      known.set(key, source)
      return source
    },
  }
}

function sourceOf(row: SourceRow, secretBox: SecretBox): IntakeSource {
  const secret = secretBox.open(row.tenant_id, row.ciphertext)
  return {
    id: row.id,
    tenantId: row.tenant_id,
    kind: row.type,
    signing: row.signing,
    unknownContact: row.unknown_contact,
    secrets: [secret['current'], secret['previous']].filter((value) => value !== undefined),
    ...(row.mapping && { mapping: row.mapping }),
    windowSeconds: row.window_seconds,
  }
}

const FIND = {
  name: 'find_source',
  text: `select s.id, s.tenant_id, s.type, s.signing, s.unknown_contact, k.ciphertext,
      s.mapping_json as mapping, s.window_seconds
    from lead_sources s join secrets k on k.tenant_id = s.tenant_id and k.id = s.secret_id
    where s.tenant_id = $1 and s.id = $2 and s.active and s.type in ('leads', 'events')`,
}
