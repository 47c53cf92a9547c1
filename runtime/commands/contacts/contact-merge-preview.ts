// What a merge would do now, by the same rules as the merge itself.

import type { Pool, PoolClient } from 'pg'
import type { Library } from '#actors/library.ts'
import { type Clash, clashesOf } from '#actors/merge-rules.ts'
import { type ContactState, createContactState, restoreContactState } from '#actors/snapshot.ts'
import { needsChannel } from '#actors/stop-words.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { MergedRun, MergePreview } from '#machines/contracts/merges.ts'
import type { RunState } from '#machines/run/run-state.ts'
import { run } from '../../db/pool.ts'
import type { Actor } from '../../face.ts'
import { unite, whyNotMerge } from '../../merge/merge-contacts.ts'
import { factsOf, keptOf, lockPeople } from '../../merge/merged-rows.ts'
import { loadTenantFacts, type TenantFactsCache } from '../../shard/tenant-facts.ts'

interface Parts {
  pool: Pool
  facts: TenantFactsCache
  within: <T>(work: (db: PoolClient) => Promise<T>) => Promise<T>
}

interface Pair {
  sourceId: string
  targetId: string
}

/** @throws {FluxoError} RESOURCE_NOT_FOUND */
export async function previewMerge(
  { pool, facts, within }: Parts,
  { tenantId }: Actor,
  { sourceId, targetId }: Pair,
): Promise<MergePreview> {
  const found = await within(async (db) => {
    const people = await lockPeople(db, tenantId, [sourceId, targetId])
    const source = people.get(sourceId)
    const target = people.get(targetId)
    if (!source || !target) throw new FluxoError('RESOURCE_NOT_FOUND')
    const refused = await whyNotMerge(db, tenantId, { source, target })
    const states = await readStates(db, tenantId, [sourceId, targetId])
    const workflows = await run<{ id: string; name: string }>(db, WORKFLOWS, [
      tenantId,
      [...states.values()].flatMap(({ runs }) => runs.map(({ workflowId }) => workflowId)),
    ])
    return { source: keptOf(source), target: keptOf(target), refused, states, workflows }
  })
  const source = found.states.get(sourceId) ?? createContactState()
  const target = found.states.get(targetId) ?? createContactState()
  const versionIds = [...source.runs, ...target.runs].map(({ versionId }) => versionId)
  const { library } = await loadTenantFacts(pool, facts, tenantId, versionIds)
  const names = new Map(found.workflows.map(({ id, name }) => [id, name]))
  const runs = fatesOf(source, target, library).map((one): MergedRun => {
    const { id, workflowId, state } = one.run
    const { of, fate, why } = one
    return {
      id,
      workflowId,
      workflowName: names.get(workflowId) ?? workflowId,
      state,
      of,
      fate,
      why,
    }
  })
  return {
    refused: found.refused,
    source: factsOf(found.source),
    target: factsOf(found.target),
    after: factsOf(unite(found.source, found.target)),
    runs,
    optOuts: Object.keys({ ...target.optOuts, ...source.optOuts }),
    isWithAgent: [source, target].some(({ handover }) => handover === 'agent'),
  }
}

type Fate = Pick<MergedRun, 'of' | 'fate' | 'why'> & { run: RunState }

function fatesOf(source: ContactState, target: ContactState, library: Library): Fate[] {
  const clashes = clashesOf(target.runs, source.runs, library)
  return [
    ...target.runs.map((one) => fateOf(one, { of: 'target', clashes, other: source, library })),
    ...source.runs.map((one) => fateOf(one, { of: 'source', clashes, other: target, library })),
  ]
}

function fateOf(
  one: RunState,
  {
    of,
    clashes,
    other,
    library,
  }: {
    of: 'source' | 'target'
    clashes: Clash[]
    other: ContactState
    library: Library
  },
): Fate {
  const clash = clashes.find(({ stops }) => stops === one.id)
  const isOff = Object.keys(other.optOuts).some((channel) => needsChannel(library, one, channel))
  const why = clash?.why ?? (isOff ? 'opted_out' : null)
  const goesOn = of === 'source' ? 'moves' : 'stays'
  return { run: one, of, fate: why === null ? goesOn : 'stops', why }
}

async function readStates(
  db: PoolClient,
  tenantId: string,
  ids: string[],
): Promise<Map<string, ContactState>> {
  const rows = await run<{ id: string; state: unknown }>(db, STATES, [tenantId, ids])
  return new Map(rows.map(({ id, state }) => [id, restoreContactState(state)]))
}

const STATES = {
  name: 'states_to_merge',
  text: `select contact_id as id, state from actor_snapshots
    where tenant_id = $1 and contact_id = any($2::text[])`,
}

const WORKFLOWS = {
  name: 'names_of_workflows',
  text: 'select id, name from workflows where tenant_id = $1 and id = any($2::text[])',
}
