// The row that a migration begins with: which versions, where to, by which map. A worker does the rest.

import { proposeStateMap, stateMapOf } from '#machines/diff/state-map.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { Json } from '#machines/contracts/json.ts'
import type { StateMap } from '#machines/contracts/versions.ts'
import type { Records } from '../../db/orm.ts'
import { createId } from '../../ids.ts'
import { recordAudit } from '../audit.ts'
import { documentOf, type Where } from './version-records.ts'

export interface MigrationOrder {
  kind: 'move' | 'end'
  /** The version that runs move to, or that keeps its own when the others end. */
  to: string | null
  from?: readonly string[] | undefined
  /** A version that runs may still be starting on. */
  previous?: string | null
  /** Chosen by a person, for every version. */
  map?: StateMap | undefined
  stopAbove?: number
  reason: string
  /** A migration under way is stopped; else it stands against this one. */
  replaces: boolean
}

/** What an envelope says beside its map, of the 256 KiB that it may have. */
const MAX_MAP_BYTES = 200 * 1024

/**
 * Notes a migration; workers begin with it after the commit.
 * @returns its id, or null when no run is on any other version
 * @throws {FluxoError} ACTION_NOT_POSSIBLE, RESOURCE_NOT_FOUND
 */
export async function startMigration(
  records: Records,
  where: Where,
  order: MigrationOrder,
): Promise<string | null> {
  const { actor, workflowId } = where
  await makeRoom(records, where, order.replaces)
  const from = await sourcesOf(records, where, order)
  if (from.length === 0) return null
  const to = order.kind === 'end' ? null : order.to
  const maps = to === null ? {} : await mapsOf(records, where, { from, to, map: order.map })
  const id = createId('migration')
  await records.execute(INSERT, [
    actor.tenantId,
    id,
    workflowId,
    order.kind,
    to,
    from.join(','),
    JSON.stringify(maps),
    order.stopAbove ?? DEFAULT_STOP_ABOVE,
    order.reason,
    actor.userId,
  ])
  await recordAudit(records, actor, {
    id: id.replace(/^mig_/, 'aud_'),
    action: order.kind === 'end' ? 'runs.end' : 'runs.migrate',
    subject: workflowId,
    reason: order.reason,
    details: { migrationId: id, to, from: from.join(',') },
  })
  return id
}

const DEFAULT_STOP_ABOVE = 0.1

/** The map of each version: as proposed, with what was chosen instead. */
export async function mapsOf(
  records: Records,
  where: Where,
  { from, to, map }: { from: readonly string[]; to: string; map?: StateMap | undefined },
): Promise<Record<string, StateMap>> {
  const after = await documentOf(records, where, to)
  const maps: Record<string, StateMap> = {}
  for (const id of from) {
    maps[id] = stateMapOf(proposeStateMap(await documentOf(records, where, id), after), map)
    if (JSON.stringify(maps[id]).length > MAX_MAP_BYTES) {
      throw new FluxoError('ACTION_NOT_POSSIBLE', { message: 'The state map is too large' })
    }
  }
  return maps
}

/** Versions that runs come from: as asked, else every other one that has any. */
export async function sourcesOf(
  records: Records,
  { actor, workflowId }: Where,
  { from, to, previous }: Pick<MigrationOrder, 'from' | 'to' | 'previous'>,
): Promise<string[]> {
  const rows: { id: string; isUsed: boolean }[] = await records.execute(SOURCES, [
    actor.tenantId,
    workflowId,
  ])
  const known = new Map(rows.map((row) => [row.id, row]))
  const unknown = from?.find((id) => !known.has(id))
  if (unknown !== undefined) throw new FluxoError('RESOURCE_NOT_FOUND', { field: 'from' })
  const wanted =
    from ?? rows.filter(({ id, isUsed }) => isUsed || id === previous).map(({ id }) => id)
  return [...new Set(wanted)].filter((id) => id !== to)
}

async function makeRoom(records: Records, where: Where, replaces: boolean): Promise<void> {
  const { actor, workflowId } = where
  const key = [actor.tenantId, workflowId]
  const rows: Json[] = await records.execute(UNDER_WAY, key)
  if (rows.length === 0) return
  if (!replaces) {
    throw new FluxoError('ACTION_NOT_POSSIBLE', {
      message: 'Another migration of this workflow is under way',
    })
  }
  await records.execute(REPLACE, key)
}

const UNDER_WAY = `select id from run_migrations
  where tenant_id = ? and workflow_id = ? and status in ('planning', 'running', 'undoing') for update`

const REPLACE = `update run_migrations set status = 'stopped', stop_reason = 'replaced', finished_at = clock_timestamp()
  where tenant_id = ? and workflow_id = ? and status in ('planning', 'running', 'undoing')`

const SOURCES = `select v.id, exists (select 1 from workflow_runs r where r.tenant_id = v.tenant_id
    and r.version_id = v.id and r.status = 'active') as "isUsed"
  from workflow_versions v where v.tenant_id = ? and v.workflow_id = ? order by v.number`

const INSERT = `insert into run_migrations
    (tenant_id, id, workflow_id, kind, to_version_id, from_versions, map_json, status, stop_above, reason, created_by)
  values (?, ?, ?, ?, ?, string_to_array(?, ','), ?::jsonb, 'planning', ?, ?, ?)`
