// What the draft would have done with the histories of the last days: read from the journal, played without effects.

import { setImmediate } from 'node:timers/promises'
import type { JournalEntry } from '#actors/step.ts'
import { compile, type CompiledWorkflow } from '#machines/compile/compile.ts'
import type { Outcome, WhatIf, WhatIfRequest } from '#machines/contracts/versions.ts'
import { differencesOf, playHistory } from '#machines/simulate/what-if.ts'
import { proposeStateMap } from '#machines/diff/state-map.ts'
import { Tenant } from '../../db/entities/tenant.ts'
import { inTenant, type Orm, type Records } from '../../db/orm.ts'
import { historyOf, type Names, outcomeThen } from '../actors/run-history.ts'
import { documentOf, type Where } from './version-records.ts'

interface RunRow {
  id: string
  contactId: string
  name: string | null
  versionId: string
  startedAt: Date
}

const NOT_STARTED: Outcome = { status: 'not started', states: [], effects: [], messages: [] }

/** Plays real histories through the draft and tells where it would have gone otherwise. */
export async function whatIf(
  orm: Orm,
  { request, ...where }: Where & { request: WhatIfRequest },
): Promise<WhatIf> {
  return inTenant(orm, where.actor.tenantId, async (records) => {
    const draft = await documentOf(records, where, 'draft')
    const { diagnostics, workflow } = compile(draft)
    const result: WhatIf = {
      diagnostics,
      runs: 0,
      same: 0,
      differing: 0,
      by: { notStarted: 0, end: 0, effects: 0, messages: 0 },
      contacts: [],
    }
    if (!workflow) return result
    const zone = (await records.findOne(Tenant, { id: where.actor.tenantId }))?.zone ?? 'UTC'
    const namesOf = createNames(records, where, draft)
    for (const row of await latestRuns(records, where, request)) {
      // Others wait for this process meanwhile.
      await setImmediate()
      const names = await namesOf(row.versionId)
      add(result, row, await compare(records, where, { row, workflow, zone, names }))
    }
    return result
  })
}

/** Old node ids to those of the draft, by version. */
function createNames(
  records: Records,
  where: Where,
  draft: unknown,
): (versionId: string) => Promise<Names> {
  const known = new Map<string, Names>()
  return async (versionId) => {
    const names = known.get(versionId)
    if (names) return names
    const before = await documentOf(records, where, versionId)
    const renamed = proposeStateMap(before, draft).filter(({ rule }) => rule === 'renamed')
    const made = new Map(renamed.map(({ from, to }) => [from, to ?? from]))
    known.set(versionId, made)
    return made
  }
}

interface Compared {
  then: Outcome
  draft: Outcome | null
}

async function compare(
  records: Records,
  { actor }: Where,
  {
    row,
    workflow,
    zone,
    names,
  }: { row: RunRow; workflow: CompiledWorkflow; zone: string; names: Names },
): Promise<Compared | null> {
  const entries: { entry: JournalEntry; until: Date }[] = await records.execute(JOURNAL, [
    actor.tenantId,
    row.contactId,
    new Date(row.startedAt).toISOString(),
  ])
  const journal = entries.map(({ entry }) => entry)
  const until = new Date(entries[0]?.until ?? row.startedAt).toISOString()
  const history = historyOf(journal, { runId: row.id, names, until })
  if (!history) return null
  const draft = playHistory(workflow, history, zone)
  return { then: outcomeThen(journal, row.id, names), draft }
}

function add(result: WhatIf, row: RunRow, compared: Compared | null): void {
  // Its journal is gone, or too long to be read.
  if (!compared) return
  result.runs += 1
  const { then, draft } = compared
  const differences = differencesOf(then, draft)
  if (differences.length === 0) {
    result.same += 1
    return
  }
  result.differing += 1
  for (const difference of differences) result.by[difference] += 1
  const { id: runId, startedAt, ...rest } = row
  result.contacts.push({
    ...rest,
    runId,
    startedAt: new Date(startedAt).toISOString(),
    differences,
    then,
    draft: draft ?? NOT_STARTED,
  })
}

async function latestRuns(
  records: Records,
  { actor, workflowId }: Where,
  { days, limit }: WhatIfRequest,
): Promise<RunRow[]> {
  return records.execute(RUNS, [actor.tenantId, workflowId, days, limit])
}

const RUNS = `select r.id, r.contact_id as "contactId", c.name, r.version_id as "versionId", r.started_at as "startedAt"
  from workflow_runs r join contacts c on c.tenant_id = r.tenant_id and c.id = r.contact_id
  where r.tenant_id = ? and r.workflow_id = ? and r.started_at > clock_timestamp() - make_interval(days => ?)
  order by r.started_at desc, r.id desc limit ?`

/** Longer conversations are compared as far as this goes. */
const JOURNAL = `select entry, clock_timestamp() as until from journal
  where tenant_id = ? and contact_id = ? and at >= ?::timestamptz order by seq limit 1000`
