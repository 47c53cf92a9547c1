import { afterAll, beforeAll, expect, test } from 'vitest'
import { createId } from '../ids.ts'
import { createTestLine, type TestLine } from '../testing/line.ts'
import { createTenant, publish, type TestTenant } from '../testing/tenant.ts'
import { createTenantFactsCache } from './tenant-facts.ts'

let line: TestLine
let stranger: TestTenant
beforeAll(async () => {
  line = await createTestLine()
  stranger = await createTenant(line.pool)
})
afterAll(() => line.close())

const workflow = (id: string, nodes: object[]) => ({
  id,
  name: id,
  trigger: { type: 'manual' },
  nodes,
})
const runs = (workflowId: string, version: string) => ({
  id: 'sub',
  type: 'subflow',
  workflow: workflowId,
  version,
})
const END = { id: 'z', type: 'end' }

/** Publishes it and takes it off again: only who names the version gets it. */
async function unpublished(tenant: TestTenant, id: string, nodes: object[]): Promise<string> {
  const versionId = await publish(line.pool, tenant, workflow(id, nodes))
  await line.pool.query(
    "update workflows set published_version_id = null, status = 'draft' where id = $1",
    [id],
  )
  return versionId
}

async function libraryOf(tenant: TestTenant, versionIds: string[] = [], tenants = [tenant]) {
  const cache = createTenantFactsCache()
  const ids = tenants.map(({ id }) => id)
  return (await cache.load(line.pool, ids, versionIds))(tenant.id).library
}

test('versions that subflows name are there, however deep, also those that a run on an old version needs', async () => {
  const deep = await unpublished(line.tenant, 'wf_deep', [END])
  const middle = await unpublished(line.tenant, 'wf_middle', [runs('wf_deep', deep)])
  const old = await unpublished(line.tenant, 'wf_old', [runs('wf_middle', middle)])
  const library = await libraryOf(line.tenant, [old])
  for (const id of [old, middle, deep]) expect(library.version(id)).toMatchObject({ versionId: id })
  expect(library.published).toEqual([])
  await publish(line.pool, line.tenant, workflow('wf_new', [runs('wf_middle', middle)]))
  expect((await libraryOf(line.tenant)).version(deep)).toMatchObject({ workflowId: 'wf_deep' })
})

test("I9: a subflow that names another tenant's version gets nothing, also when both are in one batch", async () => {
  const theirs = await publish(line.pool, stranger, workflow('wf_theirs', [END]))
  await publish(line.pool, line.tenant, workflow('wf_thief', [runs('wf_theirs', theirs)]))
  const library = await libraryOf(line.tenant, [], [line.tenant, stranger])
  expect(library.version(theirs)).toBeUndefined()
  expect((await libraryOf(stranger, [], [line.tenant, stranger])).version(theirs)).toBeDefined()
})

test('a version that nobody has is simply not there', async () => {
  const none = createId('version')
  await publish(line.pool, stranger, workflow('wf_wrong', [runs('wf_none', none)]))
  const library = await libraryOf(stranger)
  expect(library.version(none)).toBeUndefined()
  expect(library.published.length).toBeGreaterThan(0)
})
