import { afterAll, beforeAll, expect, test } from 'vitest'
import { leadOf } from '../../testing/arrivals.ts'
import { createTestLine, type TestLine, type TestWorker } from '../../testing/line.ts'
import { publish } from '../../testing/tenant.ts'

const workflow = (id: string, trigger: object, nodes: object[]) => ({
  id,
  name: id,
  trigger,
  nodes,
})
const onTag = (tag: string) => ({ type: 'tag.added', filter: { tag } })
const adds = (tag: string) => ({ id: `poe_${tag}`, type: 'tag.add', tags: [tag] })
const removes = (tag: string) => ({ id: `tira_${tag}`, type: 'tag.remove', tags: [tag] })

let line: TestLine
let worker: TestWorker
beforeAll(async () => {
  line = await createTestLine()
  worker = line.createWorker()
  await worker.leases.renew()
  const keeps = { id: 'guarda', type: 'set.variable', set: { tag: '$.payload.tag', all: '$.tags' } }
  const lead = (source: string) => ({ type: 'lead.captured', filter: { source: [source] } })
  for (const document of [
    workflow('wf_lead', lead('vip'), [adds('vip'), { ...adds('vip'), id: 'de_novo' }]),
    workflow('wf_vip', onTag('vip'), [keeps]),
    workflow('wf_turn', lead('roda'), [adds('a')]),
    workflow('wf_a', onTag('a'), [removes('b'), adds('b')]),
    workflow('wf_b', onTag('b'), [removes('a'), adds('a')]),
  ])
    await publish(line.pool, line.tenant, document)
})
afterAll(() => line.close())

async function runsAfter(source: string): Promise<unknown[]> {
  const { contactId } = await line.accept(leadOf(line.tenant, { source }))
  await line.settleDown(worker)
  return line.rows(
    `select workflow_id as id, status, context_json->'vars' as vars from workflow_runs
     where contact_id = $1 order by started_at, id`,
    [contactId],
  )
}

test('a tag that one workflow puts on starts another, once, which sees the tag on the contact', async () => {
  expect(await runsAfter('vip')).toEqual([
    { id: 'wf_lead', status: 'done', vars: {} },
    { id: 'wf_vip', status: 'done', vars: { tag: 'vip', all: ['vip'] } },
  ])
})

test('workflows that start each other by taking tags off and putting them on come to an end', async () => {
  const runs = (await runsAfter('roda')) as { id: string; status: string }[]
  expect(runs.map(({ id, status }) => [id, status])).toEqual([
    ['wf_turn', 'done'],
    ['wf_a', 'done'],
    ['wf_b', 'done'],
  ])
})
