// Moving running contacts to another version: looked at beforehand, started, watched, stopped, taken back.

import type { Pool } from 'pg'
import { proposeStateMap, withChoices } from '#machines/diff/state-map.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type {
  DryRun,
  EndRuns,
  Migration,
  MigrationRequest,
  MigrationStart,
  StuckRun,
} from '#machines/contracts/versions.ts'
import { inTenant, type Orm, type Records } from '../../db/orm.ts'
import { inTenantTransaction } from '../../db/tenant-transaction.ts'
import { Tenant } from '../../db/entities/tenant.ts'
import type { Actor, MigrationDeed, Runtime } from '../../face.ts'
import { createId } from '../../ids.ts'
import {
  BEGINNING,
  type Plan,
  planPage,
  type PlannedRun,
  type Position,
} from '../../migration/plan.ts'
import { recordAudit } from '../audit.ts'
import { listItems, readMigration, readMigrations } from './migration-views.ts'
import { alone, findWorkflow } from './publication.ts'
import { mapsOf, type MigrationOrder, sourcesOf, startMigration } from './start-migration.ts'
import { compiledVersion, documentOf, listVersions, type Where } from './version-records.ts'

/** Creates the commands of migrations. */
export function createRunMigrations(orm: Orm, pool: Pool): Runtime['migrations'] {
  const within = <T>(actor: Actor, work: (records: Records) => Promise<T>): Promise<T> =>
    inTenant(orm, actor.tenantId, work)
  return {
    dryRun: (actor, workflowId, request) =>
      dryRun(orm, pool, { where: { actor, workflowId }, request }),
    start: (actor, workflowId, request) =>
      within(actor, (records) => start(records, { actor, workflowId }, moveOrder(request))),
    end: (actor, workflowId, request) =>
      within(actor, (records) => start(records, { actor, workflowId }, endOrder(request))),
    list: (actor, workflowId) =>
      within(actor, async (records) => {
        await findWorkflow(records, actor, workflowId)
        return { items: await readMigrations(records, { actor, workflowId }) }
      }),
    get: (actor, workflowId, migrationId) =>
      within(actor, (records) => readMigration(records, { actor, workflowId }, migrationId)),
    items: (actor, workflowId, query) =>
      within(actor, (records) => listItems(records, { actor, workflowId }, query)),
    stop: (actor, workflowId, deed) =>
      within(actor, (records) => turn(records, { actor, workflowId }, { ...deed, to: 'stopped' })),
    undo: (actor, workflowId, deed) =>
      within(actor, (records) => turn(records, { actor, workflowId }, { ...deed, to: 'undoing' })),
  }
}

const moveOrder = ({ to, ...request }: MigrationStart): MigrationOrder => ({
  ...request,
  kind: 'move',
  to: to ?? null,
  replaces: false,
})

const endOrder = (request: EndRuns): MigrationOrder => ({
  ...request,
  kind: 'end',
  to: null,
  replaces: false,
})

async function start(records: Records, where: Where, order: MigrationOrder): Promise<Migration> {
  await alone(records, where.actor, where.workflowId)
  await findWorkflow(records, where.actor, where.workflowId)
  const to = order.kind === 'end' ? null : (order.to ?? (await publishedOf(records, where)))
  if (to !== null) await documentOf(records, where, to)
  const id = await startMigration(records, where, { ...order, to })
  if (id === null) {
    throw new FluxoError('ACTION_NOT_POSSIBLE', { message: 'No run is on another version' })
  }
  return readMigration(records, where, id)
}

async function publishedOf(records: Records, { actor, workflowId }: Where): Promise<string> {
  const { publishedVersionId } = await findWorkflow(records, actor, workflowId)
  if (!publishedVersionId) throw new FluxoError('WORKFLOW_NOT_PUBLISHED')
  return publishedVersionId
}

type Turn = MigrationDeed & { to: 'stopped' | 'undoing' }

/** From which states a migration can be turned where. */
const TURNS = {
  stopped: {
    from: ['planning', 'running'],
    action: 'runs.migration_stopped',
    why: 'It is not running',
  },
  undoing: { from: ['done', 'stopped'], action: 'runs.migration_undone', why: 'It is not at rest' },
} as const

