// Tests kept with a workflow: the list, running it against a draft, and what stands against publishing. Tests run in
// the gateway's process, so they have a budget and give way to other requests after each one.

import { setImmediate } from 'node:timers/promises'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { Json } from '#machines/contracts/json.ts'
import {
  type KeptOutcome,
  type KeptTest,
  MAX_TOLD_FAILURES,
  type TestReport,
  type TestRun,
  type WorkflowTest,
} from '#machines/contracts/workflow-tests.ts'
import { createTestRunner } from '#machines/simulate/workflow-tests.ts'
import { Tenant } from '../../db/entities/tenant.ts'
import { inTenant, type Orm, type Records } from '../../db/orm.ts'
import type { Actor, Runtime } from '../../face.ts'
import { createId } from '../../ids.ts'

/** Steps of one test, and of all tests of a workflow: the same tests always fit or never do. */
const MAX_STEPS = 500
const MAX_STEPS_IN_ALL = 10_000
/** For a machine so slow that the steps do not bound the time: the transaction around it lives ten seconds. */
const MAX_MILLISECONDS = 8_000

/** Creates the commands of the tests that are kept with workflows. */
export function createWorkflowTests(orm: Orm): Runtime['workflowTests'] {
  return {
    list: (actor, workflowId) =>
      inTenant(orm, actor.tenantId, async (records) => {
        await findDraft(records, { actor, workflowId })
        return { items: await readTests(records, { actor, workflowId }) }
      }),
    replace: (actor, workflowId, tests) =>
      inTenant(orm, actor.tenantId, async (records) => {
        await findDraft(records, { actor, workflowId, forUpdate: true })
        await writeTests(records, { actor, workflowId, tests })
        return { items: await readTests(records, { actor, workflowId }) }
      }),
    run: (actor, workflowId) =>
      inTenant(orm, actor.tenantId, async (records) => {
        const definition = await findDraft(records, { actor, workflowId })
        return runKept(records, { actor, workflowId, definition })
      }),
  }
}

interface Draft {
  actor: Actor
  workflowId: string
  definition: Json
}

/** What the tests of a workflow say of its draft, as a save tells it. */
export async function reportTests(records: Records, draft: Draft): Promise<TestReport> {
  const { passed, failed, outcomes } = await runKept(records, draft)
  const failures = outcomes.filter((outcome) => !outcome.passed).slice(0, MAX_TOLD_FAILURES)
  return { passed, failed, failures }
}

/** @throws {FluxoError} WORKFLOW_TESTS_FAILED with the report when a test does not hold */
export async function requireTests(records: Records, draft: Draft): Promise<void> {
  const report = await reportTests(records, draft)
  if (report.failed > 0) throw new FluxoError('WORKFLOW_TESTS_FAILED', { details: report })
}

async function runKept(records: Records, draft: Draft): Promise<TestRun> {
  const tests = await readTests(records, draft)
  if (tests.length === 0) return { passed: 0, failed: 0, outcomes: [] }
  const tenant = await records.findOne(Tenant, { id: draft.actor.tenantId })
  const outcomes = await runWithin(draft.definition, tests, tenant?.zone)
  const passed = outcomes.filter((outcome) => outcome.passed).length
  return { passed, failed: outcomes.length - passed, outcomes }
}

async function runWithin(
  definition: Json,
  tests: readonly KeptTest[],
  zone: string | undefined,
): Promise<KeptOutcome[]> {
  const run = createTestRunner(definition, { ...(zone && { zone }), maxSteps: MAX_STEPS })
  const end = performance.now() + MAX_MILLISECONDS
  const outcomes: KeptOutcome[] = []
  let left = MAX_STEPS_IN_ALL
  for (const { id, test } of tests) {
    if (left <= 0 || performance.now() > end) {
      outcomes.push({ id, name: test.name, passed: false, message: NOT_RUN })
      continue
    }
    const { steps, ...outcome } = run(test)
    left -= steps
    outcomes.push({ id, ...outcome })
    await setImmediate()
  }
  return outcomes
}

const NOT_RUN = {
  'pt-BR': 'Não foi executado: os testes anteriores já usaram o limite do fluxo.',
  en: 'It was not run: the tests before it used up the limit of the workflow.',
}

interface Place {
  actor: Actor
  workflowId: string
}

/** The draft; with `forUpdate` others who change the same workflow wait. @throws {FluxoError} RESOURCE_NOT_FOUND */
async function findDraft(
  records: Records,
  { actor, workflowId, forUpdate = false }: Place & { forUpdate?: boolean },
): Promise<Json> {
  const [row]: { definition: Json }[] = await records.execute(
    `select definition_json as definition from workflows where tenant_id = ? and id = ?
     ${forUpdate ? 'for update' : ''}`,
    [actor.tenantId, workflowId],
  )
  if (!row) throw new FluxoError('RESOURCE_NOT_FOUND')
  return row.definition
}

interface TestRow {
  id: string
  test: WorkflowTest
  createdAt: Date
}

/** In the order in which they are kept. */
export async function readTests(
  records: Records,
  { actor, workflowId }: Place,
): Promise<KeptTest[]> {
  const rows: TestRow[] = await records.execute(
    `select id, test_json as test, created_at as "createdAt" from workflow_tests
     where tenant_id = ? and workflow_id = ? order by position`,
    [actor.tenantId, workflowId],
  )
  return rows.map(({ id, test, createdAt }) => ({
    id,
    createdAt: new Date(createdAt).toISOString(),
    test,
  }))
}

/** A test that keeps its name keeps its id and its age. */
export async function writeTests(
  records: Records,
  { actor, workflowId, tests }: Place & { tests: readonly WorkflowTest[] },
): Promise<void> {
  const known = Map.groupBy(
    await readTests(records, { actor, workflowId }),
    ({ test }) => test.name,
  )
  await records.execute('delete from workflow_tests where tenant_id = ? and workflow_id = ?', [
    actor.tenantId,
    workflowId,
  ])
  const rows = tests.map((test, position) => {
    const before = known.get(test.name)?.shift()
    const id = before?.id ?? createId('test')
    return { id, position, name: test.name, test, created_at: before?.createdAt ?? null }
  })
  await records.execute(
    `insert into workflow_tests (tenant_id, workflow_id, id, position, name, test_json, created_at)
     select ?, ?, r.id, r.position, r.name, r.test, coalesce(r.created_at, now())
     from json_to_recordset(?::json)
       as r(id text, position smallint, name text, test json, created_at timestamptz)`,
    [actor.tenantId, workflowId, JSON.stringify(rows)],
  )
}
