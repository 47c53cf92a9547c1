// What the batch needs to know of a tenant: its workflows compiled, its zone, its channels. Cached, forgotten on notice.

import { LRUCache } from 'lru-cache'
import type { Pool } from 'pg'
import type { Library, LibraryVersion } from '#actors/library.ts'
import { compile } from '#machines/compile/compile.ts'
import type { Json } from '#machines/contracts/json.ts'
import { type Queryable, run } from '../db/pool.ts'

export interface TenantFacts {
  library: Library
  /** The channel that sends, by kind. */
  channelIds: Partial<Record<'whatsapp' | 'email', string>>
}

export interface TenantFactsCache {
  /** Facts of these tenants, with every version named loaded. */
  load(db: Queryable, tenantIds: string[], versionIds: string[]): Promise<(tenantId: string) => TenantFacts>
  forget(tenantId: string): void
}

/** A notice may be lost; this bounds how long an old publication lives on. */
const FACTS_TTL_MS = 5_000
const MAX_VERSIONS = 5_000

interface VersionRow {
  id: string
  workflow_id: string
  definition: Json
}
interface TenantRow {
  id: string
  zone: string
  channels: Partial<Record<'whatsapp' | 'email', string>>
  published: string[]
}

/** Creates the cache; compiled versions are kept by version id and never change. */
export function createTenantFactsCache(): TenantFactsCache {
  const versions = new LRUCache<string, LibraryVersion>({ max: MAX_VERSIONS })
  const tenants = new LRUCache<string, TenantRow>({ max: 10_000, ttl: FACTS_TTL_MS })

  async function loadVersions(db: Queryable, ids: string[]): Promise<void> {
    const missing = ids.filter((id) => !versions.has(id))
    if (missing.length === 0) return
    for (const row of await run<VersionRow>(db, VERSIONS, [missing])) {
      const { workflow } = compile(row.definition)
      if (!workflow) continue
      versions.set(row.id, { workflowId: row.workflow_id, versionId: row.id, compiled: workflow })
    }
  }

  function factsOf(tenantId: string): TenantFacts {
    const tenant = tenants.get(tenantId, { allowStale: true })
    return {
      channelIds: tenant?.channels ?? {},
      library: {
        zone: tenant?.zone ?? 'UTC',
        published: (tenant?.published ?? []).flatMap((id) => versions.get(id) ?? []),
        version: (id) => versions.get(id),
      },
    }
  }

  return {
    load: async (db, tenantIds, versionIds) => {
      const missing = tenantIds.filter((id) => !tenants.has(id))
      if (missing.length > 0) {
        for (const row of await run<TenantRow>(db, TENANTS, [missing])) tenants.set(row.id, row)
      }
      const published = tenantIds.flatMap((id) => tenants.get(id, { allowStale: true })?.published ?? [])
      await loadVersions(db, [...new Set([...published, ...versionIds])])
      const facts = new Map(tenantIds.map((id) => [id, factsOf(id)]))
      return (tenantId) => facts.get(tenantId) ?? factsOf(tenantId)
    },
    forget: (tenantId) => {
      tenants.delete(tenantId)
    },
  }
}

/** Loads one tenant's facts outside a batch, e.g. for a view. */
export async function loadTenantFacts(
  pool: Pool,
  cache: TenantFactsCache,
  tenantId: string,
  versionIds: string[],
): Promise<TenantFacts> {
  const factsOf = await cache.load(pool, [tenantId], versionIds)
  return factsOf(tenantId)
}

const TENANTS = {
  name: 'load_tenants',
  text: `select t.id, t.zone,
      coalesce((select jsonb_object_agg(kind, id) from (
        select distinct on (kind) kind, id from channels c where c.tenant_id = t.id order by kind, created_at, id
      ) first), '{}') as channels,
      coalesce((select jsonb_agg(w.published_version_id order by w.created_at, w.id) from workflows w
        where w.tenant_id = t.id and w.published_version_id is not null), '[]') as published
    from tenants t where t.id = any($1::text[])`,
}

const VERSIONS = {
  name: 'load_versions',
  text: 'select id, workflow_id, definition_json as definition from workflow_versions where id = any($1::text[])',
}