async function turn(records: Records, where: Where, deed: Turn): Promise<Migration> {
  const { actor, workflowId } = where
  const { migrationId, reason, to } = deed
  await alone(records, actor, workflowId)
  const migration = await readMigration(records, where, migrationId)
  const { from, action, why } = TURNS[to]
  const isPossible = (from as readonly string[]).includes(migration.status)
  if (!isPossible || (to === 'undoing' && migration.kind === 'end')) {
    throw new FluxoError('ACTION_NOT_POSSIBLE', { message: why })
  }
  if (to === 'undoing') await refuseWhileAnother(records, where)
  const stopReason = to === 'stopped' ? 'by_person' : null
  await records.execute(TURN, [to, stopReason, to, actor.tenantId, migrationId])
  await recordAudit(records, actor, {
    id: createId('event').replace(/^evt_/, 'aud_'),
    action,
    subject: workflowId,
    reason,
    details: { migrationId },
  })
  return readMigration(records, where, migrationId)
}

async function refuseWhileAnother(records: Records, where: Where): Promise<void> {
  const others = await readMigrations(records, where)
  if (others.every(({ status }) => !['planning', 'running', 'undoing'].includes(status))) return
  throw new FluxoError('ACTION_NOT_POSSIBLE', {
    message: 'Another migration of this workflow is under way',
  })
}

const TURN = `update run_migrations set status = ?, stop_reason = coalesce(?, stop_reason),
    finished_at = case when ? = 'stopped' then clock_timestamp() end, worked_at = clock_timestamp()
  where tenant_id = ? and id = ?`

/** Runs that a dry run looks at, and those that it names. */
const MAX_LOOKED_AT = 20_000
const PAGE = 500
const MAX_NAMED = 200

async function dryRun(
  orm: Orm,
  pool: Pool,
  { where, request }: { where: Where; request: MigrationRequest },
): Promise<DryRun> {
  const { tenantId } = where.actor
  const { plan, from, to } = await inTenant(orm, tenantId, (records) =>
    prepare(records, where, request),
  )
  const runs: PlannedRun[] = []
  await inTenantTransaction(pool, tenantId, async (db) => {
    let after: Position | null = plan.from.length === 0 ? null : BEGINNING
    while (after && runs.length < MAX_LOOKED_AT) {
      const page: PlannedRun[] = await planPage(db, plan, { after, limit: PAGE })
      runs.push(...page)
      const last = page.length < PAGE ? undefined : page.at(-1)
      after = last ? { versionId: last.versionId, runId: last.runId } : null
    }
  })
  const total = from.reduce((sum, { active }) => sum + active, 0)
  return { to, from, ...countsOf(runs), partial: total > runs.length }
}

async function prepare(records: Records, where: Where, request: MigrationRequest) {
  const to = request.to ?? (await publishedOf(records, where))
  const target = await compiledVersion(records, where, to)
  const from = await sourcesOf(records, where, { from: request.from, to })
  const maps = await mapsOf(records, where, { from, to, map: request.map })
  const versions = await listVersions(records, where)
  const tenant = await records.findOne(Tenant, { id: where.actor.tenantId })
  const sources = []
  const views: DryRun['from'] = []
  for (const id of from) {
    const source = await compiledVersion(records, where, id)
    const { number = 0, active = 0 } = versions.find((version) => version.id === id) ?? {}
    const proposal = proposeStateMap(source.compiled.document, target.compiled.document)
    sources.push(source)
    views.push({ versionId: id, number, active, map: withChoices(proposal, request.map) })
  }
  const zone = tenant?.zone ?? 'UTC'
  const plan: Plan = { tenantId: where.actor.tenantId, zone, from: sources, to: target, maps }
  return { plan, from: views, to }
}

function countsOf(runs: PlannedRun[]): Pick<DryRun, 'total' | 'moved' | 'refused' | 'cannotMove'> {
  const stuck = runs.flatMap(({ refusal, ...run }): StuckRun[] =>
    refusal ? [{ ...run, code: refusal.refused, message: refusal.reason }] : [],
  )
  const byReason = Map.groupBy(stuck, ({ message }) => message.en)
  return {
    total: runs.length,
    moved: runs.length - stuck.length,
    refused: [...byReason.values()].flatMap((list) =>
      list.slice(0, 1).map(({ code, message }) => ({ code, message, count: list.length })),
    ),
    cannotMove: stuck.slice(0, MAX_NAMED),
  }
}
