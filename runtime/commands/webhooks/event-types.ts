// Which event types a tenant knows: those that a workflow of its names, in any version or draft. A misspelt type is
// refused instead of being taken and moving nothing.

import { LRUCache } from 'lru-cache'
import type { Pool } from 'pg'
import { CONSENT_EVENT_TYPES } from '#machines/contracts/event.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import { run } from '../../db/pool.ts'

/** A type that a new draft names is known after this time. */
const TTL_MS = 2_000

export interface EventTypes {
  /** @throws {FluxoError} EVENT_TYPE_UNKNOWN with the way out */
  require(tenantId: string, type: string): Promise<void>
}

/** Creates the look-up; only what is known is kept, so a type is welcome as soon as a workflow names it. */
export function createEventTypes(pool: Pool): EventTypes {
  const known = new LRUCache<string, true>({ max: 10_000, ttl: TTL_MS })
  return {
    require: async (tenantId, type) => {
      if (isNoted(type)) return
      const key = `${tenantId} ${type}`
      if (known.has(key)) return
      const [row] = await run<{ is_known: boolean }>(pool, IS_KNOWN, [tenantId, likeOf(type)])
      if (!row?.is_known) {
        throw new FluxoError('EVENT_TYPE_UNKNOWN', {
          field: 'type',
          message: `no workflow waits for ${type}; check the spelling, or save a workflow that names it`,
        })
      }
      known.set(key, true)
    },
  }
}

/** Consent and purchases are noted whether a workflow waits for them or not. */
function isNoted(type: string): boolean {
  return type === 'purchase.approved' || (CONSENT_EVENT_TYPES as readonly string[]).includes(type)
}

/** The type as a JSON string anywhere in a document; `_` is a wildcard of LIKE. */
function likeOf(type: string): string {
  return `%"${type.replaceAll('_', String.raw`\_`)}"%`
}

const IS_KNOWN = {
  name: 'is_event_type_known',
  text: `select exists (select 1 from workflows where tenant_id = $1 and definition_json::text like $2)
    or exists (select 1 from workflow_versions where tenant_id = $1 and definition_json::text like $2)
    as is_known`,
}
