// Compiled versions by id: they never change, so they are kept until others need the room.

import { LRUCache } from 'lru-cache'
import { compileVersion } from '#machines/compile/compile.ts'
import type { Json } from '#machines/contracts/json.ts'
import type { RunVersion } from '#machines/run/run-state.ts'
import { type Queryable, run } from '../db/pool.ts'

export interface VersionCache {
  /** Loads versions of these tenants and, level by level, those that their subflows name. */
  load(db: Queryable, tenantIds: string[], ids: string[]): Promise<void>
  /** I9: a document may name any version as its subflow; it gets none but its own tenant's. */
  find(tenantId: string | undefined, id: string): RunVersion | undefined
}

const MAX_VERSIONS = 5_000
/** A version that a subflow names and nobody has is not asked for again with every batch. */
const ABSENT_TTL_MS = 5_000

interface VersionRow {
  tenant_id: string
  id: string
  workflow_id: string
  definition: Json
}

export function createVersionCache(): VersionCache {
  const versions = new LRUCache<string, { tenantId: string; version: RunVersion }>({
    max: MAX_VERSIONS,
  })
  const absent = new LRUCache<string, true>({ max: MAX_VERSIONS, ttl: ABSENT_TTL_MS })

  async function loadLevel(db: Queryable, tenantIds: string[], ids: string[]): Promise<void> {
    const missing = ids.filter((id) => !versions.has(id))
    if (missing.length === 0) return
    for (const row of await run<VersionRow>(db, VERSIONS, [tenantIds, missing])) {
      const compiled = compileVersion(row.definition)
      if (!compiled) continue
      const version = { workflowId: row.workflow_id, versionId: row.id, compiled }
      versions.set(row.id, { tenantId: row.tenant_id, version })
    }
    for (const id of missing) if (!versions.has(id)) absent.set(id, true)
  }

  return {
    load: async (db, tenantIds, ids) => {
      const seen = new Set<string>()
      for (let level = ids; level.length > 0;) {
        await loadLevel(db, tenantIds, level)
        for (const id of level) seen.add(id)
        const named = level.flatMap((id) => versions.get(id)?.version.compiled.subflows ?? [])
        const pinned = new Set(named.flatMap(({ versionId }) => versionId ?? []))
        level = [...pinned].filter((id) => !seen.has(id) && !absent.has(id))
      }
    },
    find: (tenantId, id) => {
      const owned = versions.get(id)
      return owned?.tenantId === tenantId ? owned?.version : undefined
    },
  }
}

const VERSIONS = {
  name: 'load_versions',
  text: `select tenant_id, id, workflow_id, definition_json as definition from workflow_versions
    where tenant_id = any($1::text[]) and id = any($2::text[])`,
}
