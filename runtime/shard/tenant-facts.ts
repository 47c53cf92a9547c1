// What the batch needs to know of a tenant: its workflows compiled, its zone, its channels. Cached, forgotten on notice.

import { LRUCache } from 'lru-cache'
import type { Pool } from 'pg'
import type { ChannelKind } from '#machines/contracts/channel.ts'
import type { Library } from '#actors/library.ts'
import { type Queryable, run } from '../db/pool.ts'
import { PAUSED, REMOVED } from '../outbox/paused-channel.ts'
import { createVersionCache } from './version-cache.ts'

export interface TenantFacts {
  library: Library
  /** The channels of each kind, those that nobody has paused first, of them the oldest first. */
  channelIds: Record<ChannelKind, string[]>
}

export interface TenantFactsCache {
  /** Facts of these tenants, with every version named loaded, and every version that their subflows name. */
  load(
    db: Queryable,
    tenantIds: string[],
    versionIds: string[],
  ): Promise<(tenantId: string) => TenantFacts>
  forget(tenantId: string): void
}

/** A notice may be lost; this bounds how long an old publication lives on. */
const FACTS_TTL_MS = 5_000

interface TenantRow {
  id: string
  zone: string
  channels: Record<ChannelKind, string[]>
  published: string[]
}

/** Creates the cache. */
export function createTenantFactsCache(): TenantFactsCache {
  const versions = createVersionCache()
  const tenants = new LRUCache<string, TenantRow>({ max: 10_000, ttl: FACTS_TTL_MS })

  let forgotten = 0

  /** What this load works with: a tenant that is forgotten or expires meanwhile stays whole. */
  async function loadTenants(db: Queryable, ids: string[]): Promise<Map<string, TenantRow>> {
    const rows = new Map(ids.flatMap((id) => entryOf(id, tenants.get(id))))
    const missing = ids.filter((id) => !rows.has(id))
    if (missing.length === 0) return rows
    const before = forgotten
    for (const row of await run<TenantRow>(db, TENANTS, [missing])) {
      rows.set(row.id, row)
      // A change that was heard of while the query ran may not be in its answer.
      if (forgotten === before) tenants.set(row.id, row)
    }
    return rows
  }

  function factsOf(tenant: TenantRow | undefined): TenantFacts {
    const versionOf = (id: string) => versions.find(tenant?.id, id)
    return {
      channelIds: tenant?.channels ?? {},
      library: {
        zone: tenant?.zone ?? 'UTC',
        published: (tenant?.published ?? []).flatMap((id) => versionOf(id) ?? []),
        version: versionOf,
      },
    }
  }

  return {
    load: async (db, tenantIds, versionIds) => {
      const rows = await loadTenants(db, tenantIds)
      const published = [...rows.values()].flatMap((row) => row.published)
      await versions.load(db, tenantIds, [...new Set([...published, ...versionIds])])
      const facts = new Map(tenantIds.map((id) => [id, factsOf(rows.get(id))]))
      return (tenantId) => facts.get(tenantId) ?? factsOf(undefined)
    },
    forget: (tenantId) => {
      forgotten += 1
      tenants.delete(tenantId)
    },
  }
}

function entryOf<Value>(key: string, value: Value | undefined): [string, Value][] {
  return value === undefined ? [] : [[key, value]]
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
      coalesce((select jsonb_object_agg(kind, ids) from (
        select kind, array_agg(id order by coalesce(config_json->'${PAUSED}' = 'true', false), created_at, id) as ids
        from channels c where c.tenant_id = t.id and kind <> '${REMOVED}' group by kind
      ) kinds), '{}') as channels,
      coalesce((select jsonb_agg(w.published_version_id order by w.created_at, w.id) from workflows w
        where w.tenant_id = t.id and w.published_version_id is not null and w.archived_at is null), '[]') as published
    from tenants t where t.id = any($1::text[])`,
}
